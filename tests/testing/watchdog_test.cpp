// SPDX-License-Identifier: MIT
#include <testing/watchdog.hpp>

#include <chrono>
#include <functional>
#include <thread>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/to_thread.hpp>

namespace eddy {
namespace {

using namespace std::chrono_literals;
using testing::watchdog;

void run_watched(const std::function<task<>()>& main, watchdog::limits limits,
                 backend_kind backend = backend_kind::sim) {
  run(
      [&]() -> task<> {
        const watchdog watching(*loop::current(), limits);
        co_await main();
      },
      {.handle_signals = false, .backend = backend});
}

TEST(watchdog_death, says_why_the_virtual_clock_stands_still) {
  const auto hangs = []() -> task<> {
    co_await sleep(3200ms);
    co_await create_task({.name = "reader"}, []() -> task<> {
      co_await to_thread([] { std::this_thread::sleep_for(1min); });
    });
  };
  EXPECT_DEATH(run_watched(hangs, {.look = 30ms, .end = 10s}),
               "virtual time stands still at 3.2 s.*: 1 thread job with other threads.*\n"
               "main#1 .*\n├─ reader#2  waits: a thread");
}

TEST(watchdog_death, a_test_that_takes_too_long_ends_with_the_tree) {
  const auto hangs = []() -> task<> { co_await sleep(1h); };
  EXPECT_DEATH(run_watched(hangs, {.look = 30ms, .end = 30ms}, backend_kind::epoll),
               "did not end within 0.03 s\nmain#1  waits: sleep");
}

TEST(watchdog_death, a_loop_that_is_always_busy_ends_with_the_tree_too) {
  const auto spins = []() -> task<> {
    for (;;) co_await yield();
  };
  EXPECT_DEATH(run_watched(spins, {.look = 10ms, .end = 30ms}),
               "did not end within 0.03 s\nmain#1");
}

TEST(watchdog_death, a_step_that_never_ends_is_called_that) {
  const auto stuck = []() -> task<> {
    std::this_thread::sleep_for(1min);
    co_return;
  };
  EXPECT_DEATH(run_watched(stuck, {.look = 10ms, .end = 10ms}), "has kept the loop busy");
}

TEST(watchdog, lets_a_test_go_on_whose_clock_moves_between_two_looks) {
  run_watched(
      []() -> task<> {
        for (int i = 0; i < 60; ++i) {
          co_await to_thread([] { std::this_thread::sleep_for(10ms); });
          co_await sleep(1h);
        }
      },
      {.look = 250ms, .end = 10s});
}

}  // namespace
}  // namespace eddy
