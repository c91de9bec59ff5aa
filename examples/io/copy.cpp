// SPDX-License-Identifier: MIT
// A stream of one's own, between two others.
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <span>
#include <string>
#include <utility>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/io/buffered_reader.hpp>
#include <eddy/io/byte_stream.hpp>
#include <eddy/io/copy.hpp>
#include <eddy/io/memory_stream.hpp>
#include <eddy/io/tcp.hpp>
#include <eddy/io/write_all.hpp>

using namespace eddy;

// snippet: own-reader
/// Reads another stream, in capitals. Anything with such a read_some() is a byte_reader.
template <byte_reader R>
class shouting {
 public:
  explicit shouting(R& from) : from_(from) {}

  task<std::size_t> read_some(std::span<std::byte> into) {
    const std::size_t count = co_await from_.read_some(into);
    for (std::byte& b : into.first(count)) {
      b = static_cast<std::byte>(std::toupper(static_cast<unsigned char>(b)));
    }
    co_return count;
  }

 private:
  R& from_;
};
// end snippet

// snippet: copy
template <byte_reader R, byte_writer W>
task<> pass_on(R from, W to) {
  shouting loud(from);
  const std::uint64_t count = co_await copy(loud, to);
  co_await to.shutdown();
  std::cout << count << " bytes\n";
}
// end snippet

// snippet: pieces
static_assert(gather_writer<tcp::socket>);  // by one system call

task<> send(memory_stream to) {
  const std::string head = "a head, ";
  const std::string body = "and a body";
  // Without a copy into one string.
  co_await write_all(to, {std::as_bytes(std::span(head)), std::as_bytes(std::span(body))});
  co_await to.shutdown();
}
// end snippet

task<> receive(memory_stream from) {
  std::cout << co_await buffered_reader(from).read_all(100) << '\n';
}

task<> start() {
  auto [source, source_end] = memory_stream::pair();
  auto [sink, sink_end] = memory_stream::pair();
  co_await gather(send(std::move(source)), pass_on(std::move(source_end), std::move(sink)),
                  receive(std::move(sink_end)));
}

int main() { return run(start); }
