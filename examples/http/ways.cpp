// SPDX-License-Identifier: MIT
// A host name may lead to a Unix socket, and a body may be made while it is sent.
#include <iostream>
#include <string>

#include <eddy/core/run.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/with.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/server.hpp>
#include <eddy/io/temporary.hpp>

namespace http = eddy::http;

namespace {

// snippet: stream
http::body_stream numbers() {
  for (int i = 1; i <= 3; ++i) {
    const std::string line = std::to_string(i) + "\n";
    co_yield line;  // made when the connection has room for it
  }
}
// end snippet

// snippet: unix
eddy::task<std::string> post_to_daemon(const std::string& path) {
  http::client client({.resolve = {{.host = "daemon", .unix_path = path}}});
  auto answer = co_await client.post("http://daemon/sum", {.body = http::body::stream(numbers)});
  co_return co_await answer.text();
}
// end snippet

eddy::task<http::server_reply> sum(http::server_request& request) {
  int total = 0;
  auto lines = request.lines();
  while (const auto line = co_await lines.next()) total += std::stoi(std::string(*line));
  co_return http::server_reply::text(200, std::to_string(total));
}

eddy::task<> serve_and_ask(eddy::temporary_directory& folder) {
  const std::string path = folder.path() + "/daemon.sock";
  http::server server;
  server.route("POST", "/sum", sum);
  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    auto serving =
        group.create_task(&http::server::serve, &server, eddy::unix_socket::listen(path));
    std::cout << "the sum is " << co_await post_to_daemon(path) << '\n';
    serving.cancel();
  });
}

eddy::task<> start() { co_await eddy::with(eddy::temporary_directory::make(), serve_and_ask); }

}  // namespace

int main() { return eddy::run(start); }
