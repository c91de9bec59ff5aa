// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/testing/settle.hpp>

#include "stream_checks.hpp"

namespace eddy::testing {
namespace {

task<> what_one_end_writes_the_other_reads(stream_ends ends) {
  co_await write(*ends.a, "ping");
  EXPECT_EQ(co_await read_exactly(*ends.b, 4), "ping");
  co_await write(*ends.b, "pong");
  EXPECT_EQ(co_await read_exactly(*ends.a, 4), "pong");
}

task<> bytes_come_whole_and_in_order(stream_ends ends) {
  const std::string sent = pattern(std::min<std::size_t>(ends.too_much, 1 << 20));
  const auto write_in_pieces = [&]() -> task<> {
    std::string_view left = sent;
    for (std::size_t piece = 1; !left.empty(); piece = piece * 3 % 70'001) {
      co_await write(*ends.a, left.substr(0, piece));
      left.remove_prefix(std::min(piece, left.size()));
    }
    co_await ends.a->shutdown();
  };
  const auto read_in_pieces = [&]() -> task<std::string> {
    std::string whole;
    for (std::size_t most = 1;; most = most * 5 % 65'537) {
      const std::string piece = co_await read(*ends.b, most);
      if (piece.empty()) break;
      whole += piece;
    }
    co_return whole;
  };
  auto [nothing, received] = co_await gather(write_in_pieces(), read_in_pieces());
  EXPECT_TRUE(received == sent) << received.size() << " bytes came of " << sent.size();
}

task<> a_read_does_not_wait_for_a_full_span(stream_ends ends) {
  co_await write(*ends.a, "abc");
  const std::string got = co_await read(*ends.b, 4096);
  EXPECT_FALSE(got.empty());
  EXPECT_TRUE(std::string_view("abc").starts_with(got)) << got;
}

task<> a_read_leaves_what_does_not_fit(stream_ends ends) {
  co_await write(*ends.a, "abcdef");
  EXPECT_EQ(co_await read(*ends.b, 1), "a");
  EXPECT_EQ(co_await read_exactly(*ends.b, 5), "bcdef");
}

task<> a_read_into_nothing_gives_zero_and_takes_nothing(stream_ends ends) {
  co_await write(*ends.a, "abc");
  EXPECT_EQ(co_await ends.b->read_some({}), 0U);
  EXPECT_EQ(co_await read_exactly(*ends.b, 3), "abc");
}

task<> a_write_of_nothing_writes_nothing(stream_ends ends) {
  co_await write(*ends.a, "a");
  co_await ends.a->write_all({});
  co_await write(*ends.a, "b");
  EXPECT_EQ(co_await read_exactly(*ends.b, 2), "ab");
}

task<> a_write_waits_for_its_reader(stream_ends ends) {
  const std::string sent = pattern(ends.too_much);
  auto writing = create_task([&] { return write_and_end(*ends.a, sent); });
  co_await settle();
  EXPECT_FALSE(writing.done());
  const std::string received = co_await read_to_end(*ends.b);
  EXPECT_TRUE(received == sent) << received.size() << " bytes came of " << sent.size();
  co_await writing;
}

task<> much_goes_both_ways_at_once(stream_ends ends) {
  const std::string sent = pattern(ends.too_much / 4);
  auto [first, second, to_b, to_a] =
      co_await gather(write_and_end(*ends.a, sent), write_and_end(*ends.b, sent),
                      read_to_end(*ends.b), read_to_end(*ends.a));
  EXPECT_TRUE(to_b == sent) << to_b.size();
  EXPECT_TRUE(to_a == sent) << to_a.size();
}

task<> a_waiting_reader_does_not_hold_up_a_write(stream_ends ends) {
  auto reading = create_task([&] { return read(*ends.a); });
  co_await settle();
  co_await write(*ends.a, "question");
  EXPECT_EQ(co_await read_exactly(*ends.b, 8), "question");
  co_await write(*ends.b, "!");
  EXPECT_EQ(co_await reading, "!");
}

template <class Operation>
task<> expect_refused(Operation operation) {
  EXPECT_THROW(co_await operation(), std::logic_error);
}

task<> a_second_reader_is_refused_and_the_first_goes_on(stream_ends ends) {
  auto first = create_task([&] { return read_exactly(*ends.b, 13); });
  co_await settle();
  co_await expect_refused([&] { return read(*ends.b); });
  co_await write(*ends.a, "for the first");
  EXPECT_EQ(co_await first, "for the first");
}

task<> a_second_writer_is_refused_and_the_first_goes_on(stream_ends ends) {
  const std::string sent = pattern(ends.too_much);
  auto first = create_task([&] { return write_and_end(*ends.a, sent); });
  co_await settle();
  co_await expect_refused([&] { return write(*ends.a, "in between"); });
  co_await expect_refused([&] { return ends.a->shutdown(); });
  const std::string received = co_await read_to_end(*ends.b);
  EXPECT_TRUE(received == sent) << received.size();
  co_await first;
}

constexpr std::array checks{
    stream_check{"what_one_end_writes_the_other_reads", what_one_end_writes_the_other_reads},
    stream_check{"bytes_come_whole_and_in_order", bytes_come_whole_and_in_order},
    stream_check{"a_read_does_not_wait_for_a_full_span", a_read_does_not_wait_for_a_full_span},
    stream_check{"a_read_leaves_what_does_not_fit", a_read_leaves_what_does_not_fit},
    stream_check{"a_read_into_nothing_gives_zero_and_takes_nothing",
                 a_read_into_nothing_gives_zero_and_takes_nothing},
    stream_check{"a_write_of_nothing_writes_nothing", a_write_of_nothing_writes_nothing},
    stream_check{"a_write_waits_for_its_reader", a_write_waits_for_its_reader},
    stream_check{"much_goes_both_ways_at_once", much_goes_both_ways_at_once},
    stream_check{"a_waiting_reader_does_not_hold_up_a_write",
                 a_waiting_reader_does_not_hold_up_a_write},
    stream_check{"a_second_reader_is_refused_and_the_first_goes_on",
                 a_second_reader_is_refused_and_the_first_goes_on},
    stream_check{"a_second_writer_is_refused_and_the_first_goes_on",
                 a_second_writer_is_refused_and_the_first_goes_on},
};

}  // namespace

std::span<const stream_check> data_checks() noexcept { return checks; }

}  // namespace eddy::testing
