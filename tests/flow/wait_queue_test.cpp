// SPDX-License-Identifier: MIT
#include <eddy/flow/detail/wait_queue.hpp>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/flow/semaphore.hpp>
#include <eddy/testing/test.hpp>

#include "core/support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

#ifndef NDEBUG
TEST(wait_queue_death, destroyed_with_tasks_waiting_says_so) {
  const auto careless = [] {
    run(
        []() -> task<> {
          auto e = std::make_unique<event>();
          (void)create_task([&]() -> task<> { co_await e->wait(); });
          co_await yield();
          e.reset();
        },
        virtual_time);
  };
  EXPECT_DEATH(careless(), "destroyed with tasks waiting on it");
}
#endif

/// Random comings, goings and wakings: nobody is lost, nobody is served twice, order is kept.
task<> churn(unsigned seed, int permits) {
  std::mt19937 random(seed);
  const auto one_in = [&](unsigned n) { return random() % n == 0; };
  semaphore room(static_cast<std::size_t>(permits));
  int inside = 0;
  int served = 0;
  int cancelled = 0;
  std::vector<int> order;
  std::vector<task_handle<>> tasks;
  for (int i = 0; i < 200; ++i) {
    tasks.push_back(create_task([&, i]() -> task<> {
      const auto permit = co_await room.acquire();
      order.push_back(i);
      EXPECT_LE(++inside, permits);
      struct leave {
        int& count;
        ~leave() { --count; }
      } const at_end{inside};
      co_await sleep(1ms);
      ++served;
    }));
    if (one_in(3)) co_await yield();
    if (one_in(4)) co_await sleep(1ms);
    if (one_in(3)) tasks[random() % tasks.size()].cancel();
  }
  for (const auto& t : tasks) {
    try {
      co_await t;
    } catch (const task_cancelled&) {
      ++cancelled;
    }
  }
  EXPECT_EQ(served + cancelled, 200) << "seed " << seed;
  // With more than one, who was let in first need not run first.
  if (permits == 1) EXPECT_TRUE(std::ranges::is_sorted(order)) << "seed " << seed;
  EXPECT_EQ(room.available(), static_cast<std::size_t>(permits)) << "seed " << seed;
  EXPECT_EQ(inside, 0) << "seed " << seed;
}

TEST(wait_queue, loses_nobody_whoever_is_cancelled_when) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    for (int permits = 1; permits <= 3; ++permits) {
      run([=] { return churn(seed, permits); }, virtual_time);
    }
  }
}

}  // namespace
}  // namespace eddy
