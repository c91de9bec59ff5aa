// SPDX-License-Identifier: MIT
// More at once than io_uring's two queues hold.
#include <deque>
#include <string>

#include "backend_harness.hpp"

namespace eddy::detail {
namespace {

class uring_overflow : public backend_test {
 protected:
  static constexpr int more_than_fits = 10'000;  // of submissions 256, of completions 4,096
};
INSTANTIATE_TEST_SUITE_P(on, uring_overflow, ::testing::Values(backend_kind::uring), backend_name);

TEST_P(uring_overflow, each_operation_completes_once) {
  socket_pair pair;
  std::deque<recorded_op> ops;
  std::string buffer(8, '.');
  for (int i = 0; i < more_than_fits; ++i) {
    start(ops.emplace_back(recv_into(pair.ours, buffer)));
  }
  pair.they_write("for one");
  for (recorded_op& op : ops) backend_->cancel(op);
  for (recorded_op& op : ops) finish(op);
  std::size_t delivered = 0;
  for (const recorded_op& op : ops)
    delivered += op.result > 0 ? static_cast<std::size_t>(op.result) : 0;
  for (const recorded_op& op : ops) {
    ASSERT_EQ(op.completions, 1);
    ASSERT_TRUE(op.result == -ECANCELED || op.result == 7) << op.result;
  }
  // What no operation took is still in the socket.
  if (delivered == 0) EXPECT_EQ(perform(recv_into(pair.ours, buffer)), 7);
}

}  // namespace
}  // namespace eddy::detail
