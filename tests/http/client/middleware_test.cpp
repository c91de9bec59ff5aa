// SPDX-License-Identifier: MIT
#include <chrono>
#include <string>
#include <utility>
#include <vector>

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
using eddy::testing::mock_reply;

EDDY_TEST(client_middleware, stands_before_every_request_in_order) {
  http_mock shop;
  shop.on("GET", "/", mock_reply::redirect("/end"));
  shop.on("GET", "/end", {.body = "tea"});
  std::vector<std::string> seen;
  client c;
  for (const char* name : {"outer", "inner"}) {
    c.use([&seen, name](client_request& r, const client_handler& next) -> task<response> {
      seen.push_back(std::string(name) + " " + r.method + " " + std::string(r.url.path()));
      r.options.headers.add("X-Passed", name);
      response answer = co_await next(r);
      seen.push_back(std::string(name) + " " + std::to_string(answer.status()));
      co_return answer;
    });
  }
  response r = co_await c.get(shop.url());
  EXPECT_EQ(co_await r.text(), "tea");
  EXPECT_EQ(seen,
            (std::vector<std::string>{"outer GET /", "inner GET /", "inner 200", "outer 200"}))
      << "once, whatever the redirects";
  EXPECT_EQ(shop.requests().back().head.headers.get_all("X-Passed").size(), 2U);
}

EDDY_TEST(client_middleware, may_send_again_what_can_be_sent_again) {
  http_mock shop;
  shop.on("POST", "/", {.status = 401});
  shop.on("POST", "/", {.body = "tea"});
  client c;
  c.use([](client_request& r, const client_handler& next) -> task<response> {
    response answer = co_await next(r);
    if (answer.status() != 401) co_return answer;
    r.options.authorization = bearer_auth("fresh");
    co_return co_await next(r);
  });
  EXPECT_EQ((co_await c.post(shop.url(), {.body = "order"})).status(), 200);
  EXPECT_EQ(shop.requests()[1].body, "order");
  EXPECT_EQ(shop.requests()[1].head.headers.get("Authorization"), "Bearer fresh");
}

EDDY_TEST(client_middleware, hears_of_a_body_that_cannot_be_sent_again) {
  http_mock shop;
  shop.on("POST", "/", {.status = 401});
  shop.on("POST", "/", {.body = "tea"});
  client c;
  c.use([](client_request& r, const client_handler& next) -> task<response> {
    (void)co_await next(r);
    co_return co_await next(r);
  });
  const auto once = []() -> body_stream { co_yield "order"; };
  const auto failed = co_await outcome(c.post(shop.url(), {.body = body::stream(once())}));
  EXPECT_EQ(testing::fault_of(failed), client_fault::bad_body);
}

EDDY_TEST(client_middleware, may_answer_itself) {
  client c;
  c.use([](client_request& r, const client_handler&) -> task<response> {
    co_return response(std::string(r.url.href()), {.status = 304}, nullptr);
  });
  response r = co_await c.get("http://nosuch.invalid/");
  EXPECT_EQ(r.status(), 304);
  EXPECT_EQ(co_await r.text(), "");
}

EDDY_TEST(client_middleware, works_within_the_time_of_its_request) {
  http_mock shop;
  shop.on("GET", "/", {.delay = 3s});
  client c;
  c.use([](client_request& r, const client_handler& next) -> task<response> {
    (void)co_await next(r);
    co_return co_await next(r);
  });
  EXPECT_TRUE((co_await c.get(shop.url(), {.timeout = 7s})).ok());
  const auto late = co_await outcome(c.get(shop.url(), {.timeout = 5s}));
  EXPECT_FALSE(late.has_value()) << "both sendings count";
}

}  // namespace
}  // namespace eddy::http
