// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/testing/settle.hpp>

#include "stream_checks.hpp"

namespace eddy::testing {
namespace {

/// Whether it ended by the cancel, and not before.
template <class T>
task<bool> was_cancelled(task_handle<T> handle) {
  try {
    co_await handle;
    co_return false;
  } catch (const task_cancelled&) {
    co_return true;
  }
}

task<> a_waiting_read_ends_and_the_next_gets_the_bytes(stream_ends ends) {
  for (int round = 0; round < 3; ++round) {
    auto reading = create_task([&] { return read(*ends.b); });
    co_await settle();
    reading.cancel();
    EXPECT_TRUE(co_await was_cancelled(reading));
  }
  co_await write(*ends.a, "for the next");
  EXPECT_EQ(co_await read_exactly(*ends.b, 12), "for the next");
}

task<> a_read_cancelled_before_its_start_takes_nothing(stream_ends ends) {
  co_await write(*ends.a, "untouched");
  auto reading = create_task([&] { return read(*ends.b); });
  reading.cancel();
  EXPECT_TRUE(co_await was_cancelled(reading));
  EXPECT_EQ(co_await read_exactly(*ends.b, 9), "untouched");
}

task<> a_read_under_a_pending_cancel_loses_nothing(stream_ends ends) {
  co_await write(*ends.a, "abc");
  EXPECT_EQ(co_await read(*ends.b, 1), "a");
  std::string received;
  std::optional<task_handle<>> reading;
  reading = create_task([&]() -> task<> {
    reading->cancel();
    received = co_await read(*ends.b);
  });
  (void)co_await was_cancelled(*reading);
  received += co_await read_exactly(*ends.b, 2 - received.size());
  EXPECT_EQ(received, "bc");
}

task<> a_pending_cancel_keeps_a_write_from_starting(stream_ends ends) {
  std::optional<task_handle<>> writing;
  writing = create_task([&]() -> task<> {
    writing->cancel();
    co_await write(*ends.a, "never sent");
  });
  EXPECT_TRUE(co_await was_cancelled(*writing));
  co_await write_and_end(*ends.a, "sent");
  EXPECT_EQ(co_await read_to_end(*ends.b), "sent");
}

task<> bytes_that_came_as_the_read_was_cancelled_are_not_lost(stream_ends ends) {
  for (int steps_between = 0; steps_between < 8; ++steps_between) {
    std::string received;
    auto reading = create_task([&]() -> task<> { received = co_await read(*ends.b); });
    co_await settle();
    co_await write(*ends.a, "once");
    for (int i = 0; i < steps_between; ++i) co_await yield();
    reading.cancel();
    (void)co_await was_cancelled(reading);
    received += co_await read_exactly(*ends.b, 4 - received.size());
    EXPECT_EQ(received, "once") << steps_between << " steps in between";
  }
}

task<> a_reader_cancelled_again_and_again_loses_nothing(stream_ends ends) {
  const std::string sent = pattern(std::min<std::size_t>(ends.too_much / 8, 512 << 10));
  const auto read_interrupted = [&]() -> task<std::string> {
    std::string whole;
    bool over = false;
    for (int round = 0; !over; ++round) {
      auto reading = create_task([&]() -> task<> {
        const std::string piece = co_await read(*ends.b, 4096);
        over = piece.empty();
        whole += piece;
      });
      for (int i = 0; i < round % 5; ++i) co_await yield();
      // A virtual clock stands still for those who are busy: time must be made to pass.
      if (round % 50 == 49) co_await sleep(std::chrono::microseconds(100 * round));
      reading.cancel();
      (void)co_await was_cancelled(reading);
    }
    co_return whole;
  };
  auto [nothing, received] = co_await gather(write_and_end(*ends.a, sent), read_interrupted());
  EXPECT_TRUE(received == sent) << received.size() << " bytes came of " << sent.size();
}

task<> a_waiting_write_ends_and_what_it_wrote_is_a_beginning(stream_ends ends) {
  const std::string sent = pattern(ends.too_much);
  auto writing = create_task([&] { return write(*ends.a, sent); });
  co_await settle();
  writing.cancel();
  EXPECT_TRUE(co_await was_cancelled(writing));
  std::string received;
  auto reading = create_task([&]() -> task<> {
    try {
      co_await read_to_end(*ends.b, received);
    } catch (const std::exception&) {  // for some streams an end without a shutdown is none
    }
  });
  co_await settle();
  ends.a.reset();
  co_await reading;
  EXPECT_LT(received.size(), sent.size());
  EXPECT_TRUE(sent.starts_with(received)) << received.size();
}

task<> of_one_direction_leaves_the_other_alone(stream_ends ends) {
  const std::string much = pattern(ends.too_much);
  auto writing = create_task([&] { return write(*ends.a, much); });
  auto reading = create_task([&] { return read_exactly(*ends.a, 10); });
  co_await settle();
  writing.cancel();
  EXPECT_TRUE(co_await was_cancelled(writing));
  co_await write(*ends.b, "still read");
  EXPECT_EQ(co_await reading, "still read");
}

task<> of_a_reader_leaves_the_writer_alone(stream_ends ends) {
  const std::string sent = pattern(ends.too_much);
  auto writing = create_task([&] { return write_and_end(*ends.a, sent); });
  auto reading = create_task([&] { return read(*ends.a); });
  co_await settle();
  reading.cancel();
  EXPECT_TRUE(co_await was_cancelled(reading));
  const std::string received = co_await read_to_end(*ends.b);
  EXPECT_TRUE(received == sent) << received.size();
  co_await writing;
}

constexpr std::array checks{
    stream_check{"cancel_a_waiting_read_ends_and_the_next_gets_the_bytes",
                 a_waiting_read_ends_and_the_next_gets_the_bytes},
    stream_check{"cancel_a_read_cancelled_before_its_start_takes_nothing",
                 a_read_cancelled_before_its_start_takes_nothing},
    stream_check{"cancel_a_read_under_a_pending_cancel_loses_nothing",
                 a_read_under_a_pending_cancel_loses_nothing},
    stream_check{"cancel_a_pending_cancel_keeps_a_write_from_starting",
                 a_pending_cancel_keeps_a_write_from_starting},
    stream_check{"cancel_bytes_that_came_as_the_read_was_cancelled_are_not_lost",
                 bytes_that_came_as_the_read_was_cancelled_are_not_lost},
    stream_check{"cancel_a_reader_cancelled_again_and_again_loses_nothing",
                 a_reader_cancelled_again_and_again_loses_nothing},
    stream_check{"cancel_a_waiting_write_ends_and_what_it_wrote_is_a_beginning",
                 a_waiting_write_ends_and_what_it_wrote_is_a_beginning},
    stream_check{"cancel_of_one_direction_leaves_the_other_alone",
                 of_one_direction_leaves_the_other_alone},
    stream_check{"cancel_of_a_reader_leaves_the_writer_alone", of_a_reader_leaves_the_writer_alone},
};

}  // namespace

std::span<const stream_check> cancel_checks() noexcept { return checks; }

}  // namespace eddy::testing
