// SPDX-License-Identifier: MIT
#include <eddy/flow/keyed_rate_limiter.hpp>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "shuffled.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

EDDY_TEST(keyed_rate_limiter, each_key_has_a_rate_of_its_own) {
  keyed_rate_limiter<std::string> limiter{2, 1s};
  std::map<std::string, std::vector<duration>> passed;
  const auto call = [&](std::string key) -> task<> {
    co_await limiter.acquire(key);
    passed[key].push_back(now());
  };
  std::vector<task_handle<>> calls;
  for (int i = 0; i < 4; ++i) {
    for (const char* key : {"a", "b"}) calls.push_back(create_task(call, key));
  }
  co_await join_all(calls);
  const std::vector<duration> expected{0ms, 0ms, 500ms, 1000ms};
  EXPECT_EQ(passed["a"], expected);
  EXPECT_EQ(passed["b"], expected);
  EXPECT_EQ(limiter.size(), 2U);
}

EDDY_TEST(keyed_rate_limiter, lets_callers_of_a_key_through_in_the_order_they_came) {
  keyed_rate_limiter<int> limiter{1, 1s};
  std::string log;
  const auto call = [&](char name) -> task<> {
    co_await limiter.acquire(7);
    log += name;
  };
  std::vector<task_handle<>> calls;
  for (const char name : {'a', 'b', 'c'}) calls.push_back(create_task(call, name));
  co_await sleep(500ms);
  EXPECT_FALSE(limiter.try_acquire(7));
  EXPECT_TRUE(limiter.try_acquire(8));
  co_await join_all(calls);
  EXPECT_EQ(log, "abc");
  EXPECT_EQ(now(), 2s);
}

EDDY_TEST(keyed_rate_limiter, keeps_no_buckets_of_keys_that_are_no_longer_used) {
  keyed_rate_limiter<int> limiter{1, 1s};
  std::size_t most = 0;
  for (int key = 0; key < 10000; ++key) {
    EXPECT_TRUE(limiter.try_acquire(key));
    most = std::max(most, limiter.size());
    co_await sleep(100ms);
  }
  EXPECT_LE(most, 22U) << "ten keys are in use at any time, and the one asked for";
}

EDDY_TEST(keyed_rate_limiter, a_bucket_that_is_dropped_has_forgotten_nothing) {
  keyed_rate_limiter<int> limiter{2, 1s};
  EXPECT_TRUE(limiter.try_acquire(-1));
  EXPECT_TRUE(limiter.try_acquire(-1));
  for (int key = 0; key < 100; ++key) (void)limiter.try_acquire(key);
  EXPECT_FALSE(limiter.try_acquire(-1)) << "its tokens came back with a new bucket";
  co_await sleep(500ms);
  for (int key = 100; key < 200; ++key) (void)limiter.try_acquire(key);
  EXPECT_TRUE(limiter.try_acquire(-1));
  EXPECT_FALSE(limiter.try_acquire(-1)) << "half of its tokens had come back";
}

EDDY_TEST(keyed_rate_limiter, keeps_the_bucket_of_one_who_waits) {
  keyed_rate_limiter<int> limiter{1, 1s};
  co_await limiter.acquire(-1);
  const auto waiter = create_task([&]() -> task<> { co_await limiter.acquire(-1); });
  co_await yield();
  for (int key = 0; key < 1000; ++key) (void)limiter.try_acquire(key);
  co_await waiter;
  EXPECT_EQ(now(), 1s);
}

EDDY_TEST(keyed_rate_limiter, an_acquire_that_is_awaited_later_finds_its_bucket_then) {
  keyed_rate_limiter<int> limiter{1, 1s};
  auto later = limiter.acquire(-1);
  co_await sleep(10s);
  for (int key = 0; key < 100; ++key) {
    (void)limiter.try_acquire(key);
    co_await sleep(1s);
  }
  co_await later;
  EXPECT_FALSE(limiter.try_acquire(-1));
}

TEST(keyed_rate_limiter, refuses_rates_that_mean_nothing) {
  EXPECT_THROW(keyed_rate_limiter<int>(0, 1s), std::invalid_argument);
  EXPECT_THROW(keyed_rate_limiter<int>(1, 0s), std::invalid_argument);
}

// Cancel.

EDDY_TEST(keyed_rate_limiter, a_cancelled_waiter_takes_no_token) {
  keyed_rate_limiter<int> limiter{1, 1s};
  co_await limiter.acquire(1);
  EXPECT_FALSE(co_await wait_for_optional(limiter.acquire(1), 500ms));
  co_await limiter.acquire(1);
  EXPECT_EQ(now(), 1s);
}

EDDY_TEST(keyed_rate_limiter, a_cancelled_waiter_hands_its_turn_to_the_next) {
  keyed_rate_limiter<int> limiter{1, 1s};
  co_await limiter.acquire(1);
  const auto leaver = create_task([&]() -> task<> { co_await limiter.acquire(1); });
  const auto stayer = create_task([&]() -> task<> { co_await limiter.acquire(1); });
  co_await sleep(500ms);
  leaver.cancel();
  co_await stayer;
  EXPECT_EQ(now(), 1s);
}

EDDY_TEST(keyed_rate_limiter, a_call_cancelled_before_it_starts_makes_no_bucket) {
  keyed_rate_limiter<int> limiter{1, 1s};
  const auto task = create_task([&]() -> eddy::task<> { co_await limiter.acquire(1); });
  task.cancel();
  EXPECT_THROW(co_await task, task_cancelled);
  EXPECT_EQ(limiter.size(), 0U);
}

EDDY_SHUFFLED_TEST(keyed_rate_limiter, keeps_the_rate_of_every_key_whoever_is_cancelled_when) {
  chance random(seed());
  keyed_rate_limiter<std::size_t> limiter{2, 10ms, {.burst = 1}};
  std::vector<std::vector<duration>> passed(40);
  std::vector<task_handle<>> calls;
  const auto call = [&](std::size_t key) -> task<> {
    co_await limiter.acquire(key);
    passed[key].push_back(now());
  };
  for (int i = 0; i < 300; ++i) {
    calls.push_back(create_task(call, random.below(40)));
    if (random.one_in(3)) co_await sleep(1ms);
    if (random.one_in(4)) calls[random.below(calls.size())].cancel();
  }
  const int cancelled = co_await join_all(calls);
  std::size_t total = 0;
  for (const auto& times : passed) {
    total += times.size();
    for (std::size_t i = 1; i < times.size(); ++i) EXPECT_GE(times[i] - times[i - 1], 5ms);
  }
  EXPECT_EQ(total + static_cast<std::size_t>(cancelled), 300U);
  EXPECT_LE(limiter.size(), 40U);
}

}  // namespace
}  // namespace eddy
