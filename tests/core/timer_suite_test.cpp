// SPDX-License-Identifier: MIT
//
// What timers do, the same on io_uring, on epoll and under the virtual clock. On the real clock
// spans are short, and only what holds however late the machine is gets checked; the files of
// `sleep`, `wait_for` and `timeout` have what needs a clock that is exact.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>
#include <numeric>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/timeout.hpp>
#include <eddy/core/to_thread.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

namespace eddy {
namespace {

using namespace std::chrono_literals;

time_point clock_now() { return loop::current()->now(); }

/// Time passes, and no task runs meanwhile: on the virtual clock there is no such thing.
void hold_the_loop_up(duration span) {
  if (!loop::current()->owns_clock()) std::this_thread::sleep_for(span);
}

EDDY_NETWORK_TEST(timers, never_end_before_their_time) {
  for (const duration span : {duration(1), duration(999), duration(50us), duration(1500us)}) {
    const time_point start = clock_now();
    co_await sleep(span);
    EXPECT_GE(clock_now() - start, span);
  }
  const time_point instant = clock_now() + 2ms;
  co_await sleep_until(instant);
  EXPECT_GE(clock_now(), instant);
}

EDDY_NETWORK_TEST(timers, end_by_their_deadlines_in_whatever_order_they_began) {
  constexpr int count = 200;
  const time_point start = clock_now() + 20ms;
  bool began_late = false;  // a busy machine: what is over already ends in the order it began
  std::vector<int> steps(count);
  std::iota(steps.begin(), steps.end(), 0);
  std::shuffle(steps.begin(), steps.end(), std::minstd_rand(3));
  std::vector<int> ended;
  std::vector<task_handle<>> sleepers;
  for (const int step : steps) {
    sleepers.push_back(create_task([&, step]() -> task<> {
      began_late = began_late || clock_now() >= start;
      co_await sleep_until(start + step * 50us);
      ended.push_back(step);
    }));
  }
  for (const auto& each : sleepers) co_await each;
  EXPECT_EQ(ended.size(), std::size_t{count});
  EXPECT_TRUE(began_late || std::ranges::is_sorted(ended));
}

EDDY_NETWORK_TEST(timers, of_one_deadline_end_in_the_order_they_began) {
  const time_point deadline = clock_now() + 20ms;
  std::string order;
  std::vector<task_handle<>> sleepers;
  for (char name = 'a'; name <= 'z'; ++name) {
    sleepers.push_back(create_task([&, name]() -> task<> {
      co_await sleep_until(deadline);
      order += name;
    }));
  }
  for (const auto& each : sleepers) co_await each;
  EXPECT_EQ(order, "abcdefghijklmnopqrstuvwxyz");
}

EDDY_NETWORK_TEST(timers, that_all_came_due_while_the_loop_was_held_up_end_in_order) {
  const time_point start = clock_now() + 20ms;  // all are armed by then, on a busy machine too
  std::string order;
  const auto nap = [&](duration span, char name) -> task<> {
    co_await sleep_until(start + span);
    order += name;
  };
  auto late = create_task(nap, 900us, 'c');
  auto early = create_task(nap, 300us, 'a');
  auto middle = create_task(nap, 600us, 'b');
  co_await yield();
  hold_the_loop_up(25ms);
  co_await late;
  co_await early;
  co_await middle;
  EXPECT_EQ(order, "abc");
}

EDDY_NETWORK_TEST(timers, of_no_time_let_each_ready_task_run_once) {
  std::string order;
  const auto spin = [&](duration span, char name) -> task<> {
    for (int i = 0; i < 3; ++i) {
      order += name;
      co_await sleep(span);
    }
  };
  auto first = create_task(spin, 0s, 'a');
  auto second = create_task(spin, -1h, 'b');
  auto third = create_task(spin, duration::min(), 'c');
  co_await first;
  co_await second;
  co_await third;
  EXPECT_EQ(order, "abcabcabc");
}

EDDY_NETWORK_TEST(timers, whose_instant_has_passed_end_at_once) {
  co_await sleep_until(clock_now() - 1s);
  co_await sleep_until(time_point::min());
  EXPECT_EQ(loop::current()->pending().timers, 0U);
}

EDDY_NETWORK_TEST(timers, of_the_longest_span_there_is_wait_and_can_be_cancelled) {
  const auto for_ever = [](auto wait) -> task<> { co_await wait(); };
  std::vector<task_handle<>> sleepers;
  sleepers.push_back(create_task(for_ever, [] { return sleep(duration::max()); }));
  sleepers.push_back(create_task(for_ever, [] { return sleep(std::chrono::hours::max()); }));
  sleepers.push_back(create_task(for_ever, [] { return sleep_until(time_point::max()); }));
  sleepers.push_back(create_task(for_ever, [] { return sleep(100 * 365 * 24h); }));
  co_await sleep(1ms);
  for (auto& each : sleepers) {
    EXPECT_FALSE(each.done());
    each.cancel();
    EXPECT_THROW(co_await each, task_cancelled);
  }
}

EDDY_NETWORK_TEST(timers, cancelled_end_at_once_and_leave_nothing_armed) {
  std::vector<task_handle<>> sleepers;
  for (int i = 0; i < 100; ++i) {
    sleepers.push_back(create_task([]() -> task<> { co_await sleep(1h); }));
  }
  co_await yield();
  EXPECT_EQ(loop::current()->pending().timers, 100U);
  for (auto& each : sleepers) each.cancel();
  for (auto& each : sleepers) EXPECT_THROW(co_await each, task_cancelled);
  EXPECT_EQ(loop::current()->pending().timers, 0U);
}

EDDY_NETWORK_TEST(timers, that_have_fired_are_not_cancelled_any_more) {
  bool went_on = false;
  const time_point deadline = clock_now() + 20ms;
  std::optional<task_handle<>> sleeper;
  // Armed first and due with the sleeper's: that has fired too when this cancels, and has not run.
  auto canceller = create_task([&]() -> task<> {
    co_await sleep_until(deadline);
    EXPECT_FALSE(went_on);
    sleeper->cancel();
  });
  sleeper = create_task([&]() -> task<> {
    co_await sleep_until(deadline);
    went_on = true;
    co_await sleep(0s);
    ADD_FAILURE() << "the cancel, which is still pending, did not fire here";
  });
  EXPECT_THROW(co_await *sleeper, task_cancelled);
  co_await canceller;
  EXPECT_TRUE(went_on);
}

EDDY_NETWORK_TEST(timers, a_pending_cancel_keeps_one_from_being_armed) {
  std::optional<task_handle<>> sleeper;
  sleeper = create_task([&]() -> task<> {
    sleeper->cancel();
    co_await sleep(1h);
  });
  EXPECT_THROW(co_await *sleeper, task_cancelled);
  EXPECT_EQ(loop::current()->pending().timers, 0U);
}

EDDY_NETWORK_TEST(timers, ten_thousand_are_armed_and_half_of_them_cancelled) {
  std::minstd_rand random(11);
  std::size_t ended = 0;
  std::vector<task_handle<>> sleepers;
  for (int i = 0; i < 10'000; ++i) {
    sleepers.push_back(create_task([&, span = duration(random() % 20'000'000)]() -> task<> {
      const time_point start = clock_now();
      co_await sleep(span);
      EXPECT_GE(clock_now() - start, span);
      ++ended;
    }));
  }
  co_await yield();
  std::size_t cancelled = 0;
  for (std::size_t i = 0; i < sleepers.size(); i += 2) sleepers[i].cancel();
  for (auto& each : sleepers) {
    try {
      co_await each;
    } catch (const task_cancelled&) {
      ++cancelled;
    }
  }
  EXPECT_EQ(ended + cancelled, 10'000U);
  EXPECT_GE(ended, 5'000U);
}

EDDY_NETWORK_TEST(timers, armed_again_at_once_never_lose_their_order) {
  const time_point end = clock_now() + 60ms;
  const auto tick = [&](duration every) -> task<int> {
    int ticks = 0;
    for (time_point next = clock_now() + every; next < end; next += every) {
      co_await sleep_until(next);
      EXPECT_GE(clock_now(), next);
      ++ticks;
    }
    co_return ticks;
  };
  auto [fast, middle, slow] = co_await gather(tick(500us), tick(4ms), tick(20ms));
  EXPECT_GT(fast, middle);
  EXPECT_GT(middle, slow);
  EXPECT_GT(slow, 0);
}

EDDY_NETWORK_TEST(timers, nearer_one_cuts_the_wait_for_a_farther_one_short) {
  auto far = create_task([]() -> task<> { co_await sleep(1h); });
  co_await sleep(1ms);
  co_await sleep(1us);
  EXPECT_FALSE(far.done());
  far.cancel();
  EXPECT_THROW(co_await far, task_cancelled);
}

EDDY_NETWORK_TEST(timers, armed_when_a_thread_brought_news_are_waited_for) {
  co_await to_thread([] {});
  const time_point start = clock_now();
  co_await sleep(1ms);
  EXPECT_GE(clock_now() - start, 1ms);
}

EDDY_NETWORK_TEST(time_limits, expire_in_the_operation_they_limit) {
  const time_point start = clock_now();
  EXPECT_THROW(co_await wait_for(sleep(1h), 2ms), timeout_error);
  EXPECT_GE(clock_now() - start, 2ms);
  EXPECT_FALSE(co_await wait_for_optional(sleep(1h), 1ms));
  EXPECT_THROW(co_await timeout(1ms, []() -> task<> { co_await gather(sleep(1h), sleep(2h)); }),
               timeout_error);
  EXPECT_EQ(loop::current()->pending().timers, 0U);
}

EDDY_NETWORK_TEST(time_limits, that_are_not_reached_leave_nothing) {
  for (int i = 0; i < 1000; ++i) co_await wait_for(yield(), 1h);
  EXPECT_EQ(co_await timeout(1h, []() -> task<int> { co_return 3; }), 3);
  EXPECT_EQ(loop::current()->pending().timers, 0U);
}

EDDY_NETWORK_TEST(time_limits, of_no_time_never_start_what_they_limit) {
  bool started = false;
  const auto body = [&]() -> task<> {
    started = true;
    co_await sleep(1h);
  };
  EXPECT_THROW(co_await timeout(0s, body), timeout_error);
  EXPECT_THROW(co_await timeout(-1s, body), timeout_error);
  EXPECT_THROW(co_await timeout_at(clock_now() - 1ms, body), timeout_error);
  EXPECT_FALSE(started);
}

EDDY_NETWORK_TEST(time_limits, of_the_longest_span_there_is_limit_nothing) {
  co_await wait_for(sleep(1ms), duration::max());
  co_await timeout_at(time_point::max(), []() -> task<> { co_await sleep(1ms); });
}

EDDY_NETWORK_TEST(time_limits, inside_each_other_expire_each_for_itself) {
  std::string expired;
  EXPECT_THROW(co_await timeout(6ms,
                                [&]() -> task<> {
                                  try {
                                    co_await wait_for(sleep(1h), 1ms);
                                  } catch (const timeout_error&) {
                                    expired += "inner ";
                                  }
                                  co_await sleep(1h);
                                }),
               timeout_error);
  EXPECT_EQ(expired, "inner ");
}

EDDY_NETWORK_TEST(time_limits, moved_on_expire_later) {
  const time_point start = clock_now();
  EXPECT_THROW(co_await timeout(1h,
                                [](timeout_scope& limit) -> task<> {
                                  limit.reschedule_after(1ms);
                                  limit.reschedule_after(3ms);
                                  co_await sleep(1h);
                                }),
               timeout_error);
  EXPECT_GE(clock_now() - start, 3ms);
}

EDDY_NETWORK_TEST(time_limits, the_nearest_of_several_sleeps_wins_a_race) {
  const auto after = [](duration span, int value) -> task<int> {
    co_await sleep(span);
    co_return value;
  };
  EXPECT_EQ((co_await race(after(1h, 1), after(1ms, 2), after(2h, 3))).index(), 1U);
  EXPECT_EQ(loop::current()->pending().timers, 0U);
}

}  // namespace
}  // namespace eddy
