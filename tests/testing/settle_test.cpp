// SPDX-License-Identifier: MIT
#include <eddy/testing/settle.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/to_thread.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/test.hpp>

namespace eddy {
namespace {

using namespace eddy::testing;
using namespace std::chrono_literals;

task<> yields(int times, int& done) {
  for (int i = 0; i < times; ++i) co_await yield();
  ++done;
}

EDDY_SHUFFLED_TEST(settle, lets_every_other_task_get_as_far_as_it_can) {
  int done = 0;
  bool slept = false;
  for (const int times : {0, 1, 200}) (void)create_task(yields, times, std::ref(done));
  const auto sleeper = create_task([&]() -> task<> {
    co_await sleep(1s);
    slept = true;
  });
  co_await settle();
  EXPECT_EQ(done, 3);
  EXPECT_FALSE(slept) << "the clock was moved";
  EXPECT_EQ(now(), 0s);
  co_await sleeper;
}

EDDY_TEST(settle, lets_what_is_due_now_run_first) {
  int done = 0;
  (void)create_task([&]() -> task<> {
    co_await sleep(1s);
    co_await yields(1, done);
  });
  co_await settle();
  co_await sleep(1s);
  co_await settle();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(now(), 1s);
}

EDDY_TEST(settle, of_several_tasks_at_once_ends_for_all) {
  int settled = 0;
  const auto waits = [&]() -> task<> {
    co_await settle();
    ++settled;
  };
  const auto a = create_task(waits);
  const auto b = create_task(waits);
  co_await settle();
  co_await a;
  co_await b;
  EXPECT_EQ(settled, 2);
}

EDDY_TEST(settle, with_no_other_task_ends_at_once) {
  co_await settle();
  EXPECT_EQ(now(), 0s);
}

EDDY_TEST(settle, does_not_wait_for_what_a_thread_does) {
  std::atomic<bool> may_end = false;
  const auto job = create_task([&]() -> task<> {
    co_await to_thread([&] {
      while (!may_end) std::this_thread::yield();
    });
  });
  co_await settle();
  may_end = true;
  co_await job;
}

EDDY_TEST(settle, cancelled_before_it_starts_never_waits) {
  const auto waits = create_task([]() -> task<> { co_await settle(); });
  waits.cancel();
  EXPECT_THROW(co_await waits, task_cancelled);
}

EDDY_TEST(settle, cancelled_while_it_waits_is_gone_and_may_be_awaited_again) {
  int done = 0;
  const auto busy = create_task(yields, 10, std::ref(done));
  const auto waits = create_task([]() -> task<> { co_await settle(); });
  co_await yield();
  waits.cancel();
  EXPECT_THROW(co_await waits, task_cancelled);
  EXPECT_EQ(done, 0);
  co_await settle();
  EXPECT_EQ(done, 1);
}

EDDY_TEST(settle, cancelled_in_the_step_it_ended_in_has_ended) {
  bool ended = false;
  const auto waits = create_task([&]() -> task<> {
    co_await settle();
    ended = true;
  });
  // Both are woken in the same moment, this one first.
  const auto cancels = create_task([&]() -> task<> {
    co_await settle();
    waits.cancel();
  });
  co_await waits;
  EXPECT_TRUE(ended);
  co_await cancels;
}

EDDY_IO_TEST(settle, works_on_the_real_clock) {
  int done = 0;
  (void)create_task(yields, 200, std::ref(done));
  co_await settle();
  EXPECT_EQ(done, 1);
}

}  // namespace
}  // namespace eddy
