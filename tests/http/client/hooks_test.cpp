// SPDX-License-Identifier: MIT
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <eddy/core/outcome.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/http/client.hpp>
#include <eddy/testing/http_mock.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using eddy::testing::http_mock;
using eddy::testing::mock_fault;
using eddy::testing::mock_reply;

/// What the hooks of a client were told.
struct told {
  std::vector<std::string> order = {};
  std::vector<exchange_record> ended = {};

  [[nodiscard]] client_hooks hooks() {
    const auto note = [this](const char* what) {
      return [this, what](const exchange_record& r) {
        order.push_back(what + std::to_string(r.number));
      };
    };
    return {.begins = note("begins "),
            .answered = note("answered "),
            .ended = [this, end = note("ended ")](const exchange_record& r) {
              end(r);
              ended.push_back(r);
            }};
  }
};

EDDY_TEST(client_hooks, hear_of_each_exchange_of_a_request) {
  http_mock shop;
  shop.on("GET", "/", mock_reply::redirect("/end"));
  shop.on("GET", "/end", {.status = 503});
  shop.on("GET", "/end", {.body = "tea", .delay = 2s});
  told seen;
  client c({.hooks = seen.hooks()});
  response r = co_await c.get(shop.url());
  EXPECT_EQ(co_await r.text(), "tea");
  EXPECT_EQ(seen.order,
            (std::vector<std::string>{"begins 1", "answered 1", "ended 1", "begins 2", "answered 2",
                                      "ended 2", "begins 3", "answered 3", "ended 3"}));
  const auto& [first, second, third] =
      std::tie(seen.ended.at(0), seen.ended.at(1), seen.ended.at(2));
  EXPECT_EQ(first.url, shop.url());
  EXPECT_EQ(first.status, 302);
  EXPECT_FALSE(first.kept_connection);
  EXPECT_TRUE(first.connected);
  EXPECT_EQ(second.status, 503);
  EXPECT_TRUE(second.kept_connection);
  EXPECT_FALSE(second.connected) << "it was";
  EXPECT_EQ(third.url, shop.url("/end"));
  EXPECT_EQ(third.received, 3U);
  EXPECT_GE(third.answered.value(), 2s);
  EXPECT_GE(third.lasted, 2s);
  EXPECT_FALSE(third.error);
}

EDDY_TEST(client_hooks, hear_why_one_failed) {
  http_mock shop;
  shop.on("GET", "/", mock_reply::nothing(mock_fault::close));
  shop.on("GET", "/cut", {.body = "half of it", .fault = mock_fault::close, .fault_after = 4});
  told seen;
  client c({.retry = {.most = 0}, .hooks = seen.hooks()});
  (void)co_await outcome(c.get(shop.url()));
  EXPECT_TRUE(seen.ended.at(0).error);
  EXPECT_FALSE(seen.ended.at(0).answered);

  response cut = co_await c.get(shop.url("/cut"));
  EXPECT_EQ(seen.ended.size(), 1U) << "its body is still to come";
  (void)co_await outcome(cut.text());
  EXPECT_TRUE(seen.ended.at(1).error);
  EXPECT_EQ(seen.ended.at(1).status, 200);
  EXPECT_EQ(seen.ended.at(1).received, 4U);
}

EDDY_TEST(client_hooks, hear_of_one_that_was_cancelled_or_dropped) {
  http_mock shop;
  shop.on("GET", "/", {.delay = 10s});
  shop.on("GET", "/page", {.body = "tea"});
  told seen;
  std::optional<response> kept;
  {
    client c({.hooks = seen.hooks()});
    EXPECT_FALSE(co_await wait_for_optional(c.get(shop.url()), 3s));
    EXPECT_EQ(seen.ended.size(), 1U);
    EXPECT_EQ(seen.ended.at(0).lasted, 3s);
    EXPECT_FALSE(seen.ended.at(0).error);
    kept = co_await c.get(shop.url("/page"));
  }
  EXPECT_EQ(seen.ended.size(), 1U);
  kept.reset();
  EXPECT_EQ(seen.ended.size(), 2U) << "also after its client";
  EXPECT_EQ(seen.ended.at(1).received, 0U);
}

}  // namespace
}  // namespace eddy::http
