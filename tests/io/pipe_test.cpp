// SPDX-License-Identifier: MIT
#include <eddy/io/pipe.hpp>

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/testing/test.hpp>

#include "tcp_pair.hpp"

namespace eddy {
namespace {

task<std::string> next_text(pipe_reader& from) {
  std::string text(256, '\0');
  text.resize(co_await from.read_some(text));
  co_return text;
}

EDDY_IO_TEST(pipe, a_second_reader_is_refused_and_so_is_closing_under_the_first) {
  pipe_ends ends = open_pipe();
  auto reading = create_task([&] { return next_text(ends.reader); });
  co_await until_waiting("pipe read");
  EXPECT_THROW(co_await next_text(ends.reader), std::logic_error);
  EXPECT_THROW(ends.reader.close(), std::logic_error);
  co_await ends.writer.write_all("to the first");
  EXPECT_EQ(co_await reading, "to the first");
  ends.reader.close();
  EXPECT_FALSE(ends.reader.is_open());
}

EDDY_IO_TEST(pipe, a_second_writer_is_refused_and_so_is_closing_under_the_first) {
  pipe_ends ends = open_pipe();
  const std::string much(1 << 20, 'x');
  auto writing = create_task([&]() -> task<> { co_await ends.writer.write_all(much); });
  co_await until_waiting("pipe write");
  EXPECT_THROW(co_await ends.writer.write_all("x"), std::logic_error);
  EXPECT_THROW(ends.writer.close(), std::logic_error);
  EXPECT_THROW(co_await ends.writer.shutdown(), std::logic_error);
  std::size_t arrived = 0;
  while (arrived < much.size()) arrived += (co_await next_text(ends.reader)).size();
  co_await writing;
}

EDDY_IO_TEST(pipe, a_cancelled_read_leaves_the_bytes_to_the_next) {
  pipe_ends ends = open_pipe();
  for (int turns = 0; turns < 4; ++turns) {
    std::string got;
    auto reading = create_task([&]() -> task<> { got = co_await next_text(ends.reader); });
    co_await until_waiting("pipe read");
    co_await ends.writer.write_all("once");
    for (int i = 0; i < turns; ++i) co_await yield();
    reading.cancel();
    try {
      co_await reading;
    } catch (const task_cancelled&) {
    }
    if (got.empty()) got = co_await next_text(ends.reader);
    EXPECT_EQ(got, "once");
  }
}

EDDY_IO_TEST(pipe, a_pending_cancel_keeps_a_write_from_starting) {
  pipe_ends ends = open_pipe();
  std::optional<task_handle<>> writing;
  writing = create_task([&]() -> task<> {
    writing->cancel();
    co_await ends.writer.write_all("never");
  });
  EXPECT_THROW(co_await *writing, task_cancelled);
  co_await ends.writer.shutdown();
  EXPECT_EQ(co_await next_text(ends.reader), "");
}

EDDY_IO_TEST(pipe, one_that_is_closed_is_an_error) {
  pipe_reader reader;
  pipe_writer writer(-1, "stdin of nobody");
  EXPECT_THROW(co_await next_text(reader), io_error);
  std::optional<io_error> error;
  try {
    co_await writer.write_all("x");
  } catch (const io_error& e) {
    error = e;
  }
  EXPECT_STREQ(error->what(), "write stdin of nobody: Bad file descriptor");
}

}  // namespace
}  // namespace eddy
