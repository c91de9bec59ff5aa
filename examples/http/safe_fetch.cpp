// SPDX-License-Identifier: MIT
// What may go wrong with a request, told apart.
#include <chrono>
#include <iostream>
#include <string>

#include <eddy/codec/json.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/http/client.hpp>

#include "local_server.hpp"

namespace http = eddy::http;
namespace json = eddy::json;
using namespace std::chrono_literals;

namespace {

// snippet: safe-fetch
eddy::task<std::string> safe_fetch(http::client& client, std::string url) {
  try {
    http::response answer = co_await client.get(url, {.timeout = 200ms});
    if (!answer.ok()) co_return "HTTP " + std::to_string(answer.status());
    const json::value document = co_await answer.json();
    co_return "Hello " + document["name"].as_string();
  } catch (const eddy::timeout_error&) {
    co_return "Request timeout";
  } catch (const json::parse_error&) {
    co_return "No JSON";
  } catch (const http::client_error& error) {
    const bool unreachable = error.fault() == http::client_fault::connect;
    co_return unreachable ? "Client error: nobody there" : "Client error";
  }
}
// end snippet

eddy::task<> start() {
  http::server server;
  server.route("GET", "/user", [](http::server_request&) -> eddy::task<http::server_reply> {
    co_return http::server_reply::json(200, json::object{{"name", "Mira"}});
  });
  server.route("GET", "/page", [](http::server_request&) -> eddy::task<http::server_reply> {
    co_return http::server_reply::html(200, "<p>hello");
  });
  server.route("GET", "/slow", [](http::server_request&) -> eddy::task<http::server_reply> {
    co_await eddy::sleep(1min);
    co_return http::server_reply::text(200, "at last");
  });
  co_await while_serving(server, [](std::string origin) -> eddy::task<> {
    http::client client;
    std::cout << co_await safe_fetch(client, origin + "/user") << '\n'
              << co_await safe_fetch(client, origin + "/page") << '\n'
              << co_await safe_fetch(client, origin + "/nowhere") << '\n'
              << co_await safe_fetch(client, origin + "/slow") << '\n'
              << co_await safe_fetch(client, "http://127.0.0.1:1/") << '\n';
  });
}

}  // namespace

int main() { return eddy::run(start); }
