// SPDX-License-Identifier: MIT
#include <eddy/core/run.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/server.hpp>
#include <iostream>

namespace http = eddy::http;

// snippet: whole
eddy::task<http::server_reply> greet(http::server_request& request) {
  co_return http::server_reply::text(200, "hello " + std::string(request.parameter("name")));
}

eddy::task<> serve_and_ask() {
  auto listener = eddy::tcp::listen({eddy::ip_address::loopback_v4(), 0});
  const std::string origin = "http://" + listener.local_endpoint().to_string();

  http::server server;
  server.route("GET", "/greet/{name}", greet);

  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    auto serving = group.create_task(&http::server::serve, &server, std::move(listener));

    http::client client;
    http::response answer = co_await client.get(origin + "/greet/world");
    std::cout << answer.status() << ": " << co_await answer.text() << '\n';

    serving.cancel();
  });
}
// end snippet

int main() { return eddy::run(serve_and_ask); }
