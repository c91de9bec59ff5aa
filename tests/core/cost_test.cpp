// SPDX-License-Identifier: MIT
// What a coroutine costs in memory, pinned to one compiler: a change here is to be seen and meant.
#include <cstddef>

#include <eddy/core/create_task.hpp>
#include <eddy/core/detail/frame_pool.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<> nothing() { co_return; }
task<int> one() { co_return 1; }

/// Frames and control blocks taken from the pool since.
class allocations {
 public:
  [[nodiscard]] long count() const { return detail::allocated_frames() - before_; }

 private:
  long before_ = detail::allocated_frames();
};

EDDY_TEST(cost, an_await_of_a_task_is_one_allocation) {
  const allocations since;
  co_await nothing();
  EXPECT_EQ(since.count(), 1);
  co_await one();
  EXPECT_EQ(since.count(), 2);
}

EDDY_TEST(cost, an_await_of_an_operation_is_none) {
  const auto handle = create_task(one);
  co_await yield();
  const allocations since;
  co_await yield();
  co_await sleep(1s);
  co_await handle;
  EXPECT_EQ(since.count(), 0);
}

EDDY_TEST(cost, create_task_is_a_control_block_and_a_frame) {
  const allocations since;
  co_await create_task(one);
  EXPECT_EQ(since.count(), 2);
}

EDDY_TEST(cost, gather_and_race_are_a_frame_each_branch) {
  const allocations since;
  co_await gather(one(), one(), nothing());
  EXPECT_EQ(since.count(), 3);
  co_await race(one(), sleep(1s));
  EXPECT_EQ(since.count(), 5);
}

EDDY_TEST(cost, a_time_limit_adds_nothing_to_a_task_and_a_frame_to_an_operation) {
  const allocations since;
  co_await wait_for(one(), 1s);
  EXPECT_EQ(since.count(), 1);
  co_await wait_for(yield(), 1s);
  EXPECT_EQ(since.count(), 2);
}

EDDY_TEST(cost, a_task_group_is_a_frame_for_the_body_and_two_blocks_a_child) {
  const allocations since;
  co_await with_task_group([](task_group& group) -> task<> {
    (void)group.create_task(nothing);
    (void)group.create_task(nothing);
    co_return;
  });
  EXPECT_EQ(since.count(), 1 + 2 * 2);
}

TEST(cost, the_part_every_promise_begins_with_is_one_cache_line) {
  EXPECT_EQ(sizeof(detail::frame), 64U);
  EXPECT_EQ(sizeof(task<>::promise_type), 64U);
  EXPECT_EQ(sizeof(task<int>::promise_type), 64U);
}

#if defined(__clang__) && __clang_major__ == 19 && defined(__OPTIMIZE__) && \
    !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)

task<std::size_t> frame_of_nothing() { co_return __builtin_coro_size(); }

task<std::size_t> frame_that_awaits_a_task() {
  co_await one();
  co_return __builtin_coro_size();
}

task<std::size_t> frame_that_sleeps() {
  co_await sleep(1s);
  co_return __builtin_coro_size();
}

task<std::size_t> frame_that_limits_a_task() {
  co_await wait_for(one(), 1s);
  co_return __builtin_coro_size();
}

task<std::size_t> frame_that_gathers_two() {
  co_await gather(one(), one());
  co_return __builtin_coro_size();
}

EDDY_TEST(cost, frames_are_this_large) {
  // The promise, the compiler's two function pointers, and its index of the suspension point.
  EXPECT_EQ(co_await frame_of_nothing(), 64U + 16U + 8U);
  EXPECT_EQ(co_await frame_that_awaits_a_task(), 144U);
  EXPECT_EQ(co_await frame_that_sleeps(), 160U);
  EXPECT_EQ(co_await frame_that_limits_a_task(), 280U);
  EXPECT_EQ(co_await frame_that_gathers_two(), 560U);
}

#endif

}  // namespace
}  // namespace eddy
