// SPDX-License-Identifier: MIT
// Connections, servers, datagrams, names: the rows of docs/from-asyncio.md under these names.
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/core/race.hpp>
#include <eddy/core/run.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/io/buffered_reader.hpp>
#include <eddy/io/buffered_writer.hpp>
#include <eddy/io/memory_stream.hpp>
#include <eddy/io/resolve.hpp>
#include <eddy/io/serve.hpp>
#include <eddy/io/tcp.hpp>
#include <eddy/io/udp.hpp>

// snippet: handler
eddy::task<> handle(eddy::tcp::socket client) {
  eddy::buffered_reader reader(client);
  const auto line = co_await reader.read_line();
  co_await client.write_all("you said " + line.value_or("nothing") + '\n');
}  // It closes when the socket goes.

eddy::task<> serve(eddy::tcp::listener& listener) {
  co_await eddy::serve(listener, handle);  // until cancelled
}
// end snippet

eddy::task<> ask(std::uint16_t port) {
  // snippet: open-connection
  auto connection = co_await eddy::tcp::connect("localhost", port);
  co_await connection.write_all("hello\n");
  eddy::buffered_reader reader(connection);
  const auto answer = co_await reader.read_line();
  std::cout << answer.value_or("no answer") << '\n';
  // end snippet
}

eddy::task<> serve_and_ask() {
  // snippet: start-server
  auto listener = eddy::tcp::listen({eddy::ip_address::loopback_v4(), 0});
  const std::uint16_t port = listener.local_endpoint().port;
  // end snippet
  co_await eddy::race(serve(listener), ask(port));
}

eddy::task<> read_a_message() {
  auto [ours, theirs] = eddy::memory_stream::pair();
  // snippet: writer
  eddy::buffered_writer writer(theirs);
  writer.write("a head\r\n\r\n");
  writer.write("body");
  writer.write("one\ntwo\n");
  co_await writer.flush();
  co_await writer.shutdown();
  // end snippet
  // snippet: reader
  eddy::buffered_reader reader(ours);
  const auto head = co_await reader.read_until("\r\n\r\n");
  std::string body(4, '\0');
  co_await reader.read_exactly(body);
  EDDY_FOR (std::string_view line, reader.lines()) std::cout << line << '\n';
  // end snippet
  std::cout << head->size() << " bytes before " << body << '\n';
}

// snippet: datagrams
eddy::task<> echo(eddy::udp::socket& socket) {
  std::string bytes(1500, '\0');
  for (;;) {
    const eddy::udp::received got = co_await socket.receive_from(bytes);
    co_await socket.send_to(std::string_view(bytes).substr(0, got.size), got.from);
  }
}
// end snippet

eddy::task<> ping(eddy::endpoint where) {
  auto client = co_await eddy::udp::connect(where);
  co_await client.send("ping");
  std::string answer(100, '\0');
  answer.resize((co_await client.receive_from(answer)).size);
  std::cout << answer << '\n';
}

eddy::task<> echo_and_ping() {
  // snippet: datagram-endpoint
  auto socket = eddy::udp::bind({eddy::ip_address::loopback_v4(), 0});
  // end snippet
  co_await eddy::race(echo(socket), ping(socket.local_endpoint()));
}

eddy::task<> resolve() {
  // snippet: getaddrinfo
  const std::vector<eddy::ip_address> found = co_await eddy::resolve("localhost");
  // end snippet
  std::cout << (found.at(0).is_loopback() ? "this machine\n" : "somewhere else\n");
}

eddy::task<> start() {
  co_await serve_and_ask();
  co_await read_a_message();
  co_await echo_and_ping();
  co_await resolve();
}

int main() { return eddy::run(start); }
