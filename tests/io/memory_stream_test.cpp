// SPDX-License-Identifier: MIT
//
// What the suite of all streams (stream_suite_test.cpp) does not ask.
#include <eddy/io/memory_stream.hpp>

#include <array>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/testing/frame_count.hpp>
#include <eddy/testing/settle.hpp>
#include <eddy/testing/test.hpp>

namespace eddy {
namespace {

EDDY_TEST(memory_stream, holds_as_much_as_it_was_made_for) {
  auto [a, b] = memory_stream::pair(4);
  co_await a.write_all("1234");
  auto fifth = create_task([&]() -> task<> { co_await a.write_all("5"); });
  co_await testing::settle();
  EXPECT_FALSE(fifth.done());
  std::array<char, 2> two{};
  EXPECT_EQ(co_await b.read_some(two), 2U);
  co_await fifth;
}

EDDY_TEST(memory_stream, a_reset_drops_what_was_not_read_and_fails_both_ends) {
  auto [a, b] = memory_stream::pair();
  co_await a.write_all("never read");
  a.reset();
  std::array<char, 2> two{};
  std::optional<int> error;
  try {
    (void)co_await b.read_some(two);
  } catch (const io_error& e) {
    error = e.code().value();
    EXPECT_STREQ(e.what(), "read from a memory stream: Connection reset by peer");
  }
  EXPECT_EQ(error, ECONNRESET);
  EXPECT_THROW(co_await b.write_all("x"), io_error);
  EXPECT_THROW(co_await a.write_all("x"), io_error);
}

EDDY_TEST(memory_stream, one_in_use_cannot_be_reset) {
  auto [a, b] = memory_stream::pair();
  std::array<char, 2> two{};
  auto reading = create_task([&]() -> task<std::size_t> { co_return co_await a.read_some(two); });
  co_await testing::settle();
  EXPECT_THROW(a.reset(), std::logic_error);
  co_await b.write_all("x");
  EXPECT_EQ(co_await reading, 1U);
}

EDDY_TEST(memory_stream, one_that_is_assigned_over_has_gone) {
  auto [a, b] = memory_stream::pair();
  auto [c, d] = memory_stream::pair();
  a = std::move(c);
  std::array<char, 2> two{};
  EXPECT_EQ(co_await b.read_some(two), 0U);
  co_await a.write_all("x");
  EXPECT_EQ(co_await d.read_some(two), 1U);
}

EDDY_TEST(memory_stream, reads_and_writes_allocate_no_frames) {
  auto [a, b] = memory_stream::pair();
  std::array<char, 8> buffer{};
  const testing::frame_count cost;
  for (int i = 0; i < 10; ++i) {
    co_await a.write_all("ping");
    EXPECT_EQ(co_await b.read_some(buffer), 4U);
  }
  EXPECT_EQ(cost.allocated(), 0);
}

}  // namespace
}  // namespace eddy
