// SPDX-License-Identifier: MIT
#include <chrono>
#include <string>
#include <vector>

#include <eddy/core/loop.hpp>
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
using testing::fault_of;

duration since(time_point start) { return loop::current()->now() - start; }

EDDY_TEST(client_retry, what_may_pass_is_asked_for_again) {
  for (const int status : {408, 429, 502, 503, 504}) {
    http_mock shop;
    shop.on("GET", "/", {.status = status});
    shop.on("GET", "/", {.status = status});
    shop.on("GET", "/", {.body = "tea"});
    client c;
    response r = co_await c.get(shop.url());
    EXPECT_EQ(co_await r.text(), "tea") << status;
    EXPECT_EQ(shop.requests().size(), 3U) << status;
    EXPECT_EQ(c.in_use(), 0U);
  }
}

EDDY_TEST(client_retry, what_will_not_pass_is_not) {
  for (const int status : {400, 404, 500, 501}) {
    http_mock shop;
    shop.on("GET", "/", {.status = status});
    client c;
    EXPECT_EQ((co_await c.get(shop.url())).status(), status);
    EXPECT_EQ(shop.requests().size(), 1U) << status;
  }
}

EDDY_TEST(client_retry, the_last_answer_is_the_result) {
  http_mock shop;
  shop.on("GET", "/", {.status = 503, .body = "closed"});
  client c;
  response r = co_await c.get(shop.url());
  EXPECT_EQ(r.status(), 503);
  EXPECT_EQ(co_await r.text(), "closed");
  EXPECT_EQ(shop.requests().size(), 3U);
}

EDDY_TEST(client_retry, a_lost_connection_is_tried_again_and_its_error_the_result) {
  http_mock shop;
  shop.on("GET", "/once", mock_reply::nothing(mock_fault::close));
  shop.on("GET", "/once", {.body = "tea"});
  shop.on("GET", "/", mock_reply::nothing(mock_fault::reset));
  client c;
  EXPECT_EQ((co_await c.get(shop.url("/once"))).status(), 200);
  client other;  // with no kept connection to find dead
  const auto failed = co_await outcome(other.get(shop.url()));
  EXPECT_EQ(fault_of(failed), client_fault::connection_closed);
  EXPECT_EQ(shop.requests().size(), 2U + 3U);
}

EDDY_TEST(client_retry, a_post_is_sent_once_unless_the_caller_says_it_may_be_twice) {
  http_mock shop;
  shop.on("POST", "/", {.status = 503});
  client c;
  EXPECT_EQ((co_await c.post(shop.url())).status(), 503);
  EXPECT_EQ(shop.requests().size(), 1U);
  EXPECT_EQ((co_await c.post(shop.url(), {.body = "x", .idempotent = true})).status(), 503);
  EXPECT_EQ(shop.requests().size(), 4U);
  EXPECT_EQ(shop.requests().back().body, "x");
  EXPECT_EQ((co_await c.get(shop.url("/none"), {.idempotent = false})).status(), 404);
}

EDDY_TEST(client_retry, a_post_that_reached_nobody_is_tried_again) {
  tcp::listener listener = testing::listen_on_loopback();
  const endpoint where = listener.local_endpoint();
  listener.close();
  client c;
  const time_point start = loop::current()->now();
  const auto failed = co_await outcome(c.post(testing::at(where, "/"), {.body = "x"}));
  EXPECT_EQ(fault_of(failed), client_fault::connect);
  EXPECT_GT(since(start), 0s) << "there was a pause";
}

EDDY_TEST(client_retry, a_body_that_can_be_sent_once_is) {
  http_mock shop;
  shop.on("PUT", "/", {.status = 503});
  const auto pieces = []() -> body_stream { co_yield "x"; };
  client c;
  EXPECT_EQ((co_await c.put(shop.url(), {.body = body::stream(pieces(), 1)})).status(), 503);
  EXPECT_EQ(shop.requests().size(), 1U);
  EXPECT_EQ((co_await c.put(shop.url(), {.body = body::stream(pieces, 1)})).status(), 503);
  EXPECT_EQ(shop.requests().size(), 4U);
}

EDDY_TEST(client_retry, pauses_double_up_to_the_longest_and_are_left_to_chance) {
  http_mock shop;
  shop.on("GET", "/", {.status = 503});
  client c({.total_timeout = 1h, .retry = {.most = 8}});
  (void)co_await c.get(shop.url());
  const auto& seen = shop.requests();
  EXPECT_EQ(seen.size(), 9U);
  duration most = 500ms;
  for (std::size_t i = 1; i < seen.size(); ++i, most = std::min<duration>(2 * most, 8s)) {
    EXPECT_LE(seen[i].arrived - seen[i - 1].arrived, most + 100ms) << i;
  }
}

EDDY_TEST(client_retry, retry_after_is_waited_for) {
  http_mock shop;
  shop.on("GET", "/", {.status = 429, .headers = {{"Retry-After", "20"}}});
  shop.on("GET", "/", {.body = "tea"});
  client c;
  const time_point start = loop::current()->now();
  EXPECT_EQ((co_await c.get(shop.url())).status(), 200);
  EXPECT_GE(since(start), 20s);
  EXPECT_LT(since(start), 21s);
}

EDDY_TEST(client_retry, retry_after_that_asks_too_much_is_left_to_the_caller) {
  http_mock shop;
  shop.on("GET", "/", {.status = 503, .headers = {{"Retry-After", "61"}}});
  client c({.total_timeout = 1h});
  EXPECT_EQ((co_await c.get(shop.url())).status(), 503);
  EXPECT_EQ(shop.requests().size(), 1U);
}

EDDY_TEST(client_retry, no_pause_goes_past_the_deadline) {
  http_mock shop;
  shop.on("GET", "/", {.status = 503, .headers = {{"Retry-After", "30"}}});
  client c;
  const time_point start = loop::current()->now();
  EXPECT_EQ((co_await c.get(shop.url(), {.timeout = 30s})).status(), 503);
  EXPECT_LT(since(start), 1s);
  EXPECT_EQ(shop.requests().size(), 1U);
}

EDDY_TEST(client_retry, a_server_that_is_down_is_spared) {
  http_mock shop;
  shop.on("GET", "/", {.status = 503});
  client c;
  for (int i = 0; i < 100; ++i) (void)co_await c.get(shop.url());
  EXPECT_LE(shop.requests().size(), 100U + 10U + 20U);
  EXPECT_GE(shop.requests().size(), 100U + 20U);
}

EDDY_TEST(client_retry, none_where_nobody_wants_one) {
  http_mock shop;
  shop.on("GET", "/", {.status = 503});
  client c({.retry = {.most = 0}});
  EXPECT_EQ((co_await c.get(shop.url())).status(), 503);
  EXPECT_EQ(shop.requests().size(), 1U);
  EXPECT_EQ((co_await c.get(shop.url(), {.retries = 1})).status(), 503);
  EXPECT_EQ(shop.requests().size(), 3U);
}

EDDY_TEST(client_retry, a_cancel_ends_the_pause) {
  http_mock shop;
  shop.on("GET", "/", {.status = 503, .headers = {{"Retry-After", "50"}}});
  client c;
  const time_point start = loop::current()->now();
  EXPECT_FALSE(co_await wait_for_optional(c.get(shop.url()), 10s));
  EXPECT_EQ(since(start), 10s);
  EXPECT_EQ(c.in_use(), 0U);
  EXPECT_EQ((co_await c.get(shop.url("/none"))).status(), 404) << "used again";
}

}  // namespace
}  // namespace eddy::http
