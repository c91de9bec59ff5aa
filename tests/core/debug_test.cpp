// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/wait_for.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

constexpr run_options debug_mode{
    .handle_signals = false, .backend = backend_kind::sim, .debug = true};

/// What is reported while `main` runs.
std::string reported(const std::function<task<>()>& main, const run_options& options = debug_mode) {
  ::testing::internal::CaptureStderr();
  try {
    run(main, options);
  } catch (const std::runtime_error&) {
    // The test looks at the report.
  }
  return ::testing::internal::GetCapturedStderr();
}

::testing::AssertionResult says(std::string_view text, std::string_view part) {
  if (text.find(part) != std::string_view::npos) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "no `" << part << "` in: " << text;
}

std::string at(unsigned line) { return "debug_test.cpp:" + std::to_string(line); }

// Slow steps.

void block() { std::this_thread::sleep_for(60ms); }  // what a program must not do

constexpr auto parse_line = std::source_location::current().line() + 1;
task<> parse() {
  co_await yield();
  block();
  co_await yield();
}

TEST(debug, a_slow_step_is_reported_with_its_task_and_its_stack_before_and_after) {
  const std::string text = reported([]() -> task<> {
    co_await create_task({.name = "parser"}, []() -> task<> { co_await parse(); });
  });
  EXPECT_TRUE(says(text, "task parser#2 kept its loop busy for "));
  EXPECT_TRUE(says(text, "from " + at(parse_line + 1) + " parse ← debug_test.cpp:"));
  EXPECT_TRUE(says(text, "to " + at(parse_line + 3) + " parse ← debug_test.cpp:"));
  EXPECT_TRUE(says(text, "eddy::to_thread(f)"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
}

TEST(debug, a_slow_step_may_be_the_last) {
  const std::string text = reported([]() -> task<> {
    co_await create_task({.name = "blocks"}, []() -> task<> {
      block();
      co_return;
    });
  });
  EXPECT_TRUE(says(text, "task blocks#2 kept its loop busy for "));
  EXPECT_TRUE(says(text, "to its end;"));
}

TEST(debug, a_slow_step_is_not_reported_outside_debug_mode) {
  EXPECT_EQ(reported(parse, virtual_time), "");
}

// Tasks never awaited.

constexpr auto fetch_line = std::source_location::current().line() + 1;
task<> fetch() { co_return; }

TEST(debug, a_task_never_awaited_is_reported_with_where_it_is_defined_and_who_made_it) {
  const auto forgets = []() -> task<> {
    co_await yield();
    const auto forgotten = fetch();
    co_await yield();
  };
  const std::string text = reported(forgets);
  EXPECT_TRUE(says(text, "a task of " + at(fetch_line) + " fetch was made"));
  EXPECT_TRUE(says(text, "by task main#1"));
  EXPECT_TRUE(says(text, "co_await it"));
  EXPECT_EQ(reported(forgets, virtual_time), "");
}

task<int> one() { co_return 1; }

TEST(debug, tasks_awaited_started_or_cancelled_unstarted_are_not_reported) {
  EXPECT_EQ(reported([]() -> task<> {
              co_await fetch();
              co_await create_task(fetch);
              co_await gather(fetch(), one());
              (void)co_await wait_for_optional(one(), 0s);
              create_task(fetch).cancel();
              (void)create_task(fetch);
            }),
            "");
}

task<> takes_two(const task<int>&, int) { co_return; }
int throws() { throw std::runtime_error("no value"); }

TEST(debug, a_task_that_an_error_or_a_cancel_kept_from_being_awaited_is_not_reported) {
  EXPECT_EQ(reported([]() -> task<> { co_await takes_two(one(), throws()); }), "");
  EXPECT_EQ(reported([]() -> task<> {
              const auto half_way = create_task(
                  []() -> task<> { co_await takes_two(one(), (co_await sleep(1h), 1)); });
              co_await yield();
              half_way.cancel();
            }),
            "");
}

// Errors never retrieved.

constexpr auto flush_line = std::source_location::current().line() + 1;
task<> flush() {
  co_await yield();
  throw std::runtime_error("disk full");
}

TEST(debug, an_error_never_retrieved_says_what_the_task_was_and_who_started_it) {
  const auto main = []() -> task<> {
    (void)create_task({.name = "flusher"}, flush);
    co_await sleep(1s);
  };
  EXPECT_TRUE(says(reported(main), "task flusher#2 (" + at(flush_line) +
                                       " flush, started by task #1) failed and nobody awaited it: "
                                       "disk full"));
  EXPECT_TRUE(says(reported(main, virtual_time), "task flusher#2 failed and nobody awaited it"));
}

// What is left at the end.

/// A leaf that forgets to take its timer back when it is cancelled.
class forgetful final : public detail::leaf {
 public:
  explicit forgetful(detail::timer& t) : timer_(t) {}
  void suspend(detail::frame& owner) {
    if (park(owner)) home().arm(timer_, home().now() + 1h);
  }
  void await_resume() const noexcept {}

 private:
  void cancel(detail::frame&, bool) noexcept override { give_up(); }
  [[nodiscard]] const char* describe() const noexcept override { return "forgetful"; }
  detail::timer& timer_;
};

struct idle_timer final : detail::timer {
  void fire() noexcept override {}
};

TEST(debug, a_timer_that_outlives_all_tasks_is_reported) {
  idle_timer timer;
  const auto main = [&]() -> task<> {
    (void)create_task([&]() -> task<> { co_await forgetful(timer); });
    co_await yield();
  };
  EXPECT_TRUE(says(reported(main), "left at the end, with all tasks gone: 1 timer;"));
  EXPECT_EQ(reported(main, virtual_time), "");
}

// Wrong threads.

/// Runs `touch` on another thread while a loop in debug mode waits for it.
void on_another_thread(const std::function<void()>& touch) { std::thread(touch).join(); }

TEST(debug_death, waking_a_task_from_another_thread_ends_the_process_and_names_the_doors) {
  const auto main = []() -> task<> {
    gate g;
    const auto waits = create_task([&]() -> task<> { co_await g.wait(); });
    co_await yield();
    on_another_thread([&] { g.open(); });
    co_await waits;
  };
  EXPECT_DEATH(run(main, debug_mode),
               "from a thread that is not its loop's.*eddy::post_to.*eddy::to_thread.*channel");
}

TEST(debug_death, cancelling_a_task_from_another_thread_ends_the_process) {
  const auto main = []() -> task<> {
    const auto sleeps = create_task([]() -> task<> { co_await sleep(1h); });
    co_await yield();
    on_another_thread([&] { sleeps.cancel(); });
    co_await sleep(1s);
  };
  EXPECT_DEATH(run(main, debug_mode), "from a thread that is not its loop's");
}

TEST(debug, loops_of_several_threads_do_not_take_each_other_for_strangers) {
  EXPECT_EQ(reported([]() -> task<> {
              on_another_thread([] { run([]() -> task<> { co_await sleep(1ms); }, debug_mode); });
              co_await sleep(1ms);
            }),
            "");
}

// How it is switched on.

bool debugging_with(const char* value, const run_options& options = virtual_time) {
  setenv("EDDY_DEBUG", value, 1);
  bool on = false;
  run(
      [&]() -> task<> {
        on = loop::current()->debugging();
        co_return;
      },
      options);
  unsetenv("EDDY_DEBUG");
  return on;
}

TEST(debug, the_environment_switches_it_on) {
  EXPECT_TRUE(debugging_with("1"));
  EXPECT_FALSE(debugging_with("0"));
  EXPECT_FALSE(debugging_with(""));
  EXPECT_TRUE(debugging_with("0", debug_mode)) << "the program's own word counts too";
}

TEST(debug, is_off_by_itself) { EXPECT_FALSE(run_options().debug); }

}  // namespace
}  // namespace eddy
