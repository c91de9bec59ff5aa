// SPDX-License-Identifier: MIT
#include <eddy/core/wait.hpp>

#include <optional>
#include <stdexcept>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<int> fail_after(duration span) {
  co_await sleep(span);
  throw std::runtime_error("x");
}

std::vector<task_handle<int>> three() {
  return {create_task(after, 3s, 3), create_task(after, 1s, 1), create_task(after, 2s, 2)};
}

EDDY_TEST(wait, for_all_sorts_the_done_in_the_order_of_the_handles) {
  const auto handles = three();
  const wait_result<int> sorted = co_await wait(handles);
  const auto& [done, pending] = sorted;
  EXPECT_EQ(now(), 3s);
  EXPECT_TRUE(pending.empty());
  EXPECT_EQ(done.size(), 3U);
  EXPECT_EQ(done[0].result(), 3);
  EXPECT_EQ(done[2].result(), 2);
}

EDDY_TEST(wait, for_the_first_leaves_the_others_running) {
  const auto handles = three();
  const auto [done, pending] = co_await wait(handles, return_when::first_completed);
  EXPECT_EQ(now(), 1s);
  EXPECT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].result(), 1);
  EXPECT_EQ(pending.size(), 2U);
  EXPECT_EQ(co_await pending[0], 3);
  EXPECT_EQ(co_await pending[1], 2);
}

EDDY_TEST(wait, again_on_what_is_pending_goes_through_all_of_them) {
  auto left = three();
  std::vector<int> order;
  while (!left.empty()) {
    auto [done, pending] = co_await wait(left, return_when::first_completed);
    for (const auto& handle : done) order.push_back(handle.result());
    left = std::move(pending);
  }
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

EDDY_TEST(wait, for_an_exception_does_not_take_a_cancel_for_one_and_throws_nothing) {
  std::vector handles = three();
  handles.push_back(create_task(fail_after, 2500ms));
  handles[1].cancel();
  const auto [done, pending] = co_await wait(handles, return_when::first_exception);
  EXPECT_EQ(now(), 2500ms);
  EXPECT_EQ(done.size(), 3U);
  EXPECT_EQ(pending.size(), 1U);
  EXPECT_THROW(handles[3].result(), std::runtime_error);
  co_await wait(handles);
}

EDDY_TEST(wait, for_an_exception_that_never_comes_waits_for_all) {
  const auto [done, pending] = co_await wait(three(), return_when::first_exception);
  EXPECT_EQ(done.size(), 3U);
  EXPECT_EQ(now(), 3s);
}

EDDY_TEST(wait, for_what_has_ended_already_does_not_suspend) {
  const auto handles = three();
  co_await sleep(2s);
  bool other_ran = false;
  const auto other = create_task([&]() -> task<> {
    other_ran = true;
    co_return;
  });
  co_await wait(handles, return_when::first_completed);
  const std::vector<task_handle<int>> none;
  co_await wait(none, return_when::first_completed);
  co_await wait(none);
  EXPECT_FALSE(other_ran);
  co_await wait(handles);
  co_await other;
}

EDDY_TEST(wait, counts_a_task_that_is_given_twice) {
  const auto handle = create_task(after, 1s, 1);
  const auto [done, pending] = co_await wait(std::vector{handle, handle});
  EXPECT_EQ(done.size(), 2U);
}

EDDY_TEST(wait, may_be_given_a_time_limit) {
  const auto handles = three();
  EXPECT_FALSE(co_await wait_for_optional(wait(handles), 1500ms));
  EXPECT_TRUE(handles[1].done());
  EXPECT_FALSE(handles[0].done());
  co_await wait(handles);
}

EDDY_TEST(wait, cancelled_cancels_nothing_and_leaves_the_tasks_waitable) {
  const auto handles = three();
  const auto waiter = create_task([&]() -> task<> { co_await wait(handles); });
  co_await sleep(1500ms);
  waiter.cancel();
  EXPECT_THROW(co_await waiter, task_cancelled);
  const auto [done, pending] = co_await wait(handles);
  EXPECT_EQ(done.size(), 3U);
}

EDDY_TEST(wait, with_a_cancel_pending_never_waits) {
  const auto handles = three();
  gate g;
  bool went_on = false;
  const auto waiter = create_task([&]() -> task<> {
    co_await g.wait();
    co_await wait(handles);
    went_on = true;
  });
  co_await yield();
  g.open();
  waiter.cancel();
  EXPECT_THROW(co_await waiter, task_cancelled);
  EXPECT_FALSE(went_on);
  co_await wait(handles);
}

EDDY_TEST(wait, cancelled_in_the_step_it_was_woken_still_gives_what_ended) {
  bool got = false;
  std::optional<task_handle<>> waiter;
  const auto ends = create_task([]() -> task<> { co_await sleep(1s); });
  waiter = create_task([&]() -> task<> {
    const auto [done, pending] = co_await wait(std::vector{ends});
    got = !done.empty();
  });
  // Runs right after `ends`: the waiter is in the run queue then.
  const auto killer = create_task([&]() -> task<> {
    co_await sleep(1s);
    EXPECT_TRUE(ends.done());
    waiter->cancel();
  });
  co_await sleep(2s);
  EXPECT_TRUE(got);
  co_await killer;
}

// A task that waits for itself.

EDDY_TEST(task_handle, awaited_by_its_own_task_through_anything_is_an_error) {
  std::optional<task_handle<>> self;
  self = create_task([&]() -> task<> {
    EXPECT_THROW(co_await gather(*self, sleep(1s)), std::logic_error);
    EXPECT_THROW(co_await gather(gather(*self), sleep(1s)), std::logic_error);
    EXPECT_THROW(co_await gather(std::vector{*self}), std::logic_error);
    EXPECT_THROW(co_await race(*self, sleep(1s)), std::logic_error);
    EXPECT_THROW(co_await wait(std::vector{*self}), std::logic_error);
    EXPECT_THROW(co_await wait_for(*self, 1s), std::logic_error);
  });
  co_await *self;
  EXPECT_EQ(now(), 0s);
}

}  // namespace
}  // namespace eddy
