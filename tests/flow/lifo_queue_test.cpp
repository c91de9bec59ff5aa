// SPDX-License-Identifier: MIT
#include <eddy/flow/lifo_queue.hpp>

#include <memory>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "shuffled.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

EDDY_TEST(lifo_queue, gives_the_newest_item_first) {
  lifo_queue<int> q;
  for (const int item : {1, 2, 3}) co_await q.put(item);
  EXPECT_EQ(co_await q.get(), 3);
  co_await q.put(4);
  for (const int item : {4, 2, 1}) EXPECT_EQ(co_await q.get(), item);
}

EDDY_TEST(lifo_queue, takes_items_that_can_only_be_moved) {
  lifo_queue<std::unique_ptr<int>> q;
  co_await q.put(std::make_unique<int>(1));
  co_await q.put(std::make_unique<int>(2));
  EXPECT_EQ(*co_await q.get(), 2);
}

EDDY_TEST(lifo_queue, serves_those_who_wait_as_they_came) {
  lifo_queue<int> q(1);
  const auto put = [&](int item) -> task<> { co_await q.put(item); };
  std::vector<task_handle<>> putters;
  for (const int item : {1, 2, 3}) putters.push_back(create_task(put, item));
  co_await yield();
  for (const int item : {1, 2, 3}) EXPECT_EQ(co_await q.get(), item);
  co_await join_all(putters);
}

EDDY_TEST(lifo_queue, has_join_and_shutdown) {
  lifo_queue<int> q;
  co_await q.put(1);
  co_await q.put(2);
  q.shutdown();
  EXPECT_EQ(co_await q.get(), 2);
  q.task_done();
  EXPECT_FALSE(co_await wait_for_optional(q.join(), 1s));
  q.shutdown(true);
  co_await q.join();
  EXPECT_THROW((void)co_await q.get(), queue_shut_down);
}

EDDY_TEST(lifo_queue, a_cancelled_getter_or_putter_loses_no_item) {
  lifo_queue<int> q(1);
  EXPECT_FALSE(co_await wait_for_optional(q.get(), 1s));
  co_await q.put(1);
  EXPECT_FALSE(co_await wait_for_optional(q.put(2), 1s));
  EXPECT_EQ(co_await q.get(), 1);
  EXPECT_TRUE(q.empty());
}

}  // namespace
}  // namespace eddy
