// SPDX-License-Identifier: MIT
#include <eddy/flow/condition.hpp>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "shuffled.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

/// A condition with its mutex, and tasks that wait for it and log in capitals what they hold.
struct room {
  mutex m;
  condition changed{m};
  std::string log;

  task<> wait(char name) {
    auto guard = co_await m.lock();
    co_await changed.wait(guard);
    EXPECT_TRUE(m.locked());
    log += name;
  }
  std::vector<task_handle<>> wait_all(const std::string& names) {
    std::vector<task_handle<>> tasks;
    for (const char name : names) tasks.push_back(create_task(&room::wait, this, name));
    return tasks;
  }
};

EDDY_TEST(condition, notify_one_wakes_the_oldest_waiter_and_no_other) {
  room r;
  const auto tasks = r.wait_all("abc");
  co_await sleep(1s);
  EXPECT_FALSE(r.m.locked()) << "it is free while they wait";
  r.changed.notify_one();
  co_await sleep(1s);
  EXPECT_EQ(r.log, "a");
  r.changed.notify_one();
  r.changed.notify_one();
  r.changed.notify_one();  // nobody waits: nothing, and nothing is kept
  co_await join_all(tasks);
  EXPECT_EQ(r.log, "abc");
}

EDDY_TEST(condition, notify_all_wakes_all_that_wait_now_one_after_the_other) {
  room r;
  const auto tasks = r.wait_all("abc");
  co_await yield();
  r.changed.notify_all();
  const auto late = r.wait_all("d");
  co_await join_all(tasks);
  EXPECT_EQ(r.log, "abc");
  co_await sleep(1s);
  EXPECT_FALSE(late[0].done());
  r.changed.notify_all();
  co_await late[0];
}

EDDY_TEST(condition, the_woken_wait_until_the_notifier_frees_the_mutex) {
  room r;
  const auto tasks = r.wait_all("ab");
  co_await yield();
  {
    const auto guard = co_await r.m.lock();
    r.changed.notify_all();
    co_await sleep(1s);
    EXPECT_EQ(r.log, "");
  }
  co_await join_all(tasks);
  EXPECT_EQ(r.log, "ab");
  EXPECT_FALSE(r.m.locked());
}

EDDY_TEST(condition, the_notified_get_the_mutex_in_line_with_all_others) {
  room r;
  const auto lock = [&](char name) -> task<> {
    const auto guard = co_await r.m.lock();
    r.log += name;
  };
  auto tasks = r.wait_all("a");
  co_await yield();
  auto guard = std::optional(co_await r.m.lock());
  tasks.push_back(create_task(lock, 'x'));
  co_await yield();
  r.changed.notify_one();
  tasks.push_back(create_task(lock, 'y'));
  co_await yield();
  guard.reset();
  co_await join_all(tasks);
  EXPECT_EQ(r.log, "xay");
}

EDDY_TEST(condition, waits_until_its_predicate_is_true) {
  mutex m;
  condition changed(m);
  int value = 0;
  int asked = 0;
  const auto waiter = create_task([&]() -> task<> {
    auto guard = co_await m.lock();
    co_await changed.wait(guard, [&] {
      ++asked;
      EXPECT_TRUE(m.locked());
      return value == 2;
    });
    EXPECT_TRUE(m.locked());
  });
  for (value = 0; value < 2; ++value) {
    co_await sleep(1s);
    EXPECT_FALSE(waiter.done());
    changed.notify_all();
  }
  co_await waiter;
  EXPECT_EQ(asked, 3);
}

EDDY_TEST(condition, a_predicate_that_is_true_already_holds_nobody_back) {
  mutex m;
  condition changed(m);
  auto guard = co_await m.lock();
  co_await changed.wait(guard, [] { return true; });
  EXPECT_TRUE(m.locked());
}

EDDY_TEST(condition, a_predicate_that_throws_ends_the_wait_with_the_mutex_held) {
  mutex m;
  condition changed(m);
  auto guard = co_await m.lock();
  const auto fails = []() -> bool { throw std::runtime_error("predicate"); };
  EXPECT_THROW(co_await changed.wait(guard, fails), std::runtime_error);
  EXPECT_TRUE(m.locked());
  guard.unlock();
  EXPECT_FALSE(m.locked());
}

EDDY_TEST(condition, refuses_a_guard_that_does_not_hold_its_mutex) {
  mutex m;
  mutex other;
  condition changed(m);
  auto wrong = co_await other.lock();
  EXPECT_THROW(co_await changed.wait(wrong), std::logic_error);
  auto freed = co_await m.lock();
  freed.unlock();
  EXPECT_THROW(co_await changed.wait(freed), std::logic_error);
}

// Cancel.

EDDY_TEST(condition, a_cancelled_wait_ends_with_the_mutex_held_again) {
  room r;
  auto guard = co_await r.m.lock();
  EXPECT_FALSE(co_await wait_for_optional(r.changed.wait(guard), 1s));
  EXPECT_TRUE(r.m.locked());
  EXPECT_FALSE(co_await wait_for_optional(r.changed.wait(guard, [] { return false; }), 1s));
  EXPECT_TRUE(r.m.locked());
  guard.unlock();
  EXPECT_FALSE(r.m.locked());
}

EDDY_TEST(condition, a_cancelled_waiter_waits_for_the_mutex_in_line_before_it_unwinds) {
  room r;
  const auto tasks = r.wait_all("a");
  co_await yield();
  auto guard = std::optional(co_await r.m.lock());
  tasks[0].cancel();
  co_await sleep(1s);
  EXPECT_FALSE(tasks[0].done());
  bool entered = false;
  const auto next = create_task([&]() -> task<> {
    const auto mine = co_await r.m.lock();
    EXPECT_TRUE(tasks[0].done());
    entered = true;
  });
  co_await yield();
  guard.reset();
  co_await next;
  EXPECT_TRUE(entered);
  EXPECT_EQ(co_await join_all(tasks), 1);
  EXPECT_EQ(r.log, "");
  EXPECT_FALSE(r.m.locked());
}

EDDY_TEST(condition, a_waiter_cancelled_in_the_step_it_was_notified_passes_the_notification_on) {
  room r;
  const auto tasks = r.wait_all("abc");
  co_await yield();
  {
    const auto guard = co_await r.m.lock();
    r.changed.notify_one();
    tasks[0].cancel();
  }
  co_await sleep(1s);
  EXPECT_EQ(r.log, "b");
  EXPECT_TRUE(tasks[0].done());
  EXPECT_FALSE(tasks[2].done()) << "one notification woke two";
  r.changed.notify_one();
  EXPECT_EQ(co_await join_all(tasks), 1);
}

EDDY_TEST(condition, a_notification_is_passed_on_along_a_chain_of_cancelled_waiters) {
  room r;
  const auto tasks = r.wait_all("abcd");
  co_await yield();
  {
    const auto guard = co_await r.m.lock();
    r.changed.notify_one();
    for (int i = 0; i < 3; ++i) tasks[static_cast<std::size_t>(i)].cancel();
    tasks[0].cancel();  // again: nothing
  }
  EXPECT_EQ(co_await join_all(tasks), 3);
  EXPECT_EQ(r.log, "d");
}

EDDY_TEST(condition, a_waiter_cancelled_when_it_holds_the_mutex_again_has_its_notification) {
  room r;
  const auto tasks = r.wait_all("ab");
  co_await yield();
  r.changed.notify_one();  // the mutex is free: it is a's at once
  EXPECT_TRUE(r.m.locked());
  tasks[0].cancel();
  co_await sleep(1s);
  EXPECT_EQ(r.log, "a");
  EXPECT_FALSE(tasks[1].done());
  tasks[1].cancel();
  EXPECT_EQ(co_await join_all(tasks), 1);
}

EDDY_TEST(condition, a_cancelled_waiter_leaves_the_others_in_order) {
  room r;
  const auto tasks = r.wait_all("abc");
  co_await yield();
  tasks[1].cancel();
  co_await yield();
  r.changed.notify_all();
  EXPECT_EQ(co_await join_all(tasks), 1);
  EXPECT_EQ(r.log, "ac");
}

EDDY_TEST(condition, a_wait_entered_with_a_cancel_pending_never_lets_the_mutex_go) {
  room r;
  gate g;
  const auto waiter = create_task([&]() -> task<> {
    auto guard = co_await r.m.lock();
    co_await g.wait();
    co_await r.changed.wait(guard);
  });
  co_await yield();
  bool second = false;
  const auto next = create_task([&]() -> task<> {
    const auto mine = co_await r.m.lock();
    EXPECT_TRUE(waiter.done()) << "somebody was let in between";
    second = true;
  });
  co_await yield();
  g.open();
  waiter.cancel();
  co_await next;
  EXPECT_TRUE(second);
  r.changed.notify_all();  // nobody is left in line
}

TEST(condition, a_hard_cancel_does_not_wait_for_the_mutex) {
  std::optional<bool> held;
  duration end{};
  run(
      [&]() -> task<> {
        auto m = std::make_shared<mutex>();
        auto changed = std::make_shared<condition>(*m);
        const auto stuck = create_task([=]() -> task<> {
          const auto guard = co_await m->lock();
          co_await finally([]() -> task<> { co_await sleep(1h); },
                           [](exit_status) -> task<> { co_await sleep(1h); });
        });
        (void)stuck;
        (void)create_task([m, changed, &held, &end]() -> task<> {
          struct look {
            mutex& of;
            std::optional<bool>& result;
            duration& at;
            ~look() {
              result = of.locked();
              at = now();
            }
          } const at_end{*m, held, end};
          auto guard = co_await m->lock();
          co_await changed->wait(guard);
        });
        co_await sleep(1s);
      },
      virtual_time);
  EXPECT_TRUE(held);
  EXPECT_LE(end, 1min);
}

EDDY_SHUFFLED_TEST(condition, loses_no_notification_whoever_is_cancelled_when) {
  chance random(seed());
  mutex m;
  condition changed(m);
  std::deque<int> items;
  std::vector<int> got;
  std::vector<task_handle<>> takers;
  const auto take = [&]() -> task<> {
    auto guard = co_await m.lock();
    co_await changed.wait(guard, [&] { return !items.empty(); });
    got.push_back(items.front());
    items.pop_front();
  };
  int put = 0;
  for (int i = 0; i < 100; ++i) {
    takers.push_back(create_task(take));
    if (random.one_in(2)) {
      const auto guard = co_await m.lock();
      items.push_back(put++);
      changed.notify_one();
      if (random.one_in(3)) co_await yield();
      if (random.one_in(2)) takers[random.below(takers.size())].cancel();
    }
    if (random.one_in(3)) co_await yield();
  }
  // A lost notification would leave an item beside a taker that waits.
  co_await sleep(1s);
  bool waiting = false;
  for (const auto& each : takers) waiting = waiting || !each.done();
  EXPECT_TRUE(!waiting || items.empty());
  for (const auto& each : takers) each.cancel();
  co_await join_all(takers);
  EXPECT_TRUE(std::ranges::is_sorted(got));
  EXPECT_EQ(got.size() + items.size(), static_cast<std::size_t>(put));
  EXPECT_FALSE(m.locked());
}

}  // namespace
}  // namespace eddy
