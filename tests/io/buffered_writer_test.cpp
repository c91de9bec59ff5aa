// SPDX-License-Identifier: MIT
#include <eddy/io/buffered_writer.hpp>

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/io/buffered_reader.hpp>
#include <eddy/io/memory_stream.hpp>
#include <eddy/testing/faulty_stream.hpp>
#include <eddy/testing/frame_count.hpp>
#include <eddy/testing/settle.hpp>
#include <eddy/testing/test.hpp>

namespace eddy {
namespace {

/// Keeps each write it is given.
struct recording_writer {
  std::vector<std::string> writes = {};
  bool ended = false;
  task<> write_all(std::span<const std::byte> bytes) {
    writes.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    co_return;
  }
  task<> shutdown() {
    ended = true;
    co_return;
  }
};

EDDY_TEST(buffered_writer, small_writes_go_out_together_when_flushed) {
  recording_writer sink;
  buffered_writer out(sink);
  co_await out.write_all("one ");
  out.write("two ");
  co_await out.write_all("three");
  EXPECT_TRUE(sink.writes.empty());
  co_await out.flush();
  EXPECT_EQ(sink.writes, (std::vector<std::string>{"one two three"}));
  co_await out.flush();
  EXPECT_EQ(sink.writes.size(), 1U);
}

EDDY_TEST(buffered_writer, a_full_buffer_goes_out_by_itself_and_in_order) {
  recording_writer sink;
  buffered_writer out(sink);
  std::string sent;
  for (int i = 0; i < 30'000; ++i) {
    const std::string piece = std::to_string(i);
    co_await out.write_all(piece);
    sent += piece;
  }
  EXPECT_LT(sink.writes.size(), 10U);
  co_await out.shutdown();
  EXPECT_TRUE(sink.ended);
  std::string received;
  for (const std::string& piece : sink.writes) received += piece;
  EXPECT_TRUE(received == sent);
}

EDDY_TEST(buffered_writer, a_large_write_is_not_copied_into_the_buffer) {
  recording_writer sink;
  buffered_writer out(sink);
  co_await out.write_all("head");
  co_await out.write_all(std::string(1 << 20, 'x'));
  EXPECT_EQ(sink.writes.size(), 2U);
  EXPECT_EQ(sink.writes[0], "head");
  EXPECT_EQ(sink.writes[1].size(), std::size_t{1} << 20);
}

EDDY_TEST(buffered_writer, a_write_that_is_buffered_costs_no_frame) {
  recording_writer sink;
  buffered_writer out(sink);
  const testing::frame_count cost;
  for (int i = 0; i < 10; ++i) co_await out.write_all("small");
  EXPECT_EQ(cost.allocated(), 0);
}

EDDY_TEST(buffered_writer, a_second_writer_is_refused_and_the_first_goes_on) {
  auto [a, b] = memory_stream::pair(4);
  buffered_writer out(a);
  out.write("more than four");
  auto flushing = create_task([&] { return out.flush(); });
  co_await testing::settle();
  EXPECT_THROW(co_await out.write_all("x"), std::logic_error);
  EXPECT_THROW(co_await out.flush(), std::logic_error);
  EXPECT_THROW(co_await out.shutdown(), std::logic_error);
  out.write(", and this");
  buffered_reader in(b);
  std::string text(14, '\0');
  co_await in.read_exactly(text);
  EXPECT_EQ(text, "more than four");
  co_await flushing;
  auto ending = create_task([&] { return out.shutdown(); });
  EXPECT_EQ(co_await in.read_all(100), ", and this");
  co_await ending;
}

EDDY_TEST(buffered_writer, after_a_cancelled_write_nobody_knows_what_was_sent) {
  auto [a, b] = memory_stream::pair(4);
  buffered_writer out(a);
  out.write("more than four");
  auto flushing = create_task([&] { return out.flush(); });
  co_await testing::settle();
  flushing.cancel();
  EXPECT_THROW(co_await flushing, task_cancelled);
  EXPECT_THROW(co_await out.write_all("x"), std::logic_error);
  EXPECT_THROW(co_await out.shutdown(), std::logic_error);
}

EDDY_TEST(buffered_writer, a_cancel_before_the_start_changes_nothing) {
  recording_writer sink;
  buffered_writer out(sink);
  out.write("kept");
  auto flushing = create_task([&] { return out.flush(); });
  flushing.cancel();
  EXPECT_THROW(co_await flushing, task_cancelled);
  co_await out.flush();
  EXPECT_EQ(sink.writes[0], "kept");
}

EDDY_TEST(buffered_writer, an_error_of_the_stream_comes_through) {
  auto [a, b] = memory_stream::pair();
  buffered_writer out(testing::faulty_stream(std::move(a), {.fail_after = 3}));
  co_await out.write_all("abcdef");
  EXPECT_THROW(co_await out.flush(), io_error);
  EXPECT_THROW(co_await out.flush(), std::logic_error);
}

EDDY_TEST(buffered_writer, is_a_writer_itself) {
  static_assert(byte_writer<buffered_writer<memory_stream>>);
  co_return;
}

EDDY_TEST(buffered_writer, under_a_pending_cancel_a_flush_sends_nothing_and_a_later_one_all) {
  auto [a, b] = memory_stream::pair();
  buffered_writer out(a);
  out.write("whole");
  std::optional<task_handle<>> flushing;
  flushing = create_task([&]() -> task<> {
    flushing->cancel();
    co_await out.flush();
  });
  EXPECT_THROW(co_await *flushing, task_cancelled);
  co_await out.shutdown();
  EXPECT_EQ(co_await buffered_reader(b).read_all(100), "whole");
}

}  // namespace
}  // namespace eddy
