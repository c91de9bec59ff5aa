// SPDX-License-Identifier: MIT
#include <eddy/flow/event.hpp>

#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "core/support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

EDDY_TEST(event, set_wakes_all_that_wait_in_the_order_they_came) {
  event e;
  std::string log;
  const auto wait = [&](char name) -> task<> {
    co_await e.wait();
    log += name;
  };
  for (const char name : {'a', 'b', 'c'}) (void)create_task(wait, name);
  co_await sleep(1s);
  EXPECT_EQ(log, "");
  e.set();
  EXPECT_EQ(log, "") << "waking goes through the run queue";
  co_await yield();
  EXPECT_EQ(log, "abc");
}

EDDY_TEST(event, a_clear_before_the_woken_run_does_not_put_them_back) {
  event e;
  bool woken = false;
  (void)create_task([&]() -> task<> {
    co_await e.wait();
    woken = true;
  });
  co_await yield();
  e.set();
  e.clear();
  co_await yield();
  EXPECT_TRUE(woken);
  EXPECT_FALSE(e.is_set());
}

EDDY_TEST(event, that_is_set_holds_nobody_back) {
  event e;
  e.set();
  co_await e.wait();
  co_await e.wait();
  EXPECT_TRUE(e.is_set());
  EXPECT_TRUE(co_await wait_for_optional(e.wait(), 0s));
  EXPECT_EQ(now(), 0s);
}

EDDY_TEST(event, that_was_cleared_holds_back_again) {
  event e;
  e.set();
  e.clear();
  EXPECT_FALSE(co_await wait_for_optional(e.wait(), 1s));
}

EDDY_TEST(event, always_set_does_not_let_its_user_starve_the_others) {
  event e;
  e.set();
  bool stop = false;
  (void)create_task([&]() -> task<> {
    stop = true;
    co_return;
  });
  for (int i = 0; i < 1000 && !stop; ++i) co_await e.wait();
  EXPECT_TRUE(stop);
}

// Cancel.

EDDY_TEST(event, a_cancelled_waiter_leaves_and_the_others_are_woken) {
  event e;
  bool woken = false;
  const auto leaver = create_task([&]() -> task<> { co_await e.wait(); });
  const auto stayer = create_task([&]() -> task<> {
    co_await e.wait();
    woken = true;
  });
  co_await yield();
  leaver.cancel();
  EXPECT_THROW(co_await leaver, task_cancelled);
  e.set();
  co_await stayer;
  EXPECT_TRUE(woken);
}

EDDY_TEST(event, a_waiter_cancelled_in_the_step_it_was_woken_goes_on) {
  event e;
  bool woken = false;
  const auto waiter = create_task([&]() -> task<> {
    co_await e.wait();
    woken = true;
  });
  co_await yield();
  e.set();
  waiter.cancel();
  co_await waiter;
  EXPECT_TRUE(woken);
}

EDDY_TEST(event, a_wait_entered_with_a_cancel_pending_is_not_begun) {
  event e;
  gate g;
  const auto waiter = create_task([&]() -> task<> {
    co_await g.wait();
    co_await e.wait();
  });
  co_await yield();
  g.open();
  waiter.cancel();
  EXPECT_THROW(co_await waiter, task_cancelled);
  e.set();  // nobody is left in line
}

EDDY_TEST(event, works_on_after_a_cancelled_wait) {
  event e;
  EXPECT_FALSE(co_await wait_for_optional(e.wait(), 1s));
  e.set();
  EXPECT_TRUE(co_await wait_for_optional(e.wait(), 1s));
}

}  // namespace
}  // namespace eddy
