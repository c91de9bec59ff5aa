// SPDX-License-Identifier: MIT
// Tests of a byte stream of one's own, and of code that uses one, on a bad day.
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/core/error.hpp>
#include <eddy/io/buffered_reader.hpp>
#include <eddy/io/memory_stream.hpp>
#include <eddy/testing/faulty_stream.hpp>
#include <eddy/testing/stream_suite.hpp>
#include <eddy/testing/test.hpp>

using eddy::memory_stream;
using eddy::task;
using eddy::testing::faulty_stream;

/// Writes every byte changed, and changes it back when it is read.
template <eddy::byte_stream S>
class masked_stream {
 public:
  explicit masked_stream(S below) : below_(std::move(below)) {}

  task<std::size_t> read_some(std::span<std::byte> into) {
    const std::size_t count = co_await below_.read_some(into);
    for (std::byte& b : into.first(count)) b ^= mask;
    co_return count;
  }
  task<> write_all(std::span<const std::byte> bytes) {
    std::vector<std::byte> masked(bytes.begin(), bytes.end());
    for (std::byte& b : masked) b ^= mask;
    co_await below_.write_all(masked);
  }
  task<> shutdown() { co_await below_.shutdown(); }

 private:
  static constexpr std::byte mask{0x5A};
  S below_;
};

// snippet: suite
using masked_memory = masked_stream<memory_stream>;

task<std::pair<masked_memory, masked_memory>> connect_masked() {
  auto [a, b] = memory_stream::pair();
  co_return std::pair(masked_memory(std::move(a)), masked_memory(std::move(b)));
}

// Some thirty tests: order, ends, back-pressure, cancelling, who may read and write when.
const bool checked = eddy::testing::register_stream_suite("masked_stream", connect_masked,
                                                          {eddy::backend_kind::sim});
// end snippet

// snippet: shuffled
using masked_pieces = masked_stream<faulty_stream<memory_stream>>;

task<std::pair<masked_pieces, masked_pieces>> connect_in_pieces() {
  auto [a, b] = memory_stream::pair(4096);
  const auto in_pieces = [](memory_stream&& end) {
    return masked_pieces(faulty_stream<memory_stream>(
        std::move(end), {.most_at_once = 700, .seed = eddy::testing::seed()}));
  };
  co_return std::pair(in_pieces(std::move(a)), in_pieces(std::move(b)));
}

// Fifty times each, and no two alike; 8 KiB are more than the pair holds.
const bool checked_in_pieces = eddy::testing::register_shuffled_stream_suite(
    "masked_stream_in_pieces", connect_in_pieces, 8 << 10);
// end snippet

/// What the tests below are of.
template <class S>
task<std::string> read_greeting(S& from) {
  eddy::buffered_reader in(from);
  co_return (co_await in.read_line(100)).value_or("nobody");
}

// snippet: faults
EDDY_TEST(greeting, may_come_in_pieces_of_any_size) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    auto [a, b] = memory_stream::pair();
    co_await a.write_all("hello, world\n");
    faulty_stream in_pieces(std::move(b), {.most_at_once = 5, .seed = seed});
    EXPECT_EQ(co_await read_greeting(in_pieces), "hello, world");
  }
}

EDDY_TEST(greeting, that_breaks_off_is_an_error) {
  auto [a, b] = memory_stream::pair();
  co_await a.write_all("hello, world\n");
  faulty_stream reset(std::move(b), {.fail_after = 5});
  EXPECT_THROW((void)co_await read_greeting(reset), eddy::io_error);
}
// end snippet

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
  if (argc == 1) delete listeners.Release(listeners.default_result_printer());
  const int status = RUN_ALL_TESTS();
  std::puts(status == 0 ? "all tests passed" : "a test failed: run me with --verbose");
  return status;
}
