// SPDX-License-Identifier: MIT
#include <eddy/core/sleep.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;
using seconds_f = std::chrono::duration<double>;

EDDY_TEST(sleep, lasts_exactly_as_long_as_asked_under_virtual_time) {
  co_await sleep(90min);
  EXPECT_EQ(now(), 90min);
  co_await sleep(seconds_f(0.25));
  EXPECT_EQ(now(), 90min + 250ms);
  co_await sleep_until(time_point(2h));
  EXPECT_EQ(now(), 2h);
}

EDDY_TEST(sleep, with_equal_deadlines_ends_in_the_order_it_began) {
  std::string order;
  const auto nap = [&](duration first, duration then, char name) -> task<> {
    co_await sleep(first);
    co_await sleep(then);
    order += name;
  };
  // All end at 3 s; c began its last sleep first, then b, then a.
  (void)create_task(nap, 2s, 1s, 'a');
  (void)create_task(nap, 1s, 2s, 'b');
  (void)create_task(nap, 0s, 3s, 'c');
  co_await sleep(4s);
  EXPECT_EQ(order, "cba");
}

EDDY_TEST(sleep, of_no_time_or_less_lets_the_others_run_and_takes_none) {
  std::string order;
  (void)create_task([&]() -> task<> {
    order += 'a';
    co_return;
  });
  co_await sleep(0s);
  order += 'b';
  co_await sleep(-1h);
  EXPECT_EQ(order, "ab");
  EXPECT_EQ(now(), 0s);
}

EDDY_TEST(sleep, until_an_instant_that_has_passed_takes_no_time) {
  co_await sleep(1s);
  co_await sleep_until(time_point(500ms));
  co_await sleep_until(time_point::min());
  EXPECT_EQ(now(), 1s);
}

TEST(sleep, refuses_spans_that_are_not_numbers_or_overflow) {
  EXPECT_THROW((void)sleep(seconds_f(std::nan(""))), std::invalid_argument);
  EXPECT_THROW((void)sleep(seconds_f(std::numeric_limits<double>::infinity())),
               std::invalid_argument);
  EXPECT_THROW((void)sleep(seconds_f(-std::numeric_limits<double>::infinity())),
               std::invalid_argument);
  EXPECT_THROW((void)sleep(seconds_f(1e300)), std::invalid_argument);
  EXPECT_NO_THROW((void)sleep(seconds_f(1e9)));
}

EDDY_TEST(sleep, of_the_longest_span_there_is_lasts_for_ever) {
  co_await sleep(1s);  // so that adding the span would overflow
  EXPECT_FALSE(co_await wait_for_optional(sleep(std::chrono::hours::max()), 1h));
  EXPECT_FALSE(co_await wait_for_optional(sleep(duration::max()), 1h));
  EXPECT_FALSE(co_await wait_for_optional(sleep_until(time_point::max()), 1h));
}

EDDY_TEST(sleep, of_the_shortest_span_there_is_takes_no_time) {
  co_await sleep(std::chrono::hours::min());
  co_await sleep(duration::min());
  EXPECT_EQ(now(), 0s);
}

EDDY_TEST(sleep, cancelled_ends_at_once_and_leaves_no_timer) {
  const auto sleeper = create_task([]() -> task<> { co_await sleep(1h); });
  co_await sleep(1s);
  sleeper.cancel();
  EXPECT_THROW(co_await sleeper, task_cancelled);
  EXPECT_EQ(now(), 1s);
  co_await sleep(2h);
}

EDDY_TEST(sleep, cancelled_in_the_step_it_ends_goes_on) {
  bool went_on = false;
  const auto sleeper = create_task([&]() -> task<> {
    co_await sleep(1s);
    went_on = true;
  });
  co_await sleep_until(time_point(1s));
  // Our timer was armed first: the sleeper's has fired in the same poll, but it has not run yet.
  EXPECT_FALSE(went_on);
  sleeper.cancel();
  co_await sleeper;
  EXPECT_TRUE(went_on);
}

EDDY_TEST(yield, lets_every_ready_task_run_once) {
  std::string order;
  const auto spin = [&](char name) -> task<> {
    for (int i = 0; i < 3; ++i) {
      order += name;
      co_await yield();
    }
  };
  (void)create_task(spin, 'a');
  (void)create_task(spin, 'b');
  for (int i = 0; i < 4; ++i) co_await yield();
  EXPECT_EQ(order, "ababab");
}

EDDY_TEST(yield, is_where_a_pending_cancel_takes_effect) {
  bool went_on = false;
  const auto spinner = create_task([&]() -> task<> {
    for (;;) co_await yield();
    went_on = true;
  });
  co_await yield();
  spinner.cancel();
  EXPECT_THROW(co_await spinner, task_cancelled);
  EXPECT_FALSE(went_on);
}

}  // namespace
}  // namespace eddy
