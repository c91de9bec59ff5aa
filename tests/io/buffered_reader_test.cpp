// SPDX-License-Identifier: MIT
#include <eddy/io/buffered_reader.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/io/memory_stream.hpp>
#include <eddy/io/read_error.hpp>
#include <eddy/testing/faulty_stream.hpp>
#include <eddy/testing/frame_count.hpp>
#include <eddy/testing/settle.hpp>
#include <eddy/testing/test.hpp>

namespace eddy {
namespace {

using namespace std::chrono_literals;

/// A stream that holds `text` and then ends, or goes on.
task<memory_stream> holding(std::string text) {
  auto [a, b] = memory_stream::pair(text.size() + 1);
  co_await a.write_all(text);
  co_await a.shutdown();
  co_return std::move(b);
}

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <class R>
task<std::string> read_some(buffered_reader<R>& in, std::size_t most = 256) {
  std::string text(most, '\0');
  text.resize(co_await in.read_some(std::as_writable_bytes(std::span(text))));
  co_return text;
}

EDDY_TEST(buffered_reader, lines_come_without_their_ends_and_the_last_needs_none) {
  buffered_reader in(co_await holding("one\ntwo\r\n\n\rfour\rstill\nlast"));
  EXPECT_EQ(co_await in.read_line(), "one");
  EXPECT_EQ(co_await in.read_line(), "two");
  EXPECT_EQ(co_await in.read_line(), "");
  EXPECT_EQ(co_await in.read_line(), "\rfour\rstill");
  EXPECT_EQ(co_await in.read_line(), "last");
  EXPECT_EQ(co_await in.read_line(), std::nullopt);
  EXPECT_EQ(co_await in.read_line(), std::nullopt);
}

EDDY_TEST(buffered_reader, a_stream_that_ends_with_a_line_end_has_no_empty_line_behind_it) {
  buffered_reader in(co_await holding("only\n"));
  EXPECT_EQ(co_await in.read_line(), "only");
  EXPECT_EQ(co_await in.read_line(), std::nullopt);
}

EDDY_TEST(buffered_reader, what_it_gives_does_not_depend_on_the_pieces_that_come) {
  const std::string line(300, 'x');
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    testing::faulty_stream in_pieces(
        co_await holding("GET /\r\n" + line + "\nab--b-\r\n\r\n1234567tail"),
        {.most_at_once = 1 + seed % 7, .seed = seed});
    buffered_reader in(std::move(in_pieces));
    EXPECT_EQ(co_await in.read_line(), "GET /");
    EXPECT_EQ(co_await in.read_line(), line);
    EXPECT_EQ(co_await in.read_until("b-"), "ab-");
    EXPECT_EQ(co_await in.read_until({"\r\n\r\n", "b-"}), "-b-");
    EXPECT_EQ(co_await in.read_until({"\n", "\r\n\r\n"}), "\r\n");
    EXPECT_EQ(co_await in.read_line(), "");
    std::string seven(7, '\0');
    co_await in.read_exactly(seven);
    EXPECT_EQ(seven, "1234567");
    EXPECT_EQ(co_await in.read_all(100), "tail");
    EXPECT_EQ(co_await in.read_all(100), "");
  }
}

EDDY_TEST(buffered_reader, a_separator_may_come_in_halves) {
  auto [a, b] = memory_stream::pair();
  buffered_reader in(b);
  auto reading = create_task(
      [&]() -> task<std::optional<std::string>> { co_return co_await in.read_until("\r\n\r\n"); });
  for (const char* piece : {"head\r", "\n\r", "\nbody"}) {
    co_await testing::settle();
    co_await a.write_all(piece);
  }
  EXPECT_EQ(co_await reading, "head\r\n\r\n");
  EXPECT_EQ(text_of(in.buffered()), "body");
}

EDDY_TEST(buffered_reader, an_error_shows_separators_in_one_line) {
  buffered_reader in(co_await holding("abcdef"));
  try {
    (void)co_await in.read_until({"\r\n", "\x01"}, 3);
    ADD_FAILURE() << "no exception";
  } catch (const limit_exceeded& e) {
    EXPECT_TRUE(
        std::string_view(e.what()).starts_with(R"(read until "\r\n" or "\x01": not within)"))
        << e.what();
  }
}

EDDY_TEST(buffered_reader, an_empty_separator_is_refused) {
  buffered_reader in(co_await holding("abc"));
  EXPECT_THROW((void)co_await in.read_until(""), std::invalid_argument);
  EXPECT_EQ(co_await in.read_all(10), "abc");
}

EDDY_TEST(buffered_reader, a_stream_cut_short_says_how_much_came_and_keeps_it) {
  buffered_reader in(co_await holding("12345"));
  std::string ten(10, '\0');
  try {
    co_await in.read_exactly(ten);
    ADD_FAILURE() << "no exception";
  } catch (const incomplete_read& e) {
    EXPECT_EQ(e.received(), 5U);
    EXPECT_STREQ(e.what(),
                 "read 10 bytes: the stream ended after 5 bytes, which are still buffered");
  }
  EXPECT_THROW((void)co_await in.read_until("x"), incomplete_read);
  EXPECT_EQ(co_await read_some(in), "12345");
  EXPECT_EQ(co_await in.read_until("x"), std::nullopt);
  EXPECT_EQ(co_await read_some(in), "");
}

EDDY_TEST(buffered_reader, a_limit_that_is_exceeded_leaves_everything_in_the_buffer) {
  buffered_reader in(co_await holding("longer than ten\nnext\n"));
  try {
    (void)co_await in.read_line(10);
    ADD_FAILURE() << "no exception";
  } catch (const limit_exceeded& e) {
    EXPECT_EQ(e.limit(), 10U);
    EXPECT_STREQ(e.what(),
                 "read a line: not within the limit of 10 bytes; read on with a larger one, or "
                 "with read_some");
  }
  EXPECT_THROW((void)co_await in.read_until("\n", 15), limit_exceeded);
  EXPECT_THROW((void)co_await in.read_all(20), limit_exceeded);
  EXPECT_EQ(co_await in.read_line(15), "longer than ten");
  EXPECT_EQ(co_await in.read_until("\n", 5), "next\n");
}

EDDY_TEST(buffered_reader, a_line_may_be_as_long_as_the_limit_whatever_ends_it) {
  for (const std::size_t piece : {1, 2, 3, 100}) {
    testing::faulty_stream in_pieces(co_await holding("abc\r\nabc\nabc"), {.most_at_once = piece});
    buffered_reader in(std::move(in_pieces));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(co_await in.read_line(3), "abc");
  }
}

EDDY_TEST(buffered_reader, a_line_without_end_is_not_buffered_without_end) {
  auto [a, b] = memory_stream::pair(1 << 20);
  co_await a.write_all(std::string(1 << 20, 'x'));
  buffered_reader in(b);
  EXPECT_THROW((void)co_await in.read_line(), limit_exceeded);
  EXPECT_LT(in.buffered().size(), 150'000U);
}

EDDY_TEST(buffered_reader, lines_are_a_stream) {
  buffered_reader in(co_await holding("a\nbb\nccc"));
  std::vector<std::string> lines;
  EDDY_FOR (std::string_view line, in.lines()) lines.emplace_back(line);
  EXPECT_EQ(lines, (std::vector<std::string>{"a", "bb", "ccc"}));
}

EDDY_TEST(buffered_reader, lines_may_own_their_stream_and_go_through_stages) {
  auto lines = buffered_reader(co_await holding("a\nbb\nccc")).lines();
  const auto sizes =
      co_await (std::move(lines) | transform([](std::string_view line) { return line.size(); }) |
                to<std::vector>());
  EXPECT_EQ(sizes, (std::vector<std::size_t>{1, 2, 3}));
}

EDDY_TEST(buffered_reader, many_lines_come_whole_across_the_edges_of_the_buffer) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i) + '\n';
  buffered_reader in(co_await holding(text));
  int expected = 0;
  bool same = true;
  EDDY_FOR (std::string_view line, in.lines()) same &= line == std::to_string(expected++);
  EXPECT_TRUE(same);
  EXPECT_EQ(expected, 50'000);
}

EDDY_TEST(buffered_reader, chunks_are_all_there_is) {
  buffered_reader in(co_await holding("abcdef"));
  EXPECT_EQ(co_await read_some(in, 2), "ab");
  std::string whole;
  EDDY_FOR (std::span<const std::byte> chunk, in.chunks()) whole += text_of(chunk);
  EXPECT_EQ(whole, "cdef");
}

EDDY_TEST(buffered_reader, what_is_buffered_costs_no_frame) {
  buffered_reader in(co_await holding("one\ntwo\nthree:four\nlast"));
  EXPECT_EQ(co_await in.read_line(), "one");
  const testing::frame_count cost;
  auto lines = in.lines();
  const auto two = co_await lines.next();
  EXPECT_EQ(two, "two");
  EXPECT_EQ(co_await in.read_until(":"), "three:");
  std::array<char, 4> four{};
  co_await in.read_exactly(four);
  EXPECT_EQ(cost.allocated(), 0);
}

EDDY_TEST(buffered_reader, a_parser_looks_fills_and_consumes) {
  testing::faulty_stream in_pieces(co_await holding("abcd"), {.most_at_once = 2});
  buffered_reader in(std::move(in_pieces));
  EXPECT_TRUE(in.buffered().empty());
  EXPECT_TRUE(co_await in.fill());
  EXPECT_EQ(text_of(in.buffered()), "ab");
  in.consume(1);
  EXPECT_TRUE(co_await in.fill());
  EXPECT_EQ(text_of(in.buffered()), "bcd");
  EXPECT_FALSE(co_await in.fill());
  EXPECT_EQ(text_of(in.buffered()), "bcd");
}

EDDY_TEST(buffered_reader, a_second_reader_is_refused_and_the_first_goes_on) {
  auto [a, b] = memory_stream::pair();
  buffered_reader in(b);
  auto first =
      create_task([&]() -> task<std::optional<std::string>> { co_return co_await in.read_line(); });
  co_await testing::settle();
  EXPECT_THROW((void)co_await in.read_line(), std::logic_error);
  EXPECT_THROW(co_await read_some(in), std::logic_error);
  co_await a.write_all("for the first\nrest");
  EXPECT_EQ(co_await first, "for the first");
  EXPECT_EQ(co_await read_some(in), "rest");
}

EDDY_TEST(buffered_reader, a_cancelled_read_leaves_what_came) {
  auto [a, b] = memory_stream::pair();
  buffered_reader in(b);
  std::string ten(10, '\0');
  auto exactly = create_task([&]() -> task<> { co_await in.read_exactly(ten); });
  co_await a.write_all("123");
  co_await testing::settle();
  exactly.cancel();
  EXPECT_THROW(co_await exactly, task_cancelled);
  auto line = create_task([&]() -> task<> { (void)co_await in.read_line(); });
  co_await a.write_all("456");
  co_await testing::settle();
  line.cancel();
  EXPECT_THROW(co_await line, task_cancelled);
  co_await a.write_all("7890");
  co_await in.read_exactly(ten);
  EXPECT_EQ(ten, "1234567890");
}

EDDY_SHUFFLED_TEST(buffered_reader, a_reader_cancelled_again_and_again_loses_no_line) {
  auto [a, b] = memory_stream::pair(100);
  std::string text;
  for (int i = 0; i < 500; ++i) text += std::to_string(i) + '\n';
  auto writing = create_task([&]() -> task<> {
    co_await a.write_all(text);
    co_await a.shutdown();
  });
  buffered_reader in(b);
  std::string received;
  for (bool over = false; !over;) {
    auto reading = create_task([&]() -> task<> {
      const auto line = co_await in.read_line();
      over = !line;
      if (line) received += *line + '\n';
    });
    co_await yield();
    reading.cancel();
    try {
      co_await reading;
    } catch (const task_cancelled&) {
    }
  }
  EXPECT_EQ(received, text);
  co_await writing;
}

EDDY_TEST(buffered_reader, an_error_of_the_stream_leaves_what_came_before_it) {
  testing::faulty_stream failing(co_await holding("abc\ndefghi"),
                                 {.most_at_once = 4, .fail_after = 6});
  buffered_reader in(std::move(failing));
  EXPECT_EQ(co_await in.read_line(), "abc");
  EXPECT_THROW((void)co_await in.read_line(), io_error);
  EXPECT_EQ(text_of(in.buffered()), "de");
}

EDDY_TEST(buffered_reader, is_a_reader_itself_and_may_be_moved) {
  static_assert(byte_reader<buffered_reader<memory_stream>>);
  buffered_reader in(co_await holding("one\ntwo\n"));
  EXPECT_EQ(co_await in.read_line(), "one");
  buffered_reader moved = std::move(in);
  EXPECT_EQ(co_await moved.read_line(), "two");
}

}  // namespace
}  // namespace eddy
