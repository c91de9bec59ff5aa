// SPDX-License-Identifier: MIT
#include <string>

#include <eddy/core/outcome.hpp>
#include <eddy/http/client.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using testing::at;
using testing::while_serving;

task<server_reply> tell(server_request& request) {
  const auto type = request.head.headers.get("Content-Type").value_or("-");
  server_reply reply = server_reply::text(
      200, request.head.method + " " + std::string(type) + " " + co_await request.text());
  reply.headers.add("X-Method", request.head.method);
  co_return reply;
}

EDDY_NETWORK_TEST(client_verbs, each_sends_the_method_of_its_name) {
  server s;
  s.fallback(tell);
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    const std::string url = at(where, "/");
    const auto told = [](response answer) -> task<std::string> {
      co_return co_await answer.text();
    };
    EXPECT_EQ(co_await told(co_await c.get(url)), "GET - ");
    EXPECT_EQ(co_await told(co_await c.post(url, {.body = "a"})), "POST - a");
    EXPECT_EQ(co_await told(co_await c.put(url, {.body = "b"})), "PUT - b");
    EXPECT_EQ(co_await told(co_await c.patch(url, {.body = "c"})), "PATCH - c");
    EXPECT_EQ(co_await told(co_await c.del(url)), "DELETE - ");
    const response head = co_await c.head(url);
    EXPECT_EQ(head.headers().get("X-Method"), "HEAD");
    const response options = co_await c.options(url);
    EXPECT_EQ(options.headers().get("X-Method"), "OPTIONS");
  });
}

EDDY_NETWORK_TEST(client_verbs, a_body_says_what_it_is_unless_the_caller_does) {
  server s;
  s.fallback(tell);
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    response form = co_await c.post(at(where, "/"), {.body = body::form({{"a", "b"}})});
    EXPECT_EQ(co_await form.text(), "POST application/x-www-form-urlencoded a=b");
    response own = co_await c.post(
        at(where, "/"), {.headers = {{"content-type", "x/y"}}, .body = body::form({{"a", "b"}})});
    EXPECT_EQ(co_await own.text(), "POST x/y a=b");
  });
}

EDDY_NETWORK_TEST(client_verbs, a_bad_status_can_be_made_an_error) {
  server s;
  s.fallback([](server_request& request) -> task<server_reply> {
    co_return server_reply::text(std::stoi(request.path.substr(1)), "");
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    for (const char* fine : {"/200", "/304", "/399"}) {
      const response r = co_await c.get(at(where, fine));
      EXPECT_NO_THROW(r.raise_for_status()) << fine;
    }
    const response missing = co_await c.get(at(where, "/404"));
    try {
      missing.raise_for_status();
      ADD_FAILURE() << "a 404 was fine";
    } catch (const status_error& e) {
      EXPECT_EQ(e.status(), 404);
      EXPECT_EQ(e.fault(), client_fault::status);
      EXPECT_EQ(e.what(), at(where, "/404") + ": 404 Not Found");
    }
  });
}

}  // namespace
}  // namespace eddy::http
