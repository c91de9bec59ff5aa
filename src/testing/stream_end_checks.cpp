// SPDX-License-Identifier: MIT
#include <array>
#include <exception>
#include <string>

#include <gtest/gtest.h>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/testing/settle.hpp>

#include "stream_checks.hpp"

namespace eddy::testing {
namespace {

task<> after_a_shutdown_comes_what_was_written_and_then_the_end(stream_ends ends) {
  co_await write_and_end(*ends.a, "all");
  EXPECT_EQ(co_await read_to_end(*ends.b), "all");
  EXPECT_EQ(co_await read(*ends.b), "") << "the end is not the end a second time";
}

task<> a_waiting_reader_is_told_of_the_end(stream_ends ends) {
  auto reading = create_task([&] { return read(*ends.b); });
  co_await settle();
  co_await ends.a->shutdown();
  EXPECT_EQ(co_await reading, "");
}

task<> one_direction_ends_and_the_other_goes_on(stream_ends ends) {
  co_await write_and_end(*ends.a, "request");
  EXPECT_EQ(co_await read_to_end(*ends.b), "request");
  co_await write_and_end(*ends.b, "answer");
  EXPECT_EQ(co_await read_to_end(*ends.a), "answer");
}

task<> nothing_can_be_written_after_a_shutdown(stream_ends ends) {
  co_await ends.a->shutdown();
  EXPECT_THROW(co_await write(*ends.a, "late"), std::exception);
  EXPECT_EQ(co_await read(*ends.b), "");
}

task<> an_end_that_ended_and_went_still_delivers(stream_ends ends) {
  co_await write_and_end(*ends.a, "last words");
  ends.a.reset();
  EXPECT_EQ(co_await read_to_end(*ends.b), "last words");
}

// Without a shutdown before, it is for the stream to say whether that is an end or an error.
task<> a_reader_does_not_wait_for_an_end_that_is_gone(stream_ends ends) {
  std::string received;
  auto reading = create_task([&]() -> task<> {
    try {
      co_await read_to_end(*ends.b, received);
    } catch (const std::exception&) {
    }
  });
  co_await settle();
  co_await write(*ends.a, "left");
  ends.a.reset();
  co_await reading;
  EXPECT_EQ(received, "left");
}

task<> writes_to_an_end_that_is_gone_fail(stream_ends ends) {
  ends.a.reset();
  const std::string piece = pattern(64 << 10);
  const auto write_on = [&]() -> task<> {
    for (std::size_t sent = 0; sent < ends.too_much; sent += piece.size()) {
      co_await write(*ends.b, piece);
    }
  };
  EXPECT_THROW(co_await write_on(), std::exception);
}

task<> a_waiting_writer_is_told_that_its_reader_is_gone(stream_ends ends) {
  auto writing = create_task([&]() -> task<> { co_await write(*ends.b, pattern(ends.too_much)); });
  co_await settle();
  ends.a.reset();
  EXPECT_THROW(co_await writing, std::exception);
}

task<> a_reset_is_an_error_for_whoever_reads(stream_ends ends) {
  auto reading = create_task([&] { return read(*ends.b); });
  co_await settle();
  if (ends.a->reset()) {
    EXPECT_THROW(co_await reading, io_error);
  } else {
    reading.cancel();  // has no reset
    EXPECT_THROW(co_await reading, task_cancelled);
  }
}

constexpr std::array checks{
    stream_check{"after_a_shutdown_comes_what_was_written_and_then_the_end",
                 after_a_shutdown_comes_what_was_written_and_then_the_end},
    stream_check{"a_waiting_reader_is_told_of_the_end", a_waiting_reader_is_told_of_the_end},
    stream_check{"one_direction_ends_and_the_other_goes_on",
                 one_direction_ends_and_the_other_goes_on},
    stream_check{"nothing_can_be_written_after_a_shutdown",
                 nothing_can_be_written_after_a_shutdown},
    stream_check{"an_end_that_ended_and_went_still_delivers",
                 an_end_that_ended_and_went_still_delivers},
    stream_check{"a_reader_does_not_wait_for_an_end_that_is_gone",
                 a_reader_does_not_wait_for_an_end_that_is_gone},
    stream_check{"writes_to_an_end_that_is_gone_fail", writes_to_an_end_that_is_gone_fail},
    stream_check{"a_waiting_writer_is_told_that_its_reader_is_gone",
                 a_waiting_writer_is_told_that_its_reader_is_gone},
    stream_check{"a_reset_is_an_error_for_whoever_reads", a_reset_is_an_error_for_whoever_reads},
};

}  // namespace

std::span<const stream_check> end_checks() noexcept { return checks; }

}  // namespace eddy::testing
