// SPDX-License-Identifier: MIT
#include <eddy/flow/priority_queue.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "shuffled.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

EDDY_TEST(priority_queue, gives_the_smallest_item_first) {
  priority_queue<int> q;
  for (const int item : {3, 1, 4, 1, 5}) co_await q.put(item);
  for (const int item : {1, 1, 3, 4, 5}) EXPECT_EQ(co_await q.get(), item);
}

EDDY_TEST(priority_queue, of_equal_items_gives_the_oldest_first) {
  struct by_urgency {
    bool operator()(const std::pair<int, char>& a, const std::pair<int, char>& b) const {
      return a.first < b.first;
    }
  };
  priority_queue<std::pair<int, char>, by_urgency> q;
  for (const char name : {'a', 'b', 'c', 'd', 'e', 'f'}) co_await q.put({name % 2, name});
  std::string got;
  while (!q.empty()) got += (co_await q.get()).second;
  EXPECT_EQ(got, "bdface");
}

EDDY_TEST(priority_queue, compares_as_it_is_told) {
  priority_queue<int, std::greater<>> q;
  for (const int item : {3, 1, 4}) co_await q.put(item);
  for (const int item : {4, 3, 1}) EXPECT_EQ(co_await q.get(), item);
}

EDDY_TEST(priority_queue, takes_items_that_can_only_be_moved) {
  struct by_value {
    bool operator()(const std::unique_ptr<int>& a, const std::unique_ptr<int>& b) const {
      return *a < *b;
    }
  };
  priority_queue<std::unique_ptr<int>, by_value> q;
  co_await q.put(std::make_unique<int>(2));
  co_await q.put(std::make_unique<int>(1));
  EXPECT_EQ(*co_await q.get(), 1);
}

EDDY_TEST(priority_queue, lets_those_who_wait_for_room_in_as_they_came_and_then_sorts) {
  priority_queue<int> q(2);
  for (const int item : {5, 6}) co_await q.put(item);
  const auto put = [&](int item) -> task<> { co_await q.put(item); };
  const std::vector<task_handle<>> putters{create_task(put, 9), create_task(put, 1)};
  co_await yield();
  EXPECT_EQ(co_await q.get(), 5) << "1 is not in yet";
  EXPECT_EQ(co_await q.get(), 6) << "9 came before 1";
  EXPECT_EQ(co_await q.get(), 1);
  EXPECT_EQ(co_await q.get(), 9);
  co_await join_all(putters);
}

EDDY_TEST(priority_queue, has_join_and_shutdown) {
  priority_queue<int> q;
  co_await q.put(2);
  co_await q.put(1);
  q.shutdown();
  EXPECT_THROW(co_await q.put(3), queue_shut_down);
  EXPECT_EQ(co_await q.get(), 1);
  q.task_done();
  q.shutdown(true);
  EXPECT_THROW((void)co_await q.get(), queue_shut_down);
  co_await q.join();
}

EDDY_SHUFFLED_TEST(priority_queue, loses_nothing_and_keeps_order_whoever_is_cancelled_when) {
  chance random(seed());
  priority_queue<std::pair<int, int>> q(5);
  std::vector<std::pair<int, int>> added;
  std::vector<std::pair<int, int>> got;
  std::vector<task_handle<>> tasks;
  const auto put = [&](std::pair<int, int> item) -> task<> {
    co_await q.put(item);
    added.push_back(item);
  };
  const auto get = [&]() -> task<> { got.push_back(co_await q.get()); };
  for (int i = 0; i < 200; ++i) {
    const std::pair item(static_cast<int>(random.below(4)), i);
    tasks.push_back(random.one_in(2) ? create_task(put, item) : create_task(get));
    if (random.one_in(3)) co_await yield();
    if (random.one_in(4)) tasks[random.below(tasks.size())].cancel();
  }
  co_await yield();
  co_await yield();
  for (const auto& each : tasks) each.cancel();
  co_await join_all(tasks);
  std::vector<std::pair<int, int>> rest;
  while (auto item = q.try_get()) rest.push_back(*item);
  EXPECT_TRUE(std::ranges::is_sorted(rest));
  got.insert(got.end(), rest.begin(), rest.end());
  std::ranges::sort(got);
  std::ranges::sort(added);
  EXPECT_EQ(got, added);
}

}  // namespace
}  // namespace eddy
