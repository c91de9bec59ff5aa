// SPDX-License-Identifier: MIT
#include <eddy/io/pipe.hpp>

#include <span>
#include <string>
#include <utility>

#include <eddy/io/byte_stream.hpp>
#include <eddy/io/standard_streams.hpp>
#include <eddy/testing/stream_suite.hpp>

namespace eddy {
namespace {

static_assert(byte_reader<pipe_reader> && byte_writer<pipe_writer>);
static_assert(byte_reader<standard_reader> && byte_writer<standard_writer>);

/// One end of two pipes.
class pipe_stream {
 public:
  pipe_stream(pipe_reader from, pipe_writer to) noexcept
      : from_(std::move(from)), to_(std::move(to)) {}
  auto read_some(std::span<std::byte> into) { return from_.read_some(into); }
  auto write_all(std::span<const std::byte> bytes) { return to_.write_all(bytes); }
  task<> shutdown() { return to_.shutdown(); }

 private:
  pipe_reader from_;
  pipe_writer to_;
};

task<std::pair<pipe_stream, pipe_stream>> connect_pipes() {
  pipe_ends there = open_pipe();
  pipe_ends back = open_pipe();
  co_return std::pair(pipe_stream(std::move(back.reader), std::move(there.writer)),
                      pipe_stream(std::move(there.reader), std::move(back.writer)));
}

const bool checked = testing::register_stream_suite("pipe", connect_pipes,
                                                    {backend_kind::uring, backend_kind::epoll});

}  // namespace
}  // namespace eddy
