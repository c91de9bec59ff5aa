// SPDX-License-Identifier: MIT
// What a client does by itself: retries, cookies, credentials, a rate for each host.
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include <eddy/core/run.hpp>
#include <eddy/http/client.hpp>

#include "local_server.hpp"

namespace http = eddy::http;
using namespace std::chrono_literals;

namespace {

// snippet: retries
eddy::task<> order(std::string url) {
  http::client client({.retry = {.most = 4, .pause = 10ms}});
  http::response seen = co_await client.get(url);  // again after a 503
  std::cout << "seen: " << co_await seen.text() << '\n';

  // The server knows an order by its key, so that it may come twice.
  http::response placed = co_await client.post(
      url, {.headers = {{"Idempotency-Key", "order-7"}}, .body = "tea", .idempotent = true});
  std::cout << "placed: " << placed.status() << '\n';
}
// end snippet

// snippet: cookies
eddy::task<> sign_in(std::string origin) {
  auto jar = std::make_shared<http::cookie_jar>();
  http::client client({.cookies = jar});
  (void)co_await client.post(origin + "/login",
                             {.authorization = http::basic_auth("ada", "secret")});
  http::response page = co_await client.get(origin + "/account");
  std::cout << co_await page.text() << '\n';
  for (const http::cookie& kept : jar->all()) std::cout << "kept: " << kept.name << '\n';
}
// end snippet

// snippet: rate
eddy::task<> politely(std::string origin) {
  // To each host at most two at once, and one every 20 ms.
  http::client client(
      {.max_per_host = 2, .rate_per_host = http::request_rate{.count = 50, .per = 1s}});
  for (int i = 0; i < 3; ++i) {
    (void)co_await client.get(origin + "/order", {.authorization = http::bearer_auth("token")});
  }
}
// end snippet

// snippet: set-cookie
bool is_for_its_host_alone(std::string_view set_cookie, std::string_view from) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto read = http::parse_set_cookie(set_cookie, eddy::url::parse(from).value(), now);
  return read && read->host_only;
}
// end snippet

eddy::task<http::server_reply> account(http::server_request& request) {
  const auto cookie = request.head.headers.get("Cookie");
  co_return http::server_reply::text(200, cookie == "session=7" ? "hello Ada" : "who are you?");
}

eddy::task<http::server_reply> login(http::server_request& request) {
  const bool known = request.head.headers.get("Authorization") == http::basic_auth("ada", "secret");
  http::server_reply reply = http::server_reply::text(known ? 200 : 401, "");
  if (known) reply.headers.add("Set-Cookie", "session=7; HttpOnly");
  co_return reply;
}

eddy::task<> start() {
  std::cout << std::boolalpha << is_for_its_host_alone("a=b", "http://x.shop.test/") << ' '
            << is_for_its_host_alone("a=b; Domain=shop.test", "http://x.shop.test/") << '\n';
  int asked = 0;
  http::server server;
  const auto busy = [&](http::server_request&) -> eddy::task<http::server_reply> {
    const bool turned_away = ++asked % 2 == 1;
    co_return http::server_reply::text(turned_away ? 503 : 200, turned_away ? "" : "tea");
  };
  server.route("GET", "/order", busy);
  server.route("POST", "/order", busy);
  server.route("POST", "/login", login);
  server.route("GET", "/account", account);
  co_await while_serving(server, [&](std::string origin) -> eddy::task<> {
    co_await order(origin + "/order");
    std::cout << "asked " << asked << " times\n";
    co_await sign_in(origin);
    const auto begin = std::chrono::steady_clock::now();
    co_await politely(origin);
    const bool slow = std::chrono::steady_clock::now() - begin >= 40ms;
    std::cout << (slow ? "politely\n" : "in haste\n");
  });
}

}  // namespace

int main() { return eddy::run(start); }
