// SPDX-License-Identifier: MIT
#include <eddy/flow/semaphore.hpp>

#include <algorithm>
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

EDDY_TEST(semaphore, lets_in_no_more_than_its_permits) {
  semaphore s(3);
  int inside = 0;
  int most = 0;
  co_await with_task_group([&](task_group& group) -> task<> {
    for (int i = 0; i < 10; ++i) {
      (void)group.create_task([&]() -> task<> {
        const auto permit = co_await s.acquire();
        most = std::max(most, ++inside);
        co_await sleep(1s);
        --inside;
      });
    }
    co_return;
  });
  EXPECT_EQ(most, 3);
  EXPECT_EQ(now(), 4s);
  EXPECT_EQ(s.available(), 3U);
}

EDDY_TEST(semaphore, a_returned_permit_goes_to_the_oldest_waiter) {
  semaphore s(1);
  std::string log;
  auto permit = std::optional(co_await s.acquire());
  const auto use = [&](char name) -> task<> {
    const auto mine = co_await s.acquire();
    log += name;
  };
  (void)create_task(use, 'a');
  (void)create_task(use, 'b');
  co_await yield();
  permit.reset();
  EXPECT_EQ(s.available(), 0U) << "it was free for a moment";
  EXPECT_FALSE(s.try_acquire());
  co_await use('m');
  EXPECT_EQ(log, "abm");
}

EDDY_TEST(semaphore, try_acquire_takes_a_permit_only_if_one_is_free) {
  semaphore s(1);
  auto permit = s.try_acquire();
  EXPECT_TRUE(permit);
  EXPECT_FALSE(s.try_acquire());
  permit->release();
  permit->release();  // again: nothing
  EXPECT_EQ(s.available(), 1U);
  co_return;
}

EDDY_TEST(semaphore, permits_can_be_moved_and_each_is_given_back_once) {
  semaphore s(2);
  {
    auto a = co_await s.acquire();
    auto b = std::move(a);
    EXPECT_EQ(s.available(), 1U);
    b = co_await s.acquire();
    EXPECT_EQ(s.available(), 1U) << "the one assigned to goes back";
  }
  EXPECT_EQ(s.available(), 2U);
}

EDDY_TEST(semaphore, without_permits_lets_nobody_in) {
  semaphore s(0);
  EXPECT_FALSE(co_await wait_for_optional(s.acquire(), 1s));
}

EDDY_TEST(semaphore, always_free_does_not_let_its_user_starve_the_others) {
  semaphore s(1);
  bool stop = false;
  (void)create_task([&]() -> task<> {
    stop = true;
    co_return;
  });
  for (int i = 0; i < 1000 && !stop; ++i) (void)co_await s.acquire();
  EXPECT_TRUE(stop);
}

// Cancel.

EDDY_TEST(semaphore, a_cancelled_waiter_takes_no_permit_and_the_next_gets_it) {
  semaphore s(1);
  bool got = false;
  auto permit = std::optional(co_await s.acquire());
  const auto leaver = create_task([&]() -> task<> { const auto mine = co_await s.acquire(); });
  const auto stayer = create_task([&]() -> task<> {
    const auto mine = co_await s.acquire();
    got = true;
  });
  co_await yield();
  leaver.cancel();
  EXPECT_THROW(co_await leaver, task_cancelled);
  permit.reset();
  co_await stayer;
  EXPECT_TRUE(got);
  EXPECT_EQ(s.available(), 1U);
}

EDDY_TEST(semaphore, a_waiter_cancelled_in_the_step_it_was_woken_gives_the_permit_back) {
  semaphore s(1);
  bool got = false;
  auto permit = std::optional(co_await s.acquire());
  const auto first = create_task([&]() -> task<> {
    const auto mine = co_await s.acquire();
    co_await sleep(1h);
  });
  const auto second = create_task([&]() -> task<> {
    const auto mine = co_await s.acquire();
    got = true;
  });
  co_await yield();
  permit.reset();
  first.cancel();
  co_await second;
  EXPECT_TRUE(got);
  EXPECT_EQ(s.available(), 1U);
}

EDDY_TEST(semaphore, a_wait_entered_with_a_cancel_pending_takes_a_free_permit_and_gives_it_back) {
  semaphore s(1);
  gate g;
  bool went_on = false;
  const auto waiter = create_task([&]() -> task<> {
    co_await g.wait();
    const auto mine = co_await s.acquire();  // free: this is no suspension
    went_on = true;
    co_await yield();
  });
  co_await yield();
  g.open();
  waiter.cancel();
  EXPECT_THROW(co_await waiter, task_cancelled);
  EXPECT_TRUE(went_on);
  EXPECT_EQ(s.available(), 1U);
}

EDDY_TEST(semaphore, works_on_after_a_cancelled_wait) {
  semaphore s(1);
  {
    const auto permit = co_await s.acquire();
    EXPECT_FALSE(co_await wait_for_optional(s.acquire(), 1s));
  }
  EXPECT_TRUE(co_await wait_for_optional(s.acquire(), 0s));
  EXPECT_EQ(s.available(), 1U);
}

}  // namespace
}  // namespace eddy
