// SPDX-License-Identifier: MIT
#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/flow/queue.hpp>
#include <eddy/testing/settle.hpp>
#include <eddy/testing/test.hpp>

#include "shuffled.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

std::size_t length(const std::string& text) { return text.size(); }

task<> put(queue<std::string>& q, std::string item) { co_await q.put(std::move(item)); }

EDDY_TEST(queue_bytes, makes_putters_wait_when_their_item_does_not_fit) {
  queue<std::string> q({.bytes = 10}, length);
  co_await q.put("12345");
  co_await q.put("6789");
  EXPECT_EQ(q.bytes(), 9U);
  EXPECT_FALSE(q.full());
  EXPECT_FALSE(q.try_put("xx"));
  EXPECT_TRUE(q.try_put("x"));
  EXPECT_TRUE(q.full());
  EXPECT_FALSE(co_await wait_for_optional(q.put("y"), 1s));
  EXPECT_EQ(co_await q.get(), "12345");
  EXPECT_EQ(q.bytes(), 5U);
  co_await q.put("abcde");
}

EDDY_TEST(queue_bytes, lets_an_item_in_that_is_larger_than_the_bound_when_it_is_empty) {
  queue<std::string> q({.bytes = 3}, length);
  co_await q.put("12345");
  EXPECT_TRUE(q.full());
  EXPECT_FALSE(q.try_put(""));
  const auto putter = create_task(put, std::ref(q), "67890");
  co_await yield();
  EXPECT_EQ(co_await q.get(), "12345");
  EXPECT_EQ(co_await q.get(), "67890");
  co_await putter;
  EXPECT_EQ(q.bytes(), 0U);
}

EDDY_TEST(queue_bytes, a_small_item_does_not_pass_a_large_one_that_waits) {
  queue<std::string> q({.bytes = 10}, length);
  co_await q.put("1234567");
  const auto large = create_task(put, std::ref(q), "large");
  co_await yield();
  EXPECT_FALSE(q.try_put("s"));
  const auto small = create_task(put, std::ref(q), "s");
  co_await sleep(1s);
  EXPECT_FALSE(small.done());
  EXPECT_EQ(co_await q.get(), "1234567");
  EXPECT_EQ(co_await q.get(), "large");
  EXPECT_EQ(co_await q.get(), "s");
}

EDDY_TEST(queue_bytes, a_large_item_taken_lets_several_small_ones_in) {
  queue<std::string> q({.bytes = 6}, length);
  co_await q.put("123456");
  std::vector<task_handle<>> putters;
  for (const char* item : {"ab", "cd", "ef", "gh"}) {
    putters.push_back(create_task(put, std::ref(q), item));
  }
  co_await yield();
  EXPECT_EQ(co_await q.get(), "123456");
  EXPECT_EQ(q.size(), 3U);
  EXPECT_EQ(q.bytes(), 6U);
  for (const char* item : {"ab", "cd", "ef", "gh"}) EXPECT_EQ(co_await q.get(), item);
}

EDDY_TEST(queue_bytes, is_bounded_by_items_as_well) {
  queue<std::string> q({.items = 2, .bytes = 100}, length);
  co_await q.put("a");
  co_await q.put("b");
  EXPECT_TRUE(q.full());
  EXPECT_FALSE(q.try_put("c"));
}

EDDY_TEST(queue_bytes, counts_nothing_that_goes_straight_to_a_getter) {
  queue<std::string> q({.bytes = 1}, length);
  const auto getter = create_task([&]() -> task<> { EXPECT_EQ(co_await q.get(), "12345"); });
  co_await yield();
  co_await q.put("12345");
  EXPECT_EQ(q.bytes(), 0U);
  co_await getter;
}

EDDY_TEST(queue_bytes, an_immediate_shutdown_counts_from_zero) {
  queue<std::string> q({.bytes = 5}, length);
  co_await q.put("12345");
  q.shutdown(true);
  EXPECT_EQ(q.bytes(), 0U);
}

EDDY_TEST(queue_bytes, a_large_item_whose_put_is_cancelled_lets_the_small_ones_behind_it_in) {
  queue<std::string> q({.bytes = 10}, length);
  co_await q.put("1234567");
  const auto large = create_task(put, std::ref(q), "large");
  const auto small = create_task(put, std::ref(q), "s");
  co_await sleep(1s);
  large.cancel();
  EXPECT_EQ(q.size(), 2U);
  co_await small;
  EXPECT_EQ(now(), 1s);
  EXPECT_EQ(q.bytes(), 8U);
}

EDDY_SHUFFLED_TEST(queue_bytes, keeps_its_bound_and_its_order_whoever_is_cancelled_when) {
  chance random(seed());
  queue<std::string> q({.items = 6, .bytes = 20}, length);
  std::vector<std::size_t> got;
  int arrived = 0;
  int added = 0;
  std::vector<task_handle<>> tasks;
  const auto put_one = [&](std::size_t filling) -> task<> {
    co_await q.put(std::to_string(1000 + arrived++) + std::string(filling, '.'));
    ++added;
  };
  for (int i = 0; i < 200; ++i) {
    tasks.push_back(create_task(put_one, random.below(30)));
    if (random.one_in(3)) co_await yield();
    if (random.one_in(4)) tasks[random.below(tasks.size())].cancel();
    EXPECT_TRUE(q.bytes() <= 20 || q.size() == 1);
    EXPECT_LE(q.size(), 6U);
    if (random.one_in(2)) {
      if (const auto item = q.try_get()) got.push_back(std::stoul(*item));
    }
  }
  co_await settle();
  while (!q.empty()) {
    got.push_back(std::stoul(co_await q.get()));
    co_await settle();
  }
  co_await join_all(tasks);
  EXPECT_EQ(got.size(), static_cast<std::size_t>(added));
  EXPECT_TRUE(std::ranges::is_sorted(got));
  EXPECT_EQ(q.bytes(), 0U);
}

}  // namespace
}  // namespace eddy
