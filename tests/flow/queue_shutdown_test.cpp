// SPDX-License-Identifier: MIT
#include <memory>
#include <optional>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/flow/queue.hpp>
#include <eddy/testing/test.hpp>

#include "core/support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

EDDY_TEST(queue_shutdown, refuses_new_items_and_still_gives_those_there_are) {
  queue<int> q;
  co_await q.put(1);
  co_await q.put(2);
  q.shutdown();
  EXPECT_THROW(co_await q.put(3), queue_shut_down);
  EXPECT_THROW((void)q.try_put(3), queue_shut_down);
  EXPECT_EQ(co_await q.get(), 1);
  EXPECT_EQ(q.try_get(), 2);
  EXPECT_THROW((void)co_await q.get(), queue_shut_down);
  EXPECT_EQ(q.try_get(), std::nullopt);
  q.shutdown();  // again: nothing
}

EDDY_TEST(queue_shutdown, wakes_getters_that_can_get_nothing_any_more) {
  queue<int> q;
  const auto getter = create_task([&]() -> task<> { (void)co_await q.get(); });
  co_await sleep(1s);
  q.shutdown();
  EXPECT_THROW(co_await getter, queue_shut_down);
}

EDDY_TEST(queue_shutdown, wakes_putters_whose_items_are_then_not_added) {
  queue<int> q(1);
  co_await q.put(1);
  const auto putter = create_task([&]() -> task<> { co_await q.put(2); });
  co_await sleep(1s);
  q.shutdown();
  EXPECT_THROW(co_await putter, queue_shut_down);
  EXPECT_EQ(co_await q.get(), 1);
  EXPECT_THROW((void)co_await q.get(), queue_shut_down);
}

EDDY_TEST(queue_shutdown, a_getter_given_an_item_before_still_receives_it) {
  queue<int> q;
  int got = 0;
  const auto getter = create_task([&]() -> task<> { got = co_await q.get(); });
  co_await yield();
  EXPECT_TRUE(q.try_put(5));
  q.shutdown(true);
  co_await getter;
  EXPECT_EQ(got, 5);
}

EDDY_TEST(queue_shutdown, a_putter_let_in_before_has_put) {
  queue<int> q(1);
  co_await q.put(1);
  const auto putter = create_task([&]() -> task<> { co_await q.put(2); });
  co_await yield();
  EXPECT_EQ(co_await q.get(), 1);
  q.shutdown();
  co_await putter;
  EXPECT_EQ(co_await q.get(), 2);
}

EDDY_TEST(queue_shutdown, at_once_drops_the_items_and_counts_them_as_done) {
  queue<std::shared_ptr<int>> q;
  const auto item = std::make_shared<int>(1);
  co_await q.put(item);
  co_await q.put(item);
  const auto joiner = create_task([&]() -> task<> { co_await q.join(); });
  co_await yield();
  q.shutdown(true);
  EXPECT_EQ(item.use_count(), 1);
  EXPECT_THROW((void)co_await q.get(), queue_shut_down);
  co_await joiner;
}

EDDY_TEST(queue_shutdown, at_once_still_counts_items_that_are_being_worked_on) {
  queue<int> q;
  co_await q.put(1);
  co_await q.put(2);
  (void)co_await q.get();
  q.shutdown(true);
  EXPECT_EQ(q.unfinished(), 1U);
  EXPECT_FALSE(co_await wait_for_optional(q.join(), 1s));
  q.task_done();
  co_await q.join();
}

EDDY_TEST(queue_shutdown, lets_a_worker_loop_end_by_itself) {
  queue<int> q(2);
  int sum = 0;
  const auto worker = create_task([&]() -> task<> {
    try {
      for (;;) sum += co_await q.get();
    } catch (const queue_shut_down&) {
    }
  });
  for (int i = 1; i <= 10; ++i) co_await q.put(i);
  q.shutdown();
  co_await worker;
  EXPECT_EQ(sum, 55);
}

}  // namespace
}  // namespace eddy
