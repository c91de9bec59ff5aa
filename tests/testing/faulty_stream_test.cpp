// SPDX-License-Identifier: MIT
#include <eddy/testing/faulty_stream.hpp>

#include <chrono>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/io/memory_stream.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/stream_suite.hpp>
#include <eddy/testing/test.hpp>

namespace eddy {
namespace {

using namespace std::chrono_literals;

task<std::string> read_text(testing::faulty_stream<memory_stream>& from, std::size_t most = 64) {
  std::string text(most, '\0');
  text.resize(co_await from.read_some(std::as_writable_bytes(std::span(text))));
  co_return text;
}

EDDY_TEST(faulty_stream, reads_and_writes_in_small_pieces) {
  auto [a, b] = memory_stream::pair();
  testing::faulty_stream small(std::move(b), {.most_at_once = 2});
  co_await a.write_all("abc");
  EXPECT_EQ(co_await read_text(small), "ab");
  EXPECT_EQ(co_await read_text(small), "c");
}

EDDY_TEST(faulty_stream, takes_its_time) {
  auto [a, b] = memory_stream::pair();
  testing::faulty_stream slow(std::move(b), {.most_at_once = 1, .delay = 10ms});
  co_await slow.write_all("abc");
  EXPECT_EQ(testing::now(), 30ms);
}

EDDY_TEST(faulty_stream, ends_where_it_is_cut) {
  auto [a, b] = memory_stream::pair();
  testing::faulty_stream cut(std::move(b), {.cut_after = 2});
  co_await a.write_all("abc");
  EXPECT_EQ(co_await read_text(cut), "ab");
  EXPECT_EQ(co_await read_text(cut), "");
  EXPECT_EQ(co_await read_text(cut), "");
}

EDDY_TEST(faulty_stream, fails_in_either_direction_after_so_many_bytes) {
  auto [a, b] = memory_stream::pair();
  testing::faulty_stream failing(std::move(b), {.fail_after = 2});
  co_await a.write_all("abc");
  EXPECT_EQ(co_await read_text(failing), "ab");
  EXPECT_THROW(co_await read_text(failing), io_error);
  EXPECT_THROW(co_await failing.write_all("abc"), io_error);
  std::string got(8, '\0');
  EXPECT_EQ(co_await a.read_some(got), 2U);
}

EDDY_TEST(faulty_stream, the_same_seed_gives_the_same_pieces) {
  const auto pieces = [](std::uint64_t seed) -> task<std::string> {
    auto [a, b] = memory_stream::pair();
    testing::faulty_stream drawn(std::move(b), {.seed = seed});
    co_await a.write_all(std::string(1000, 'x'));
    co_await a.shutdown();
    std::string sizes;
    for (;;) {
      const std::string piece = co_await read_text(drawn);
      if (piece.empty()) co_return sizes;
      sizes += std::to_string(piece.size()) + ' ';
    }
  };
  EXPECT_EQ(co_await pieces(1), co_await pieces(1));
  EXPECT_NE(co_await pieces(1), co_await pieces(2));
}

using faulty_memory = testing::faulty_stream<memory_stream>;

task<std::pair<faulty_memory, faulty_memory>> connect_faulty() {
  auto [a, b] = memory_stream::pair();
  co_return std::pair(faulty_memory(std::move(a), {.most_at_once = 5000, .seed = 1}),
                      faulty_memory(std::move(b), {.most_at_once = 5000, .seed = 2}));
}

const bool checked =
    testing::register_stream_suite("faulty_stream", connect_faulty, {backend_kind::sim});

}  // namespace
}  // namespace eddy
