// SPDX-License-Identifier: MIT
#include <eddy/flow/rate_limiter.hpp>

#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "core/support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

/// When each of `callers` that all come now gets through.
task<std::vector<duration>> passing_times(rate_limiter& limiter, int callers) {
  std::vector<duration> times;
  const duration start = now();
  co_await with_task_group([&](task_group& group) -> task<> {
    for (int i = 0; i < callers; ++i) {
      (void)group.create_task([&]() -> task<> {
        co_await limiter.acquire();
        times.push_back(now() - start);
      });
    }
    co_return;
  });
  co_return times;
}

EDDY_TEST(rate_limiter, five_a_second_lets_fifty_callers_through_in_exactly_nine_seconds) {
  rate_limiter limiter{5, 1s};
  const auto times = co_await passing_times(limiter, 50);
  EXPECT_EQ(times.size(), 50U);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(times[static_cast<std::size_t>(i)], 0s);
  for (std::size_t i = 5; i < 50; ++i) EXPECT_EQ(times[i], 200ms * (i - 4));
  EXPECT_EQ(times.back(), 9s);
}

EDDY_TEST(rate_limiter, with_a_burst_of_one_paces_evenly) {
  rate_limiter limiter{5, 1s, {.burst = 1}};
  EXPECT_EQ(co_await passing_times(limiter, 5),
            (std::vector<duration>{0ms, 200ms, 400ms, 600ms, 800ms}));
}

EDDY_TEST(rate_limiter, fills_up_no_further_than_its_burst_in_a_pause) {
  rate_limiter limiter{5, 1s, {.burst = 2}};
  co_await sleep(1h);
  EXPECT_EQ(co_await passing_times(limiter, 4), (std::vector<duration>{0ms, 0ms, 200ms, 400ms}));
  co_await sleep(200ms);  // one token
  EXPECT_EQ(co_await passing_times(limiter, 2), (std::vector<duration>{0ms, 200ms}));
}

EDDY_TEST(rate_limiter, never_lets_more_through_in_any_period_than_count_and_burst_allow) {
  rate_limiter limiter{3, 1s};
  std::vector<duration> times;
  for (int i = 0; i < 60; ++i) {
    co_await limiter.acquire();
    times.push_back(now());
    co_await sleep(i % 5 * 70ms);
  }
  // A full bucket and what comes back in a second.
  for (std::size_t i = 6; i < times.size(); ++i) EXPECT_GE(times[i] - times[i - 6], 999ms);
}

EDDY_TEST(rate_limiter, lets_callers_through_in_the_order_they_came) {
  rate_limiter limiter{1, 1s};
  std::string log;
  const auto call = [&](char name) -> task<> {
    co_await limiter.acquire();
    log += name;
  };
  for (const char name : {'a', 'b', 'c'}) (void)create_task(call, name);
  co_await sleep(500ms);
  co_await call('m');
  EXPECT_EQ(log, "abcm");
}

EDDY_TEST(rate_limiter, try_acquire_takes_a_token_if_there_is_one_and_never_overtakes) {
  rate_limiter limiter{2, 1s};
  EXPECT_TRUE(limiter.try_acquire());
  EXPECT_TRUE(limiter.try_acquire());
  EXPECT_FALSE(limiter.try_acquire());
  const auto waiter = create_task([&]() -> task<> { co_await limiter.acquire(); });
  co_await sleep(499ms);
  EXPECT_FALSE(limiter.try_acquire());
  co_await waiter;
  EXPECT_EQ(now(), 500ms);
}

TEST(rate_limiter, refuses_rates_that_mean_nothing) {
  EXPECT_THROW(rate_limiter(0, 1s), std::invalid_argument);
  EXPECT_THROW(rate_limiter(1, 0s), std::invalid_argument);
  EXPECT_THROW(rate_limiter(1, -1s), std::invalid_argument);
}

EDDY_TEST(rate_limiter, takes_the_largest_and_the_smallest_numbers_there_are) {
  constexpr auto most = std::numeric_limits<std::size_t>::max();
  co_await sleep(1s);  // so that adding the longest period would overflow
  rate_limiter never_full{most, duration::max(), {.burst = most}};
  rate_limiter fast{most, duration(1)};
  for (int i = 0; i < 100; ++i) {
    co_await never_full.acquire();
    co_await fast.acquire();
  }
  EXPECT_EQ(now(), 1s);
  rate_limiter once{1, duration::max()};
  co_await once.acquire();
  EXPECT_FALSE(co_await wait_for_optional(once.acquire(), 24h));
}

TEST(rate_limiter, may_outlive_the_loop_it_was_used_on) {
  std::optional<rate_limiter> limiter(std::in_place, 1, 1s);
  for (int i = 0; i < 2; ++i) {
    run(
        [&]() -> task<> {
          for (int calls = 0; calls < 3; ++calls) co_await limiter->acquire();
        },
        virtual_time);
  }
  limiter.reset();
}

// Cancel.

EDDY_TEST(rate_limiter, a_cancelled_waiter_takes_no_token) {
  rate_limiter limiter{1, 1s};
  co_await limiter.acquire();
  EXPECT_FALSE(co_await wait_for_optional(limiter.acquire(), 500ms));
  co_await limiter.acquire();
  EXPECT_EQ(now(), 1s);
}

EDDY_TEST(rate_limiter, a_cancelled_waiter_hands_its_turn_to_the_next) {
  rate_limiter limiter{1, 1s};
  co_await limiter.acquire();
  const auto leaver = create_task([&]() -> task<> { co_await limiter.acquire(); });
  const auto stayer = create_task([&]() -> task<> { co_await limiter.acquire(); });
  co_await sleep(500ms);
  leaver.cancel();
  co_await stayer;
  EXPECT_EQ(now(), 1s);
}

EDDY_TEST(rate_limiter, a_waiter_cancelled_in_the_step_of_its_turn_passes) {
  rate_limiter limiter{1, 1s};
  co_await limiter.acquire();
  bool passed = false;
  const auto waiter = create_task([&]() -> task<> {
    co_await limiter.acquire();
    passed = true;
  });
  co_await sleep(1s);  // armed before the waiter's turn: both have come, the waiter has not run
  EXPECT_FALSE(passed);
  waiter.cancel();
  co_await waiter;
  EXPECT_TRUE(passed);
}

EDDY_TEST(rate_limiter, leaves_no_timer_when_the_last_waiter_has_gone) {
  rate_limiter limiter{1, 1h};
  co_await limiter.acquire();
  EXPECT_FALSE(co_await wait_for_optional(limiter.acquire(), 1s));
  co_await sleep(1s);
  EXPECT_EQ(now(), 2s);
}

EDDY_TEST(rate_limiter, a_wait_entered_with_a_cancel_pending_is_not_begun) {
  rate_limiter limiter{1, 1s};
  co_await limiter.acquire();
  gate g;
  const auto waiter = create_task([&]() -> task<> {
    co_await g.wait();
    co_await limiter.acquire();
  });
  co_await yield();
  g.open();
  waiter.cancel();
  EXPECT_THROW(co_await waiter, task_cancelled);
  co_await limiter.acquire();
  EXPECT_EQ(now(), 1s);
}

}  // namespace
}  // namespace eddy
