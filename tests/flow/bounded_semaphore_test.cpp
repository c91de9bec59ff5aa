// SPDX-License-Identifier: MIT
#include <eddy/flow/bounded_semaphore.hpp>

#include <algorithm>
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

EDDY_TEST(bounded_semaphore, lets_as_many_in_as_it_has_permits_in_the_order_they_came) {
  bounded_semaphore s(2);
  std::string log;
  const auto use = [&](char name) -> task<> {
    co_await s.acquire();
    log += name;
    co_await sleep(1s);
    s.release();
  };
  std::vector<task_handle<>> tasks;
  for (const char name : {'a', 'b', 'c', 'd', 'e'}) tasks.push_back(create_task(use, name));
  co_await join_all(tasks);
  EXPECT_EQ(log, "abcde");
  EXPECT_EQ(now(), 3s);
  EXPECT_EQ(s.available(), 2U);
}

EDDY_TEST(bounded_semaphore, a_permit_may_be_given_back_by_another_task) {
  bounded_semaphore s(1);
  co_await s.acquire();
  (void)create_task([&]() -> task<> {
    co_await sleep(1s);
    s.release();
  });
  co_await s.acquire();
  EXPECT_EQ(now(), 1s);
}

EDDY_TEST(bounded_semaphore, giving_back_more_than_was_taken_is_an_error_and_changes_nothing) {
  bounded_semaphore s(1);
  EXPECT_THROW(s.release(), std::logic_error);
  EXPECT_EQ(s.available(), 1U);
  co_await s.acquire();
  s.release();
  EXPECT_THROW(s.release(), std::logic_error);
  EXPECT_EQ(s.bound(), 1U);
}

EDDY_TEST(bounded_semaphore, a_permit_given_back_goes_to_the_oldest_waiter_and_to_nobody_else) {
  bounded_semaphore s(1);
  EXPECT_TRUE(s.try_acquire());
  EXPECT_FALSE(s.try_acquire());
  const auto waiter = create_task([&]() -> task<> { co_await s.acquire(); });
  co_await yield();
  s.release();
  EXPECT_FALSE(s.try_acquire()) << "it overtook the waiter";
  co_await waiter;
  EXPECT_EQ(s.available(), 0U);
}

EDDY_TEST(bounded_semaphore, always_free_does_not_let_its_user_starve_the_others) {
  bounded_semaphore s(1);
  bool stop = false;
  (void)create_task([&]() -> task<> {
    stop = true;
    co_return;
  });
  for (int i = 0; i < 1000 && !stop; ++i) {
    co_await s.acquire();
    s.release();
  }
  EXPECT_TRUE(stop);
}

// Cancel.

EDDY_TEST(bounded_semaphore, a_cancelled_wait_takes_nothing) {
  bounded_semaphore s(1);
  const auto unstarted = create_task([&]() -> task<> { co_await s.acquire(); });
  unstarted.cancel();
  EXPECT_THROW(co_await unstarted, task_cancelled);
  co_await s.acquire();
  EXPECT_FALSE(co_await wait_for_optional(s.acquire(), 1s));
  s.release();
  EXPECT_EQ(s.available(), 1U);
  EXPECT_TRUE(co_await wait_for_optional(s.acquire(), 0s));
}

EDDY_TEST(bounded_semaphore,
          a_waiter_cancelled_in_the_step_it_was_woken_owns_its_permit_and_returns_it) {
  bounded_semaphore s(1);
  co_await s.acquire();
  const auto first = create_task([&]() -> task<> {
    co_await s.acquire();
    co_await finally([]() -> task<> { co_await yield(); },
                     [&](exit_status) -> task<> {
                       s.release();
                       co_return;
                     });
    ADD_FAILURE() << "it went on";
  });
  const auto second = create_task([&]() -> task<> { co_await s.acquire(); });
  co_await yield();
  s.release();
  first.cancel();
  EXPECT_THROW(co_await first, task_cancelled);
  co_await second;
}

EDDY_TEST(bounded_semaphore, a_wait_entered_with_a_cancel_pending_leaves_no_place_in_line) {
  bounded_semaphore s(1);
  gate g;
  co_await s.acquire();
  const auto waiter = create_task([&]() -> task<> {
    co_await g.wait();
    co_await s.acquire();
  });
  co_await yield();
  g.open();
  waiter.cancel();
  EXPECT_THROW(co_await waiter, task_cancelled);
  s.release();
  EXPECT_EQ(s.available(), 1U);
}

EDDY_SHUFFLED_TEST(bounded_semaphore, loses_no_permit_whoever_is_cancelled_when) {
  chance random(seed());
  bounded_semaphore s(1);
  std::vector<int> order;
  int arrived = 0;
  int served = 0;
  std::vector<task_handle<>> tasks;
  for (int i = 0; i < 100; ++i) {
    tasks.push_back(create_task([&]() -> task<> {
      const int place = arrived++;
      co_await s.acquire();
      order.push_back(place);
      co_await finally([]() -> task<> { co_await sleep(1ms); },
                       [&](exit_status) -> task<> {
                         s.release();
                         co_return;
                       });
      ++served;
    }));
    if (random.one_in(3)) co_await yield();
    if (random.one_in(4)) co_await sleep(1ms);
    if (random.one_in(3)) tasks[random.below(tasks.size())].cancel();
  }
  const int cancelled = co_await join_all(tasks);
  EXPECT_EQ(served + cancelled, 100);
  EXPECT_TRUE(std::ranges::is_sorted(order));
  EXPECT_EQ(s.available(), 1U);
}

}  // namespace
}  // namespace eddy
