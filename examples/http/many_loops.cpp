// SPDX-License-Identifier: MIT
// One server a core: the loops share a port, and the kernel deals out the connections.
#include <iostream>
#include <string>

#include <eddy/core/race.hpp>
#include <eddy/core/run_on_each.hpp>
#include <eddy/flow/channel.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/server.hpp>

namespace http = eddy::http;

namespace {

eddy::task<http::server_reply> hello(http::server_request&) {
  co_return http::server_reply::text(200, "hello");
}

// snippet: serve
/// Runs on every loop. Each has a server of its own, so handlers share nothing by accident.
eddy::task<> serve(eddy::endpoint where) {
  http::server server;
  server.route("GET", "/", hello);
  co_await server.serve(eddy::tcp::listen(where, {.reuse_port = true}));
}
// end snippet

eddy::task<> ask(eddy::endpoint where, eddy::channel<int>& done) {
  const std::string url = "http://" + where.to_string() + "/";
  int answers = 0;
  for (; answers < 20; ++answers) {
    http::client client;  // for a connection of its own
    if ((co_await client.get(url)).status() != 200) break;
  }
  std::cout << answers << " answers\n";
  done.close();
}

eddy::endpoint free_port() {
  return eddy::tcp::listen({eddy::ip_address::loopback_v4(), 0}).local_endpoint();
}

}  // namespace

int main() {
  eddy::endpoint where;
  eddy::run([&]() -> eddy::task<> {
    where = free_port();
    co_return;
  });
  eddy::channel<int> ready(2);
  eddy::channel<int> done(0);
  // A program that serves for good is shorter: run_on_each({}, [&](int) { return serve(where); })
  const int status = eddy::run_on_each({.loops = 2}, [&](int index) -> eddy::task<> {
    co_await eddy::race(serve(where), [&]() -> eddy::task<> {
      if (index == 0) {
        (void)co_await ready.receive();
        co_await ask(where, done);
      } else {
        (void)co_await ready.send(index);
      }
      (void)co_await done.receive();
    }());
  });
  return status;
}
