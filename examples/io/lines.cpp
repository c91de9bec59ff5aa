// SPDX-License-Identifier: MIT
// Reading by lines, counts and separators, and writing in a buffer.
#include <cstddef>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/io/buffered_reader.hpp>
#include <eddy/io/buffered_writer.hpp>
#include <eddy/io/memory_stream.hpp>
#include <eddy/io/read_error.hpp>

using namespace eddy;

// snippet: server
/// A protocol of lines: `SIZE n`, then so many bytes, answered by the sum of them.
template <byte_stream S>
task<> serve(S connection) {
  buffered_reader in(connection);
  buffered_writer out(connection);
  while (const auto line = co_await in.read_line(80)) {
    if (!line->starts_with("SIZE ")) {
      co_await out.write_all("what is \"" + *line + "\"?\n");
      continue;
    }
    std::string bytes(std::stoul(line->substr(5)), '\0');
    co_await in.read_exactly(bytes);
    int sum = 0;
    for (const char c : bytes) sum += c;
    co_await out.write_all(std::to_string(sum) + "\n");
  }
  co_await out.shutdown();  // sends what is buffered first
}
// end snippet

// snippet: lines
task<> ask(memory_stream connection) {
  buffered_writer out(connection);
  out.write("SIZE 3\n");
  out.write("\x01\x02\x03");
  out.write("HELLO\n");
  co_await out.shutdown();

  buffered_reader in(connection);
  EDDY_FOR (std::string_view line, in.lines()) std::cout << "answer: " << line << '\n';
}
// end snippet

// snippet: limit
task<> read_a_head(memory_stream from) {
  buffered_reader in(from);
  try {
    (void)co_await in.read_until("\r\n\r\n", 10);
  } catch (const limit_exceeded& e) {
    std::cout << e.what() << '\n';
  }
  // Nothing is lost: it goes on with more patience.
  const auto head = co_await in.read_until({"\r\n\r\n", "\n\n"}, 1000);
  std::cout << "head: " << head->size() << " bytes\n";
  try {
    std::string body(100, '\0');
    co_await in.read_exactly(body);
  } catch (const incomplete_read& e) {
    std::cout << e.what() << '\n';
  }
  std::cout << "body: " << co_await in.read_all(1000) << '\n';
}
// end snippet

// snippet: parser
/// For a parser of your own: look, ask for more, say what is done with.
template <class Source>
task<std::size_t> count_zeros_before_the_first_one(buffered_reader<Source>& in) {
  for (std::size_t zeros = 0;;) {
    for (const std::byte b : in.buffered()) {
      if (b == std::byte{1}) co_return zeros;
      ++zeros;
    }
    in.consume(in.buffered().size());
    if (!co_await in.fill()) co_return zeros;
  }
}
// end snippet

task<memory_stream> holding(std::string_view text) {
  auto [a, b] = memory_stream::pair();
  co_await a.write_all(text);
  co_await a.shutdown();
  co_return std::move(b);
}

task<> start() {
  auto [client, server] = memory_stream::pair();
  co_await gather(serve(std::move(server)), ask(std::move(client)));
  co_await read_a_head(co_await holding("GET / HTTP/1.1\r\nHost: shop\r\n\r\nsome body"));
  buffered_reader in(co_await holding(std::string_view("\0\0\0\1", 4)));
  std::cout << co_await count_zeros_before_the_first_one(in) << " zeros\n";
}

int main() { return run(start); }
