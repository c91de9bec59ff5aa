// SPDX-License-Identifier: MIT
#include <chrono>
#include <string>

#include <eddy/core/gather.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/http/client.hpp>
#include <eddy/testing/http_mock.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using eddy::testing::http_mock;

EDDY_TEST(client_rate, requests_to_a_host_keep_their_distance) {
  http_mock shop;
  http_mock other;
  shop.on("GET", "/", {});
  other.on("GET", "/", {});
  client c({.rate_per_host = request_rate{.count = 2, .per = 1s}});
  const time_point start = loop::current()->now();
  co_await gather(c.get(shop.url()), c.get(shop.url()), c.get(shop.url()), c.get(shop.url()));
  EXPECT_GE(loop::current()->now() - start, 1500ms);
  EXPECT_LT(loop::current()->now() - start, 1600ms);
  const time_point then = loop::current()->now();
  (void)co_await c.get(other.url());
  EXPECT_LT(loop::current()->now() - then, 100ms) << "another host has its own";
}

EDDY_TEST(client_rate, the_wait_counts_as_a_part_of_the_request) {
  http_mock shop;
  shop.on("GET", "/", {});
  client c({.rate_per_host = request_rate{.count = 1, .per = 60s}});
  (void)co_await c.get(shop.url());
  const auto late = co_await outcome(c.get(shop.url(), {.timeout = 5s}));
  EXPECT_NE(testing::message_of(late).find("(total_timeout)"), std::string::npos);
  EXPECT_EQ(shop.requests().size(), 1U);
}

}  // namespace
}  // namespace eddy::http
