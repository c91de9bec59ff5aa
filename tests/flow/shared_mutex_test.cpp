// SPDX-License-Identifier: MIT
#include <eddy/flow/shared_mutex.hpp>

#include <algorithm>
#include <cctype>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "shuffled.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

/// Holds `m` for a second, in capitals while it does so as a writer.
task<> visit(shared_mutex& m, char name, std::string& log) {
  if (std::isupper(static_cast<unsigned char>(name)) != 0) {
    const auto guard = co_await m.lock();
    log += name;
    co_await sleep(1s);
  } else {
    const auto guard = co_await m.lock_shared();
    log += name;
    co_await sleep(1s);
  }
}

std::vector<task_handle<>> visit_all(shared_mutex& m, const std::string& names, std::string& log) {
  std::vector<task_handle<>> visits;
  for (const char name : names) {
    visits.push_back(create_task(visit, std::ref(m), name, std::ref(log)));
  }
  return visits;
}

EDDY_TEST(shared_mutex, lets_readers_in_together_and_writers_alone) {
  shared_mutex m;
  std::string log;
  const auto visits = visit_all(m, "abcWX", log);
  co_await join_all(visits);
  EXPECT_EQ(log, "abcWX");
  EXPECT_EQ(now(), 3s);
  EXPECT_FALSE(m.locked());
  EXPECT_EQ(m.readers(), 0U);
}

EDDY_TEST(shared_mutex, a_writer_that_waits_stops_the_readers_after_it) {
  shared_mutex m;
  std::string log;
  const auto visits = visit_all(m, "aWbc", log);
  co_await sleep(500ms);
  EXPECT_EQ(m.readers(), 1U);
  EXPECT_FALSE(m.try_lock_shared()) << "it overtook the writer";
  co_await join_all(visits);
  EXPECT_EQ(log, "aWbc");
  EXPECT_EQ(now(), 3s);
}

EDDY_TEST(shared_mutex, readers_in_a_row_enter_together_when_a_writer_leaves) {
  shared_mutex m;
  std::string log;
  const auto visits = visit_all(m, "WabXc", log);
  co_await sleep(1500ms);
  EXPECT_EQ(log, "Wab");
  EXPECT_EQ(m.readers(), 2U);
  co_await join_all(visits);
  EXPECT_EQ(log, "WabXc");
  EXPECT_EQ(now(), 4s);
}

EDDY_TEST(shared_mutex, neither_kind_starves_the_other) {
  shared_mutex m;
  int reads = 0;
  int writes = 0;
  const auto read = [&]() -> task<> {
    for (;;) {
      const auto guard = co_await m.lock_shared();
      co_await sleep(10ms);
      ++reads;
    }
  };
  const auto write = [&]() -> task<> {
    for (;;) {
      const auto guard = co_await m.lock();
      co_await sleep(10ms);
      ++writes;
    }
  };
  const auto all = [&](task_group& group) -> task<> {
    for (int i = 0; i < 5; ++i) {
      (void)group.create_task(read);
      (void)group.create_task(write);
    }
    co_return;
  };
  EXPECT_FALSE(co_await wait_for_optional(with_task_group(all), 1s));
  EXPECT_GE(reads, 40);
  EXPECT_GE(writes, 40);
}

EDDY_TEST(shared_mutex, try_forms_enter_only_what_is_free) {
  shared_mutex m;
  {
    const auto reader = m.try_lock_shared();
    EXPECT_TRUE(reader);
    EXPECT_TRUE(m.try_lock_shared());
    EXPECT_FALSE(m.try_lock());
  }
  {
    const auto writer = m.try_lock();
    EXPECT_TRUE(writer);
    EXPECT_FALSE(m.try_lock());
    EXPECT_FALSE(m.try_lock_shared());
  }
  EXPECT_TRUE(m.try_lock());
  co_return;
}

EDDY_TEST(shared_mutex, goes_to_the_oldest_waiter_and_not_to_whoever_asks_first_after_the_unlock) {
  shared_mutex m;
  std::string log;
  auto guard = std::optional(co_await m.lock_shared());
  const auto writer = create_task(visit, std::ref(m), 'W', std::ref(log));
  co_await yield();
  guard.reset();
  EXPECT_TRUE(m.locked()) << "it was free for a moment";
  EXPECT_FALSE(m.try_lock_shared());
  co_await writer;
}

EDDY_TEST(shared_mutex, guards_can_be_moved_and_unlocked_early) {
  shared_mutex m;
  auto guard = co_await m.lock_shared();
  auto moved = std::move(guard);
  EXPECT_EQ(m.readers(), 1U);
  moved.unlock();
  moved.unlock();  // again: nothing
  EXPECT_EQ(m.readers(), 0U);
  moved = co_await m.lock_shared();
  EXPECT_EQ(m.readers(), 1U);
}

EDDY_TEST(shared_mutex, is_freed_by_an_exception) {
  shared_mutex m;
  const auto fails = [&]() -> task<> {
    const auto guard = co_await m.lock();
    throw std::runtime_error("inside");
  };
  EXPECT_THROW(co_await fails(), std::runtime_error);
  EXPECT_FALSE(m.locked());
}

EDDY_TEST(shared_mutex, always_free_does_not_let_its_user_starve_the_others) {
  shared_mutex m;
  bool stop = false;
  (void)create_task([&]() -> task<> {
    stop = true;
    co_return;
  });
  for (int i = 0; i < 1000 && !stop; ++i) (void)co_await m.lock_shared();
  EXPECT_TRUE(stop);
}

// Cancel.

EDDY_TEST(shared_mutex, a_wait_cancelled_before_it_starts_takes_nothing) {
  shared_mutex m;
  std::string log;
  const auto visits = visit_all(m, "aW", log);
  for (const auto& each : visits) each.cancel();
  EXPECT_EQ(co_await join_all(visits), 2);
  EXPECT_EQ(log, "");
  EXPECT_TRUE(m.try_lock());
}

EDDY_TEST(shared_mutex, a_wait_entered_with_a_cancel_pending_leaves_no_place_in_line) {
  shared_mutex m;
  gate g;
  auto guard = std::optional(co_await m.lock());
  const auto waiter = create_task([&]() -> task<> {
    co_await g.wait();
    const auto mine = co_await m.lock_shared();
    ADD_FAILURE() << "it went on";
  });
  co_await yield();
  g.open();
  waiter.cancel();
  EXPECT_THROW(co_await waiter, task_cancelled);
  guard.reset();
  EXPECT_TRUE(m.try_lock());
}

EDDY_TEST(shared_mutex, a_writer_that_gives_up_lets_the_readers_behind_it_in) {
  shared_mutex m;
  std::string log;
  const auto visits = visit_all(m, "aWbcX", log);
  co_await sleep(500ms);
  visits[1].cancel();
  EXPECT_EQ(m.readers(), 3U);
  EXPECT_EQ(co_await join_all(visits), 1);
  EXPECT_EQ(log, "abcX");
  EXPECT_EQ(now(), 2500ms);
}

EDDY_TEST(shared_mutex, a_reader_that_gives_up_lets_nobody_in_whose_turn_it_is_not) {
  shared_mutex m;
  std::string log;
  const auto visits = visit_all(m, "WaXb", log);
  co_await sleep(500ms);
  visits[1].cancel();
  EXPECT_EQ(m.readers(), 0U);
  EXPECT_EQ(co_await join_all(visits), 1);
  EXPECT_EQ(log, "WXb");
}

EDDY_TEST(shared_mutex, a_waiter_cancelled_in_the_step_it_was_woken_passes_the_lock_on) {
  shared_mutex m;
  std::string log;
  auto guard = std::optional(co_await m.lock());
  const auto visits = visit_all(m, "WabX", log);
  co_await yield();
  guard.reset();
  visits[0].cancel();
  visits[1].cancel();
  EXPECT_EQ(co_await join_all(visits), 2);
  EXPECT_EQ(log, "WbX") << "W entered and left again at its next suspension";
  EXPECT_TRUE(m.try_lock());
}

EDDY_TEST(shared_mutex, works_on_after_a_cancelled_wait) {
  shared_mutex m;
  {
    const auto guard = co_await m.lock();
    EXPECT_FALSE(co_await wait_for_optional(m.lock(), 1s));
    EXPECT_FALSE(co_await wait_for_optional(m.lock_shared(), 1s));
  }
  EXPECT_TRUE(co_await wait_for_optional(m.lock_shared(), 1s));
  EXPECT_TRUE(co_await wait_for_optional(m.lock(), 0s)) << "free, so it takes no time";
}

EDDY_SHUFFLED_TEST(shared_mutex, keeps_order_and_exclusion_whoever_is_cancelled_when) {
  chance random(seed());
  shared_mutex m;
  int reading = 0;
  int writing = 0;
  int arrived = 0;
  int served = 0;
  std::vector<int> order;
  std::ptrdiff_t last_writer = -1;
  // Readers that are inside together may run in any order.
  const auto sort_readers = [&] { std::sort(order.begin() + (last_writer + 1), order.end()); };
  std::vector<task_handle<>> tasks;
  const auto enter = [&](int number, int& inside) -> task<> {
    order.push_back(number);
    ++inside;
    EXPECT_TRUE(writing == 0 || (writing == 1 && reading == 0));
    struct leave {
      int& count;
      ~leave() { --count; }
    } const at_end{inside};
    co_await sleep(1ms);
    ++served;
  };
  const auto read = [&]() -> task<> {
    const int number = arrived++;
    const auto guard = co_await m.lock_shared();
    co_await enter(number, reading);
  };
  const auto write = [&]() -> task<> {
    const int number = arrived++;
    const auto guard = co_await m.lock();
    sort_readers();
    last_writer = std::ssize(order);
    co_await enter(number, writing);
  };
  for (int i = 0; i < 100; ++i) {
    tasks.push_back(random.one_in(3) ? create_task(write) : create_task(read));
    if (random.one_in(3)) co_await yield();
    if (random.one_in(4)) co_await sleep(1ms);
    if (random.one_in(3)) tasks[random.below(tasks.size())].cancel();
  }
  const int cancelled = co_await join_all(tasks);
  EXPECT_EQ(served + cancelled, 100);
  sort_readers();
  EXPECT_TRUE(std::ranges::is_sorted(order));
  EXPECT_TRUE(m.try_lock());
}

}  // namespace
}  // namespace eddy
