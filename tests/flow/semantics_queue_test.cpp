// SPDX-License-Identifier: MIT
// What holds of queues in whatever order ready tasks run and whoever is cancelled when.
#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/flow/queue.hpp>
#include <eddy/testing/test.hpp>

#include "core/chance.hpp"
#include "core/support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

/// Producers and consumers of numbered items, some with a limit, some cancelled.
struct traffic {
  explicit traffic(std::size_t capacity) : q(capacity) {}

  task<> put_one(int item) {
    try {
      co_await q.put(item);
      accepted.push_back(item);
    } catch (const queue_shut_down&) {
      ++refused;
    }
  }
  task<> get_one(duration limit) {
    try {
      if (const auto item = co_await wait_for_optional(q.get(), limit)) got.push_back(*item);
    } catch (const queue_shut_down&) {
      ++refused;
    }
  }
  void start_one(duration limit) {
    if (random.one_in(2)) {
      tasks.push_back(create_task(&traffic::put_one, this, ++items));
    } else {
      tasks.push_back(create_task(&traffic::get_one, this, limit));
    }
  }
  void cancel_one() { tasks[random.below(tasks.size())].cancel(); }
  /// Starts and cancels tasks, at instants so few that much happens at once.
  task<> flow(int rounds) {
    for (int i = 0; i < rounds; ++i) {
      for (std::size_t n = random.below(4); n > 0; --n) start_one(random.below(4) * 1ms);
      if (!tasks.empty() && random.one_in(2)) cancel_one();
      if (random.one_in(2)) co_await sleep(random.below(2) * 1ms);
    }
  }
  task<> drain() {
    while (const auto item = q.try_get()) {
      got.push_back(*item);
      co_await sleep(1ms);
    }
  }

  chance random{seed()};
  queue<int> q;
  int items = 0;
  int refused = 0;
  std::vector<int> accepted;
  std::vector<int> got;
  std::vector<task_handle<>> tasks;
};

std::vector<int> sorted(std::vector<int> items) {
  std::ranges::sort(items);
  return items;
}

EDDY_SHUFFLED_TEST(semantics, a_cancelled_getter_or_putter_loses_no_item_and_frees_its_slot) {
  traffic t(3);
  co_await t.flow(60);
  for (const auto& each : t.tasks) each.cancel();
  co_await sleep(1s);
  EXPECT_LE(t.q.size(), 3U);
  const std::size_t left = t.q.size();
  // Nobody stands in either line any more: what is put is taken at once, and the room is there.
  for (std::size_t i = left; i < 3; ++i) EXPECT_TRUE(t.q.try_put(-1));
  EXPECT_FALSE(t.q.try_put(-1));
  for (std::size_t i = 0; i < left; ++i) t.got.push_back(*t.q.try_get());
  EXPECT_EQ(sorted(t.got), sorted(t.accepted));
  EXPECT_GT(t.got.size(), 5U);
}

EDDY_SHUFFLED_TEST(semantics, join_ends_when_every_item_put_is_done_and_not_before) {
  chance random(seed());
  queue<int> q(2);
  int done = 0;
  std::vector<task_handle<>> workers;
  for (int i = 0; i < 3; ++i) {
    workers.push_back(create_task([&]() -> task<> {
      for (;;) {
        (void)co_await q.get();
        if (random.one_in(2)) co_await sleep(random.below(3) * 1ms);
        ++done;
        q.task_done();
      }
    }));
  }
  const auto stopped = create_task([&]() -> task<> { co_await q.join(); });
  for (int i = 0; i < 10; ++i) co_await q.put(i);
  stopped.cancel();
  co_await q.join();
  EXPECT_EQ(done, 10);
  EXPECT_EQ(q.unfinished(), 0U);
  for (const auto& each : workers) each.cancel();
  co_await sleep(1ms);
}

EDDY_SHUFFLED_TEST(semantics, a_surplus_task_done_is_an_error_and_changes_nothing) {
  queue<int> q;
  EXPECT_THROW(q.task_done(), std::logic_error);
  co_await q.put(1);
  (void)co_await q.get();
  q.task_done();
  EXPECT_THROW(q.task_done(), std::logic_error);
  co_await q.put(2);
  EXPECT_EQ(q.unfinished(), 1U);
}

EDDY_SHUFFLED_TEST(semantics, shutdown_lets_every_accepted_item_be_drained_and_wakes_all_others) {
  traffic t(3);
  co_await t.flow(20);
  t.q.shutdown();
  co_await t.flow(20);
  co_await sleep(1s);
  for (const auto& each : t.tasks) EXPECT_TRUE(each.done());
  EXPECT_THROW(co_await t.q.put(-1), queue_shut_down);
  co_await t.drain();
  EXPECT_THROW((void)co_await t.q.get(), queue_shut_down);
  EXPECT_EQ(sorted(t.got), sorted(t.accepted));
  EXPECT_GT(t.refused, 0);
}

EDDY_SHUFFLED_TEST(semantics, immediate_shutdown_drops_what_nobody_has_taken_and_ends_join) {
  traffic t(3);
  co_await t.flow(20);
  const auto joiner = create_task([&]() -> task<> { co_await t.q.join(); });
  co_await sleep(1s);
  const std::size_t dropped = t.q.size();
  t.q.shutdown(true);
  EXPECT_TRUE(t.q.empty());
  EXPECT_THROW((void)co_await t.q.get(), queue_shut_down);
  co_await sleep(1s);
  for (const auto& each : t.tasks) EXPECT_TRUE(each.done());
  EXPECT_EQ(t.accepted.size(), t.got.size() + dropped);
  // What was taken is still being worked on.
  EXPECT_EQ(t.q.unfinished(), t.got.size());
  for (std::size_t i = 0; i < t.got.size(); ++i) {
    EXPECT_FALSE(joiner.done());
    t.q.task_done();
  }
  co_await joiner;
}

}  // namespace
}  // namespace eddy
