// SPDX-License-Identifier: MIT
#include <eddy/flow/latch.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "shuffled.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

EDDY_TEST(latch, holds_tasks_back_until_the_count_is_zero) {
  latch l(3);
  std::string log;
  const auto wait = [&](char name) -> task<> {
    co_await l.wait();
    log += name;
  };
  for (const char name : {'a', 'b', 'c'}) (void)create_task(wait, name);
  co_await yield();
  l.count_down(2);
  EXPECT_EQ(l.count(), 1U);
  co_await sleep(1s);
  EXPECT_EQ(log, "");
  l.count_down();
  EXPECT_EQ(log, "") << "waking goes through the run queue";
  co_await yield();
  EXPECT_EQ(log, "abc");
}

EDDY_TEST(latch, at_zero_holds_nobody_back) {
  latch l(1);
  EXPECT_FALSE(l.try_wait());
  l.count_down();
  EXPECT_TRUE(l.try_wait());
  co_await l.wait();
  EXPECT_TRUE(co_await wait_for_optional(l.wait(), 0s));
  latch none(0);
  co_await none.wait();
  EXPECT_EQ(now(), 0s);
}

EDDY_TEST(latch, below_zero_is_an_error_and_changes_nothing) {
  latch l(2);
  EXPECT_THROW(l.count_down(3), std::logic_error);
  EXPECT_EQ(l.count(), 2U);
  l.count_down(2);
  EXPECT_THROW(l.count_down(), std::logic_error);
  EXPECT_THROW((void)l.arrive_and_wait(), std::logic_error);
  l.count_down(0);
  co_return;
}

EDDY_TEST(latch, arrive_and_wait_lets_all_go_on_when_the_last_has_come) {
  latch l(3);
  int through = 0;
  const auto come = [&](duration after) -> task<> {
    co_await sleep(after);
    co_await l.arrive_and_wait();
    EXPECT_EQ(now(), 3s);
    ++through;
  };
  const std::vector<task_handle<>> tasks{create_task(come, 1s), create_task(come, 3s),
                                         create_task(come, 2s)};
  co_await join_all(tasks);
  EXPECT_EQ(through, 3);
}

EDDY_TEST(latch, always_at_zero_does_not_let_its_user_starve_the_others) {
  latch l(0);
  bool stop = false;
  (void)create_task([&]() -> task<> {
    stop = true;
    co_return;
  });
  for (int i = 0; i < 1000 && !stop; ++i) co_await l.wait();
  EXPECT_TRUE(stop);
}

// Cancel.

EDDY_TEST(latch, a_cancelled_waiter_leaves_and_the_others_are_woken) {
  latch l(1);
  const auto leaver = create_task([&]() -> task<> { co_await l.wait(); });
  const auto stayer = create_task([&]() -> task<> { co_await l.wait(); });
  co_await yield();
  leaver.cancel();
  EXPECT_THROW(co_await leaver, task_cancelled);
  l.count_down();
  co_await stayer;
}

EDDY_TEST(latch, the_step_of_one_who_arrived_and_was_cancelled_counts) {
  latch l(2);
  EXPECT_FALSE(co_await wait_for_optional(l.arrive_and_wait(), 1s));
  co_await l.arrive_and_wait();
  EXPECT_EQ(now(), 1s);
}

EDDY_TEST(latch, a_task_cancelled_before_it_starts_is_not_counted) {
  latch l(1);
  const auto task = create_task([&]() -> eddy::task<> { co_await l.arrive_and_wait(); });
  task.cancel();
  EXPECT_THROW(co_await task, task_cancelled);
  EXPECT_EQ(l.count(), 1U);
}

EDDY_TEST(latch, a_waiter_cancelled_in_the_step_it_was_woken_goes_on) {
  latch l(1);
  bool woken = false;
  const auto waiter = create_task([&]() -> task<> {
    co_await l.wait();
    woken = true;
  });
  co_await yield();
  l.count_down();
  waiter.cancel();
  co_await waiter;
  EXPECT_TRUE(woken);
}

EDDY_TEST(latch, a_wait_entered_with_a_cancel_pending_is_not_begun) {
  latch l(1);
  gate g;
  const auto waiter = create_task([&]() -> task<> {
    co_await g.wait();
    co_await l.wait();
  });
  co_await yield();
  g.open();
  waiter.cancel();
  EXPECT_THROW(co_await waiter, task_cancelled);
  l.count_down();  // nobody is left in line
}

EDDY_SHUFFLED_TEST(latch, wakes_all_that_stayed_whoever_is_cancelled_when) {
  chance random(seed());
  latch l(30);
  int woken = 0;
  std::vector<task_handle<>> tasks;
  for (int i = 0; i < 30; ++i) {
    tasks.push_back(create_task([&]() -> task<> {
      co_await l.arrive_and_wait();
      ++woken;
    }));
    if (random.one_in(3)) co_await yield();
  }
  EXPECT_EQ(co_await join_all(tasks), 0);
  EXPECT_EQ(woken, 30);

  latch other(1);
  woken = 0;
  std::vector<task_handle<>> waiters;
  for (int i = 0; i < 30; ++i) {
    waiters.push_back(create_task([&]() -> task<> {
      co_await other.wait();
      ++woken;
    }));
    if (random.one_in(2)) waiters[random.below(waiters.size())].cancel();
    if (random.one_in(3)) co_await yield();
  }
  other.count_down();
  const int cancelled = co_await join_all(waiters);
  EXPECT_EQ(woken + cancelled, 30);
}

}  // namespace
}  // namespace eddy
