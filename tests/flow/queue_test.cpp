// SPDX-License-Identifier: MIT
#include <eddy/flow/queue.hpp>

#include <memory>
#include <optional>
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

EDDY_TEST(queue, gives_items_in_the_order_they_were_put) {
  queue<int> q;
  for (int i = 0; i < 5; ++i) co_await q.put(i);
  EXPECT_EQ(q.size(), 5U);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(co_await q.get(), i);
  EXPECT_TRUE(q.empty());
}

EDDY_TEST(queue, takes_items_that_can_only_be_moved) {
  queue<std::unique_ptr<int>> q(1);
  co_await q.put(std::make_unique<int>(1));
  const auto putter = create_task([&]() -> task<> { co_await q.put(std::make_unique<int>(2)); });
  co_await yield();
  EXPECT_EQ(*co_await q.get(), 1);
  EXPECT_EQ(*co_await q.get(), 2);
  co_await putter;
}

EDDY_TEST(queue, an_empty_one_makes_getters_wait_and_serves_them_in_the_order_they_came) {
  queue<int> q;
  std::string log;
  const auto get = [&](char name) -> task<> {
    const int item = co_await q.get();
    log += name + std::to_string(item);
  };
  (void)create_task(get, 'a');
  (void)create_task(get, 'b');
  co_await sleep(1s);
  co_await q.put(1);
  co_await q.put(2);
  co_await yield();
  EXPECT_EQ(log, "a1b2");
}

EDDY_TEST(queue, an_item_given_to_a_waiting_getter_cannot_be_taken_by_anybody_else) {
  queue<int> q;
  int got = 0;
  const auto getter = create_task([&]() -> task<> { got = co_await q.get(); });
  co_await yield();
  EXPECT_TRUE(q.try_put(1));
  EXPECT_EQ(q.try_get(), std::nullopt);
  EXPECT_FALSE(co_await wait_for_optional(q.get(), 0s));
  co_await getter;
  EXPECT_EQ(got, 1);
}

EDDY_TEST(queue, a_full_one_makes_putters_wait_and_serves_them_in_the_order_they_came) {
  queue<char> q(2);
  for (const char item : {'a', 'b', 'c', 'd'}) {
    (void)create_task([](queue<char>& to, char what) -> task<> { co_await to.put(what); },
                      std::ref(q), item);
  }
  co_await sleep(1s);
  EXPECT_TRUE(q.full());
  EXPECT_EQ(q.size(), 2U);
  std::string got;
  for (int i = 0; i < 4; ++i) got += co_await q.get();
  EXPECT_EQ(got, "abcd");
}

EDDY_TEST(queue, the_room_a_getter_makes_goes_to_the_oldest_putter) {
  queue<int> q(1);
  co_await q.put(1);
  const auto putter = create_task([&]() -> task<> { co_await q.put(2); });
  co_await yield();
  EXPECT_EQ(co_await q.get(), 1);
  EXPECT_FALSE(q.try_put(3)) << "somebody slipped in";
  EXPECT_EQ(co_await q.get(), 2);
}

EDDY_TEST(queue, try_put_leaves_an_item_alone_that_finds_no_room) {
  queue<std::unique_ptr<int>> q(1);
  auto item = std::make_unique<int>(1);
  EXPECT_TRUE(q.try_put(std::move(item)));
  item = std::make_unique<int>(2);
  EXPECT_FALSE(q.try_put(std::move(item)));
  EXPECT_EQ(*item, 2);
  co_return;
}

EDDY_TEST(queue, always_ready_does_not_let_its_users_starve_the_others) {
  queue<int> q;
  bool stop = false;
  (void)create_task([&]() -> task<> {
    stop = true;
    co_return;
  });
  for (int i = 0; i < 1000 && !stop; ++i) {
    co_await q.put(i);
    (void)co_await q.get();
    co_await queue<int>().join();
  }
  EXPECT_TRUE(stop);
}

EDDY_TEST(queue, moves_every_item_once_between_many_tasks) {
  queue<int> q(3);
  std::vector<int> seen(300);
  co_await with_task_group([&](task_group& group) -> task<> {
    for (int p = 0; p < 3; ++p) {
      (void)group.create_task([&, p]() -> task<> {
        for (int i = 0; i < 100; ++i) {
          co_await q.put(100 * p + i);
          if (i % 7 == p) co_await yield();
        }
      });
    }
    for (int c = 0; c < 2; ++c) {
      (void)group.create_task([&]() -> task<> {
        for (int i = 0; i < 150; ++i) {
          ++seen[static_cast<std::size_t>(co_await q.get())];
          if (i % 11 == 0) co_await sleep(1ms);
        }
      });
    }
    co_return;
  });
  EXPECT_EQ(seen, std::vector<int>(300, 1));
}

// Join.

EDDY_TEST(queue, join_waits_until_the_work_on_every_item_is_done) {
  queue<int> q;
  co_await q.put(1);
  co_await q.put(2);
  const auto worker = create_task([&]() -> task<> {
    for (int i = 0; i < 2; ++i) {
      (void)co_await q.get();
      co_await sleep(1s);
      q.task_done();
    }
  });
  EXPECT_EQ(q.unfinished(), 2U);
  co_await q.join();
  EXPECT_EQ(now(), 2s);
  EXPECT_EQ(q.unfinished(), 0U);
  co_await q.join();  // and again at once
}

EDDY_TEST(queue, join_counts_an_item_handed_straight_to_a_getter) {
  queue<int> q;
  const auto worker = create_task([&]() -> task<> {
    (void)co_await q.get();
    co_await sleep(1s);
    q.task_done();
  });
  co_await yield();
  co_await q.put(1);
  co_await q.join();
  EXPECT_EQ(now(), 1s);
}

EDDY_TEST(queue, task_done_more_often_than_items_were_put_is_an_error) {
  queue<int> q;
  EXPECT_THROW(q.task_done(), std::logic_error);
  co_await q.put(1);
  q.task_done();
  EXPECT_THROW(q.task_done(), std::logic_error);
}

// Cancel.

EDDY_TEST(queue, a_cancelled_getter_loses_no_item) {
  queue<int> q;
  EXPECT_FALSE(co_await wait_for_optional(q.get(), 1s));
  co_await q.put(1);
  EXPECT_EQ(co_await q.get(), 1);
}

EDDY_TEST(queue, a_getter_cancelled_in_the_step_it_was_given_an_item_receives_it) {
  queue<int> q;
  int got = 0;
  const auto getter = create_task([&]() -> task<> {
    got = co_await q.get();
    co_await yield();
    ADD_FAILURE() << "it went on";
  });
  co_await yield();
  co_await q.put(7);
  getter.cancel();
  EXPECT_THROW(co_await getter, task_cancelled);
  EXPECT_EQ(got, 7);
}

EDDY_TEST(queue, a_cancelled_getter_leaves_the_others_in_order) {
  queue<int> q;
  std::string log;
  const auto get = [&](char name) -> task<> { log += name + std::to_string(co_await q.get()); };
  const auto a = create_task(get, 'a');
  const auto b = create_task(get, 'b');
  const auto c = create_task(get, 'c');
  co_await yield();
  b.cancel();
  co_await yield();
  co_await q.put(1);
  co_await q.put(2);
  co_await yield();
  EXPECT_EQ(log, "a1c2");
}

EDDY_TEST(queue, a_cancelled_putter_added_nothing_and_frees_its_place) {
  queue<int> q(1);
  co_await q.put(1);
  EXPECT_FALSE(co_await wait_for_optional(q.put(2), 1s));
  const auto putter = create_task([&]() -> task<> { co_await q.put(3); });
  co_await yield();
  EXPECT_EQ(co_await q.get(), 1);
  EXPECT_EQ(co_await q.get(), 3);
  EXPECT_EQ(q.unfinished(), 2U);
}

EDDY_TEST(queue, a_putter_cancelled_in_the_step_it_was_let_in_has_added_its_item) {
  queue<int> q(1);
  co_await q.put(1);
  bool added = false;
  const auto putter = create_task([&]() -> task<> {
    co_await q.put(2);
    added = true;
  });
  co_await yield();
  EXPECT_EQ(co_await q.get(), 1);
  putter.cancel();
  co_await putter;
  EXPECT_TRUE(added);
  EXPECT_EQ(co_await q.get(), 2);
}

EDDY_TEST(queue, destroys_the_item_of_a_cancelled_putter_and_those_it_still_holds) {
  {
    queue<counted> q(1);
    co_await q.put(counted());
    EXPECT_FALSE(co_await wait_for_optional(q.put(counted()), 1s));
    EXPECT_EQ(counted::alive, 1);
  }
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(queue, a_cancelled_join_leaves_the_count_alone) {
  queue<int> q;
  co_await q.put(1);
  EXPECT_FALSE(co_await wait_for_optional(q.join(), 1s));
  EXPECT_EQ(q.unfinished(), 1U);
  (void)co_await q.get();
  q.task_done();
  co_await q.join();
}

}  // namespace
}  // namespace eddy
