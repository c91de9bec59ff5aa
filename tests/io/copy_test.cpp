// SPDX-License-Identifier: MIT
#include <eddy/io/copy.hpp>

#include <array>
#include <string>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/io/buffered_reader.hpp>
#include <eddy/io/memory_stream.hpp>
#include <eddy/io/write_all.hpp>
#include <eddy/testing/faulty_stream.hpp>
#include <eddy/testing/settle.hpp>
#include <eddy/testing/test.hpp>

namespace eddy {
namespace {

EDDY_TEST(copy, carries_everything_and_says_how_much) {
  auto [source, source_end] = memory_stream::pair();
  auto [sink, sink_end] = memory_stream::pair();
  std::string sent(300'000, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 31 + i / 997);
  auto writing = create_task([&]() -> task<> {
    co_await source.write_all(sent);
    co_await source.shutdown();
  });
  auto copying = create_task([&]() -> task<std::uint64_t> {
    testing::faulty_stream from(std::move(source_end), {.most_at_once = 10'000, .seed = 1});
    const std::uint64_t copied = co_await copy(from, sink);
    co_await sink.shutdown();
    co_return copied;
  });
  const std::string received = co_await buffered_reader(sink_end).read_all(sent.size());
  EXPECT_TRUE(received == sent);
  EXPECT_EQ(co_await copying, sent.size());
  co_await writing;
}

EDDY_TEST(copy, of_an_empty_stream_writes_nothing_and_leaves_the_other_open) {
  auto [source, source_end] = memory_stream::pair();
  auto [sink, sink_end] = memory_stream::pair();
  co_await source.shutdown();
  EXPECT_EQ(co_await copy(source_end, sink), 0U);
  co_await sink.write_all("still open");
}

EDDY_TEST(copy, ends_with_the_error_of_either_stream) {
  auto [source, source_end] = memory_stream::pair();
  auto [sink, sink_end] = memory_stream::pair();
  co_await source.write_all("abc");
  testing::faulty_stream full(std::move(sink), {.fail_after = 2});
  EXPECT_THROW((void)co_await copy(source_end, full), io_error);
  source.reset();
  EXPECT_THROW((void)co_await copy(source_end, full), io_error);
}

EDDY_TEST(copy, a_cancel_ends_it_and_the_streams_go_on) {
  auto [source, source_end] = memory_stream::pair();
  auto [sink, sink_end] = memory_stream::pair();
  auto copying = create_task([&]() -> task<> { (void)co_await copy(source_end, sink); });
  co_await testing::settle();
  copying.cancel();
  EXPECT_THROW(co_await copying, task_cancelled);
  co_await source.write_all("x");
  std::array<char, 4> got{};
  EXPECT_EQ(co_await source_end.read_some(got), 1U);
}

EDDY_TEST(write_all, pieces_arrive_one_behind_the_other) {
  auto [a, b] = memory_stream::pair();
  const std::string head = "head ";
  const std::string body = "body";
  co_await write_all(a, {std::as_bytes(std::span(head)), {}, std::as_bytes(std::span(body))});
  co_await a.shutdown();
  EXPECT_EQ(co_await buffered_reader(b).read_all(100), "head body");
}

}  // namespace
}  // namespace eddy
