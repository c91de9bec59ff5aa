// SPDX-License-Identifier: MIT
// A server whose connections all are TLS, and a client of its.
#include <cstdint>
#include <iostream>
#include <string>
#include <utility>

#include <eddy/core/race.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/io/buffered_reader.hpp>
#include <eddy/io/serve.hpp>
#include <eddy/io/tcp.hpp>
#include <eddy/io/tls.hpp>

#include <support/localhost_certificate.hpp>

using namespace std::chrono_literals;

// snippet: handler
eddy::task<> handle(eddy::tcp::socket client, eddy::tls::context context) {
  auto connection =
      co_await eddy::wait_for(eddy::tls::accept(std::move(client), std::move(context)), 10s);
  eddy::buffered_reader reader(connection);
  const auto line = co_await reader.read_line();
  co_await connection.write_all("you whispered " + line.value_or("nothing") + '\n');
  co_await connection.shutdown();  // Without this goodbye it would look cut.
}
// end snippet

eddy::task<> ask(std::uint16_t port) {
  const std::string authority(localhost_certificate);
  // snippet: client
  const auto context = eddy::tls::context::client({.trust = {.pem = authority}});
  auto connection = co_await eddy::tls::connect(co_await eddy::tcp::connect("localhost", port),
                                                context, {.host = "localhost"});
  // end snippet
  co_await connection.write_all("hello\n");
  std::cout << co_await eddy::buffered_reader(connection).read_all(100);
}

// snippet: server
eddy::task<> serve(eddy::tcp::listener& listener, eddy::tls::identity who_we_are) {
  const auto context = eddy::tls::context::server({.who_we_are = std::move(who_we_are)});
  co_await eddy::serve(
      listener, [&](eddy::tcp::socket client) { return handle(std::move(client), context); });
}
// end snippet

eddy::task<> start() {
  auto listener = eddy::tcp::listen({eddy::ip_address::loopback_v4(), 0});
  const std::uint16_t port = listener.local_endpoint().port;
  co_await eddy::race(serve(listener, {.chain_pem = std::string(localhost_certificate),
                                       .key_pem = std::string(localhost_key)}),
                      ask(port));
}

int main() { return eddy::run(start); }
