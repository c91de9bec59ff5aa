// SPDX-License-Identifier: MIT
// Answers that the kernel gives so rarely that they are made up here.
#include "core/uring_streams.hpp"

#include <cerrno>
#include <string>

#include "backend_harness.hpp"

namespace eddy::detail {
namespace {

struct uring_streams_test : ::testing::Test {
  void SetUp() override {
    const int refused = ring.open();
    if (refused != 0) GTEST_SKIP() << "io_uring is refused here: " << std::strerror(refused);
    ASSERT_TRUE(buffers.open(ring.raw()));
    // The first read is an operation like others, from the second on the kernel goes on by itself.
    ASSERT_EQ(streams.submit(op, result), uring_streams::taken::not_mine);
    ASSERT_EQ(streams.submit(op, result), uring_streams::taken::waits);
  }
  tcp_pair pair;
  std::string text = std::string(8, '.');
  recorded_op op{recv_into(pair.ours, text)};
  int result = 0;
  receive_buffers buffers;
  uring_ring ring;
  uring_streams streams{ring, buffers};
};

TEST_F(uring_streams_test, a_request_the_kernel_had_no_memory_for_is_no_end_of_the_stream) {
  const std::uint64_t tag = uring_tag::of(uring_tag::kind::stream, pair.ours.get(), 0);
  streams.arrived({.tag = tag, .result = -EAGAIN, .flags = 0});
  EXPECT_EQ(op.completions, 0) << std::strerror(-op.result);
}

}  // namespace
}  // namespace eddy::detail
