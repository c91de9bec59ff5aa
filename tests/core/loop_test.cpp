// SPDX-License-Identifier: MIT
#include <eddy/core/loop.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<int> one() { co_return 1; }

/// Runs `spin`, whose awaits never really suspend, beside a task that stops it.
template <class Spin>
task<> expect_fair(Spin spin) {
  bool stop = false;
  (void)create_task([&]() -> task<> {
    stop = true;
    co_return;
  });
  for (int i = 0; i < 1'000 && !stop; ++i) co_await spin();
  EXPECT_TRUE(stop) << "1000 awaits in a row let nobody else run";
}

EDDY_TEST(loop, a_task_that_awaits_finished_tasks_only_does_not_starve_the_others) {
  co_await expect_fair([] { return one(); });
}

EDDY_TEST(loop, a_task_that_awaits_a_finished_handle_only_does_not_starve_the_others) {
  const auto handle = create_task(one);
  co_await yield();
  co_await expect_fair([&]() -> const task_handle<int>& { return handle; });
}

EDDY_TEST(loop, a_task_that_awaits_expired_limits_only_does_not_starve_the_others) {
  co_await expect_fair([] { return wait_for_optional(one(), 0s); });
}

TEST(loop, polls_every_61_steps_while_tasks_are_ready) {
  int polls = 0;
  int counted_polls = 0;
  loop home(std::make_unique<stub_backend>(0s, &polls), 1s);
  bool over = false;
  const auto spin = [&]() -> task<> {
    polls = 0;
    for (int step = 0; step < 610; ++step) co_await yield();
    counted_polls = polls;
    over = true;
  };
  const task_handle<> handle(*detail::spawn(home.background(), home, 0, spin));
  home.run_until(over);
  EXPECT_EQ(counted_polls, 10);
}

TEST(loop, fires_a_timer_though_tasks_are_always_ready) {
  run([]() -> task<> {
    const auto spinner = create_task([]() -> task<> {
      for (;;) co_await yield();
    });
    co_await sleep(1ms);
    spinner.cancel();
  });
}

TEST(loop, takes_work_from_other_threads_though_tasks_are_always_ready) {
  struct stop_work final : detail::remote_work {
    bool arrived = false;
    void arrive() noexcept override { arrived = true; }
  };
  run(
      []() -> task<> {
        stop_work work;
        std::thread poster([&, home = loop::current()] { home->post(work); });
        while (!work.arrived) co_await yield();
        poster.join();
      },
      virtual_time);
}

TEST(loop, takes_posted_work_in_the_order_of_each_thread) {
  struct numbered final : detail::remote_work {
    numbered(std::vector<int>& l, int n) : log(l), number(n) {}
    void arrive() noexcept override { log.push_back(number); }
    std::vector<int>& log;
    int number;
  };
  run(
      []() -> task<> {
        std::vector<int> log;
        std::vector<std::unique_ptr<numbered>> works;
        for (int i = 0; i < 100; ++i) works.push_back(std::make_unique<numbered>(log, i));
        std::thread poster([&, home = loop::current()] {
          for (auto& w : works) home->post(*w);
        });
        while (log.size() < works.size()) co_await yield();
        poster.join();
        for (int i = 0; i < 100; ++i) EXPECT_EQ(log[static_cast<std::size_t>(i)], i);
      },
      virtual_time);
}

TEST(loop, is_known_to_its_thread_while_it_lives) {
  EXPECT_EQ(loop::current(), nullptr);
  run(
      []() -> task<> {
        EXPECT_NE(loop::current(), nullptr);
        co_return;
      },
      virtual_time);
  EXPECT_EQ(loop::current(), nullptr);
}

TEST(loop, with_nothing_to_do_can_take_no_step_and_is_idle) {
  loop home(std::make_unique<stub_backend>(), 1s);
  EXPECT_TRUE(home.idle());
  EXPECT_FALSE(home.step());
}

TEST(loop, is_not_idle_while_a_task_waits) {
  loop home(std::make_unique<stub_backend>(), 1s);
  const auto nap = []() -> task<> { co_await sleep(1s); };
  const task_handle<> handle(*detail::spawn(home.background(), home, 0, nap));
  EXPECT_FALSE(home.idle());
  while (home.step()) {
  }
  EXPECT_TRUE(home.idle());
  EXPECT_TRUE(handle.done());
}

}  // namespace
}  // namespace eddy
