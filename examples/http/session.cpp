// SPDX-License-Identifier: MIT
// One client for all requests, or a client for each: what it costs in connections.
#include <iostream>
#include <set>
#include <string>

#include <eddy/core/run.hpp>
#include <eddy/core/with.hpp>
#include <eddy/http/client.hpp>

#include "local_server.hpp"

namespace http = eddy::http;

namespace {

// snippet: session
eddy::task<> one_client_for_all(std::string origin) {
  co_await eddy::with(http::client(), [&](http::client& client) -> eddy::task<> {
    for (int i = 0; i < 10; ++i) {
      auto answer = co_await client.get(origin + "/");
      (void)co_await answer.text();  // read to its end, its connection serves the next request
    }
  });
}

eddy::task<> a_client_for_each(std::string origin) {
  for (int i = 0; i < 10; ++i) {
    http::client client;
    auto answer = co_await client.get(origin + "/");
    (void)co_await answer.text();
  }
}
// end snippet

eddy::task<> start() {
  std::set<std::string> seen;  // who has connected
  http::server server;
  server.route("GET", "/", [&](http::server_request& request) -> eddy::task<http::server_reply> {
    seen.insert(request.peer.to_string());
    co_return http::server_reply::text(200, "hello");
  });
  co_await while_serving(server, [&](std::string origin) -> eddy::task<> {
    co_await one_client_for_all(origin);
    std::cout << "one client: " << seen.size() << " connection\n";
    seen.clear();
    co_await a_client_for_each(origin);
    std::cout << "a client for each request: " << seen.size() << " connections\n";
  });
}

}  // namespace

int main() { return eddy::run(start); }
