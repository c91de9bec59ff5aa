// SPDX-License-Identifier: MIT
// What holds of locks and signals in whatever order ready tasks run and whoever is cancelled when.
#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/flow/barrier.hpp>
#include <eddy/flow/bounded_semaphore.hpp>
#include <eddy/flow/condition.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/flow/mutex.hpp>
#include <eddy/flow/semaphore.hpp>
#include <eddy/flow/shared_mutex.hpp>
#include <eddy/testing/test.hpp>

#include "core/chance.hpp"
#include "core/support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

// Locks.

/// Six tasks stand in line with `enter`; then `let_go` wakes the first, and in that very step some
/// of them are cancelled. All others must get in, and in their order.
template <class Enter, class LetGo>
task<> expect_wake_ups_are_passed_on(Enter enter, LetGo let_go) {
  chance random(seed());
  std::vector<std::size_t> entered;
  std::vector<task_handle<>> line;
  for (std::size_t i = 0; i < 6; ++i) {
    line.push_back(create_task([&, i]() -> task<> {
      const auto inside = co_await enter();
      entered.push_back(i);
      co_await sleep(1ms);
    }));
    co_await sleep(1ms);
  }
  let_go();
  std::vector<std::size_t> staying;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (i == 0 || random.one_in(2)) {
      EXPECT_TRUE(line[i].cancel());
    } else {
      staying.push_back(i);
    }
  }
  co_await sleep(1s);
  for (const auto& each : line) EXPECT_TRUE(each.done()) << "a wake-up was lost";
  std::erase(entered, 0U);  // woken before its cancel came, it entered and left
  EXPECT_EQ(entered, staying);
}

EDDY_SHUFFLED_TEST(semantics,
                   a_waiter_for_a_mutex_cancelled_in_the_step_it_was_woken_passes_it_on) {
  mutex m;
  auto held = m.try_lock();
  co_await expect_wake_ups_are_passed_on([&] { return m.lock(); }, [&] { held.reset(); });
  EXPECT_FALSE(m.locked());
}

EDDY_SHUFFLED_TEST(semantics,
                   a_waiter_for_a_permit_cancelled_in_the_step_it_was_woken_passes_it_on) {
  semaphore s(1);
  auto held = s.try_acquire();
  co_await expect_wake_ups_are_passed_on([&] { return s.acquire(); }, [&] { held.reset(); });
  EXPECT_EQ(s.available(), 1U);
}

EDDY_SHUFFLED_TEST(semantics, a_writer_cancelled_in_the_step_it_was_woken_passes_the_lock_on) {
  shared_mutex m;
  auto held = m.try_lock_shared();
  co_await expect_wake_ups_are_passed_on([&] { return m.lock(); }, [&] { held.reset(); });
  EXPECT_FALSE(m.locked());
  EXPECT_EQ(m.readers(), 0U);
}

EDDY_SHUFFLED_TEST(semantics, a_notified_waiter_cancelled_in_that_step_passes_the_notification_on) {
  chance random(seed());
  mutex m;
  condition changed(m);
  int left = 0;
  std::vector<task_handle<>> waiters;
  for (int i = 0; i < 6; ++i) {
    waiters.push_back(create_task([&]() -> task<> {
      auto guard = co_await m.lock();
      co_await changed.wait(guard);
      ++left;
    }));
  }
  co_await sleep(1ms);
  auto guard = co_await m.lock();
  changed.notify_one();
  changed.notify_one();
  int cancelled = 0;
  for (const auto& each : waiters) {
    if (cancelled < 4 && random.one_in(2)) cancelled += each.cancel() ? 1 : 0;
  }
  guard.unlock();
  co_await sleep(1s);
  EXPECT_EQ(left, 2) << "of six, " << cancelled << " were cancelled";
  for (const auto& each : waiters) each.cancel();
  co_await sleep(1ms);
}

// Events.

EDDY_SHUFFLED_TEST(semantics, set_wakes_all_and_a_clear_before_they_run_does_not_put_them_back) {
  chance random(seed());
  event e;
  int woken = 0;
  const auto wait = [&]() -> task<> {
    co_await e.wait();
    ++woken;
  };
  std::vector<task_handle<>> waiters;
  for (int i = 0; i < 8; ++i) waiters.push_back(create_task(wait));
  co_await sleep(1ms);
  const std::size_t leaver = random.below(8);
  waiters[leaver].cancel();
  e.set();
  e.clear();
  const auto late = create_task(wait);
  co_await sleep(1ms);
  EXPECT_EQ(woken, 7);
  EXPECT_FALSE(late.done());
  EXPECT_FALSE(e.is_set());
  e.set();
  co_await late;
}

// Barriers.

task<std::string> pass(barrier& b) {
  try {
    co_return std::to_string(co_await b.wait());
  } catch (const broken_barrier&) {
    co_return "broken";
  }
}

struct crowd {
  explicit crowd(barrier& b, int size) {
    for (int i = 0; i < size; ++i) tasks.push_back(create_task(pass, std::ref(b)));
  }
  /// How each ended, one letter a task: its place, `b` for broken, `-` for cancelled.
  task<std::string> ends() {
    std::string all;
    for (const auto& each : tasks) {
      try {
        all += (co_await each)[0];
      } catch (const task_cancelled&) {
        all += '-';
      }
    }
    std::ranges::sort(all);
    co_return all;
  }
  std::vector<task_handle<std::string>> tasks;
};

EDDY_SHUFFLED_TEST(semantics, a_cancel_while_a_barrier_fills_leaves_a_place_that_another_takes) {
  chance random(seed());
  barrier b(4);
  crowd first(b, 3);
  co_await sleep(1ms);
  first.tasks[random.below(3)].cancel();
  co_await sleep(1ms);
  EXPECT_EQ(b.n_waiting(), 2U);
  crowd others(b, 2);
  EXPECT_EQ((co_await first.ends()).substr(0, 1), "-");
  const std::string places = (co_await first.ends()).substr(1) + co_await others.ends();
  std::string in_order = places;
  std::ranges::sort(in_order);
  EXPECT_EQ(in_order, "0123");
  EXPECT_EQ(b.n_waiting(), 0U);
}

EDDY_SHUFFLED_TEST(semantics,
                   reset_and_abort_while_a_barrier_fills_are_errors_for_those_that_wait) {
  chance random(seed());
  const bool abort = random.one_in(2);
  barrier b(4);
  crowd waiting(b, 3);
  co_await sleep(1ms);
  if (abort) {
    b.abort();
  } else {
    b.reset();
  }
  const std::size_t cancelled = random.below(3);
  waiting.tasks[cancelled].cancel();  // too late: it was woken
  crowd later(b, 4);
  EXPECT_EQ(co_await waiting.ends(), "bbb");
  EXPECT_EQ(co_await later.ends(), abort ? "bbbb" : "0123");
  EXPECT_EQ(b.broken(), abort);
  b.reset();
  crowd again(b, 4);
  EXPECT_EQ(co_await again.ends(), "0123");
}

EDDY_SHUFFLED_TEST(semantics, nothing_that_comes_while_a_barrier_drains_takes_its_round_back) {
  chance random(seed());
  barrier b(4);
  crowd waiting(b, 3);
  co_await sleep(1ms);
  bool abort = false;
  const auto last = create_task([&]() -> task<> { EXPECT_EQ(co_await pass(b), "3"); });
  while (b.n_waiting() != 0) co_await yield();
  // The round is complete and its tasks are ready; some have not run yet.
  switch (random.below(3)) {
    case 0:
      b.reset();
      break;
    case 1:
      b.abort();
      abort = true;
      break;
    default:
      waiting.tasks[random.below(3)].cancel();
  }
  crowd next(b, 4);
  EXPECT_EQ(co_await waiting.ends(), "012");
  co_await last;
  EXPECT_EQ(co_await next.ends(), abort ? "bbbb" : "0123");
}

}  // namespace
}  // namespace eddy
