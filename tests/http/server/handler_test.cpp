// SPDX-License-Identifier: MIT
//
// What surrounds a handler: its route's options, middlewares, errors, and who hears of its answer.
#include <chrono>
#include <string>
#include <vector>

#include <eddy/codec/json.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/http/reply_error.hpp>
#include <eddy/http/server.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using testing::talk;
using testing::while_serving;

std::string ask(std::string_view method, std::string_view path, std::string_view body = {}) {
  std::string text(method);
  text.append(" ").append(path).append(" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
  if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text.append("\r\n").append(body);
}

std::string body_of(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

task<server_reply> echo(server_request& request) {
  co_return server_reply::text(200, co_await request.text() + ";");
}

EDDY_NETWORK_TEST(server_handler, a_route_may_allow_larger_and_smaller_bodies) {
  server s({.max_body = 10});
  s.route("POST", "/large", echo, {.max_body = 20});
  s.route("POST", "/small", echo, {.max_body = 5});
  s.route("POST", "/", echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    const auto status = [&](std::string_view path, std::size_t size) -> task<std::string> {
      co_return (co_await talk(where, ask("POST", path, std::string(size, 'x')))).substr(9, 3);
    };
    EXPECT_EQ(co_await status("/large", 20), "200");
    EXPECT_EQ(co_await status("/large", 21), "413");
    EXPECT_EQ(co_await status("/small", 5), "200");
    EXPECT_EQ(co_await status("/small", 6), "413");
    EXPECT_EQ(co_await status("/", 10), "200");
    EXPECT_EQ(co_await status("/", 11), "413");
  });
}

EDDY_NETWORK_TEST(server_handler, one_that_takes_longer_than_its_route_allows_is_a_503) {
  server s;
  bool unwound = false;
  s.route("GET", "/",
          [&](server_request&) -> task<server_reply> {
            struct leaving {
              bool& flag;
              ~leaving() { flag = true; }
            };
            const leaving when_unwound{unwound};
            co_await sleep(1h);
            co_return server_reply{};
          },
          {.timeout = 10ms});
  co_await while_serving(s, [](endpoint where) -> task<> {
    EXPECT_TRUE((co_await talk(where, ask("GET", "/"))).starts_with("HTTP/1.1 503 "));
  });
  EXPECT_TRUE(unwound);
}

EDDY_NETWORK_TEST(server_handler, a_reply_error_is_the_answer) {
  server s;
  s.fallback([](server_request&) -> task<server_reply> {
    throw reply_error(404, "no such product");
    co_return server_reply{};
  });
  ::testing::internal::CaptureStderr();
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answer = co_await talk(where, ask("GET", "/"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 404 Not Found\r\n"));
    EXPECT_EQ(body_of(answer), "no such product\n");
  });
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

EDDY_NETWORK_TEST(server_handler, json_in_a_request_that_is_none_is_the_clients_fault) {
  server s;
  s.fallback([](server_request& request) -> task<server_reply> {
    if (request.path == "/ours") (void)json::parse("{");
    const json::value document = co_await request.json();
    co_return server_reply::text(200, document["name"].as<std::string>());
  });
  ::testing::internal::CaptureStderr();
  co_await while_serving(s, [](endpoint where) -> task<> {
    EXPECT_EQ(body_of(co_await talk(where, ask("POST", "/", R"({"name": "tea"})"))), "tea");
    const std::string bad = co_await talk(where, ask("POST", "/", R"({"name": tea})"));
    EXPECT_TRUE(bad.starts_with("HTTP/1.1 400 ")) << bad;
    EXPECT_NE(bad.find("line 1, column "), bad.npos) << bad;
    EXPECT_TRUE((co_await talk(where, ask("POST", "/ours"))).starts_with("HTTP/1.1 500 "));
  });
  (void)::testing::internal::GetCapturedStderr();
}

EDDY_NETWORK_TEST(server_handler, a_body_that_knows_its_type_says_it_unless_the_handler_does) {
  server s;
  s.fallback([](server_request& request) -> task<server_reply> {
    server_reply reply{.body = "a,b"};
    reply.body.set_content_type("text/csv");
    if (request.path == "/own") reply.headers.add("content-type", "text/plain");
    co_return reply;
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answer = co_await talk(where, ask("GET", "/"));
    EXPECT_NE(answer.find("\r\nContent-Type: text/csv\r\n"), answer.npos) << answer;
    const std::string own = co_await talk(where, ask("GET", "/own"));
    EXPECT_NE(own.find("\r\ncontent-type: text/plain\r\n"), own.npos) << own;
    EXPECT_EQ(own.find("text/csv"), own.npos);
  });
}

EDDY_NETWORK_TEST(server_handler, middlewares_stand_before_it_in_the_order_they_came) {
  server s;
  const auto mark = [](std::string name) {
    return [name](server_request& request, const handler& next) -> task<server_reply> {
      if (request.path == "/" + name) co_return server_reply::text(403, "stopped by " + name);
      server_reply reply = co_await next(request);
      reply.headers.add("Via", name);
      co_return reply;
    };
  };
  s.use(mark("outer"));
  s.use(mark("inner"));
  s.fallback(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answer = co_await talk(where, ask("GET", "/"));
    EXPECT_NE(answer.find("Via: inner\r\nVia: outer\r\n"), answer.npos) << answer;
    const std::string stopped = co_await talk(where, ask("GET", "/inner"));
    EXPECT_EQ(body_of(stopped), "stopped by inner");
    EXPECT_NE(stopped.find("Via: outer\r\n"), stopped.npos);
  });
}

EDDY_NETWORK_TEST(server_handler, options_tells_the_methods_unless_somebody_serves_it) {
  server s;
  s.route("GET", "/a", echo);
  s.route("PUT", "/a", echo);
  s.route("OPTIONS", "/b", echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answer = co_await talk(where, ask("OPTIONS", "/a"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 204 "));
    EXPECT_NE(answer.find("Allow: GET, HEAD, OPTIONS, PUT\r\n"), answer.npos) << answer;
    EXPECT_TRUE((co_await talk(where, ask("OPTIONS", "*"))).starts_with("HTTP/1.1 204 "));
    EXPECT_TRUE((co_await talk(where, ask("OPTIONS", "/b"))).starts_with("HTTP/1.1 200 "));
    EXPECT_TRUE((co_await talk(where, ask("OPTIONS", "/c"))).starts_with("HTTP/1.1 404 "));
  });
}

EDDY_NETWORK_TEST(server_handler, every_request_is_heard_of_when_it_is_over) {
  std::vector<std::string> log;
  event left;
  server s({.on_request = [&](const access_record& record) {
    EXPECT_GE(record.took, 0s);
    log.push_back(record.request.head.method + " " + record.request.path + " " +
                  std::to_string(record.status) + " " + std::to_string(record.sent) +
                  (record.complete ? "" : " incomplete"));
    if (record.request.path == "/leave") left.set();
  }});
  s.route("GET", "/text",
          [](server_request&) -> task<server_reply> { co_return server_reply::text(200, "abc"); });
  s.route("GET", "/stream", [](server_request&) -> task<server_reply> {
    co_return server_reply{.body = body::stream([]() -> body_stream { co_yield "abcd"; })};
  });
  s.route("GET", "/short", [](server_request&) -> task<server_reply> {
    co_return server_reply{.body = body::stream([]() -> body_stream { co_yield "a"; }, 9)};
  });
  s.route("GET", "/leave", [](server_request&) -> task<server_reply> {
    co_await sleep(1h);
    co_return server_reply{};
  });
  ::testing::internal::CaptureStderr();
  co_await while_serving(s, [&](endpoint where) -> task<> {
    (void)co_await talk(where, "GET /text HTTP/1.1\r\nHost: a\r\n\r\n" + ask("HEAD", "/text"));
    (void)co_await talk(where, ask("GET", "/stream"));
    (void)co_await talk(where, ask("GET", "/short"));
    (void)co_await talk(where, ask("GET", "/none"));
    {
      tcp::socket socket = co_await tcp::connect(where);
      co_await socket.write_all(ask("GET", "/leave"));
      while (s.requests() == 0) co_await yield();
    }
    co_await left.wait();
  });
  (void)::testing::internal::GetCapturedStderr();
  const std::vector<std::string> expected = {"GET /text 200 3",   "HEAD /text 200 0",
                                             "GET /stream 200 4", "GET /short 200 1 incomplete",
                                             "GET /none 404 27",  "GET /leave 0 0 incomplete"};
  EXPECT_EQ(log, expected);
}

}  // namespace
}  // namespace eddy::http
