// SPDX-License-Identifier: MIT
#include <eddy/flow/mutex.hpp>

#include <optional>
#include <stdexcept>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "core/support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

EDDY_TEST(mutex, lets_one_task_in_at_a_time_in_the_order_they_came) {
  mutex m;
  std::string log;
  const auto use = [&](char name) -> task<> {
    const auto guard = co_await m.lock();
    log += name;
    co_await sleep(1s);
    log += name;
  };
  co_await with_task_group([&](task_group& group) -> task<> {
    for (const char name : {'a', 'b', 'c'}) (void)group.create_task(use, name);
    co_return;
  });
  EXPECT_EQ(log, "aabbcc");
  EXPECT_EQ(now(), 3s);
  EXPECT_FALSE(m.locked());
}

EDDY_TEST(mutex, goes_to_the_oldest_waiter_and_not_to_whoever_asks_first_after_the_unlock) {
  mutex m;
  std::string log;
  auto guard = std::optional(co_await m.lock());
  (void)create_task([&]() -> task<> {
    const auto mine = co_await m.lock();
    log += 'w';
  });
  co_await yield();
  guard.reset();
  EXPECT_TRUE(m.locked()) << "it was free for a moment";
  EXPECT_FALSE(m.try_lock());
  const auto again = co_await m.lock();
  log += 'm';
  EXPECT_EQ(log, "wm");
}

EDDY_TEST(mutex, try_lock_takes_it_only_when_it_is_free) {
  mutex m;
  auto first = m.try_lock();
  EXPECT_TRUE(first);
  EXPECT_FALSE(m.try_lock());
  first.reset();
  EXPECT_TRUE(m.try_lock());
  EXPECT_FALSE(m.locked());
  co_return;
}

EDDY_TEST(mutex, a_guard_can_be_moved_and_unlocked_early) {
  mutex m;
  mutex other;
  auto guard = co_await m.lock();
  auto moved = std::move(guard);
  EXPECT_TRUE(m.locked());
  moved.unlock();
  EXPECT_FALSE(m.locked());
  moved.unlock();  // again: nothing
  auto held = co_await m.lock();
  held = co_await other.lock();
  EXPECT_FALSE(m.locked());
  EXPECT_TRUE(other.locked());
}

EDDY_TEST(mutex, is_freed_by_an_exception) {
  mutex m;
  const auto fails = [&]() -> task<> {
    const auto guard = co_await m.lock();
    throw std::runtime_error("inside");
  };
  EXPECT_THROW(co_await fails(), std::runtime_error);
  EXPECT_FALSE(m.locked());
}

EDDY_TEST(mutex, always_free_does_not_let_its_user_starve_the_others) {
  mutex m;
  bool stop = false;
  (void)create_task([&]() -> task<> {
    stop = true;
    co_return;
  });
  for (int i = 0; i < 1000 && !stop; ++i) (void)co_await m.lock();
  EXPECT_TRUE(stop);
}

// Cancel.

EDDY_TEST(mutex, a_wait_cancelled_before_it_starts_takes_nothing) {
  mutex m;
  const auto task = create_task([&]() -> eddy::task<> { const auto guard = co_await m.lock(); });
  task.cancel();
  co_await yield();
  EXPECT_FALSE(m.locked());
}

EDDY_TEST(mutex, a_wait_entered_with_a_cancel_pending_leaves_no_place_in_line) {
  mutex m;
  gate g;
  auto guard = std::optional(co_await m.lock());
  const auto waiter = create_task([&]() -> task<> {
    co_await g.wait();
    const auto mine = co_await m.lock();
    ADD_FAILURE() << "it went on";
  });
  co_await yield();
  g.open();
  waiter.cancel();
  EXPECT_THROW(co_await waiter, task_cancelled);
  guard.reset();
  EXPECT_FALSE(m.locked());
}

EDDY_TEST(mutex, a_waiter_that_gives_up_leaves_the_others_in_order) {
  mutex m;
  std::string log;
  const auto use = [&](char name) -> task<> {
    const auto guard = co_await m.lock();
    log += name;
  };
  auto guard = std::optional(co_await m.lock());
  const auto a = create_task(use, 'a');
  const auto b = create_task(use, 'b');
  const auto c = create_task(use, 'c');
  co_await yield();
  b.cancel();
  co_await yield();
  guard.reset();
  co_await sleep(1s);
  EXPECT_EQ(log, "ac");
  EXPECT_FALSE(m.locked());
}

EDDY_TEST(mutex, a_waiter_cancelled_in_the_step_it_was_woken_passes_the_lock_on) {
  mutex m;
  bool second = false;
  auto guard = std::optional(co_await m.lock());
  const auto first = create_task([&]() -> task<> {
    const auto mine = co_await m.lock();
    co_await yield();
    ADD_FAILURE() << "it went on";
  });
  const auto next = create_task([&]() -> task<> {
    const auto mine = co_await m.lock();
    second = true;
  });
  co_await yield();
  guard.reset();
  first.cancel();
  co_await sleep(1s);
  EXPECT_TRUE(first.done());
  EXPECT_TRUE(second);
  EXPECT_FALSE(m.locked());
}

EDDY_TEST(mutex, works_on_after_a_cancelled_wait) {
  mutex m;
  {
    const auto guard = co_await m.lock();
    EXPECT_FALSE(co_await wait_for_optional(m.lock(), 1s));
  }
  EXPECT_TRUE(co_await wait_for_optional(m.lock(), 1s));
  EXPECT_TRUE(co_await wait_for_optional(m.lock(), 0s)) << "free, so it takes no time";
}

}  // namespace
}  // namespace eddy
