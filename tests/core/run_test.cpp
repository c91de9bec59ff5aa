// SPDX-License-Identifier: MIT
#include <eddy/core/run.hpp>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/gather.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

TEST(run, gives_zero_for_a_main_without_a_value) {
  EXPECT_EQ(run([]() -> task<> { co_await sleep(1s); }, virtual_time), 0);
}

TEST(run, gives_the_value_of_main) {
  EXPECT_EQ(run([]() -> task<int> { co_return 7; }, virtual_time), 7);
  const auto box =
      run([]() -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(8); }, virtual_time);
  EXPECT_EQ(*box, 8);
}

TEST(run, rethrows_what_main_threw) {
  const auto fails = []() -> task<> {
    co_await sleep(1ms);
    throw std::runtime_error("main failed");
  };
  EXPECT_THROW(run(fails, virtual_time), std::runtime_error);
}

TEST(run, rethrows_what_making_main_threw_and_can_run_again) {
  const auto fails = []() -> task<> { throw std::logic_error("no task"); };
  const auto plain = [&](bool fail) -> task<> {
    if (fail) throw std::logic_error("no task");
    return fails();
  };
  EXPECT_THROW(run([&] { return plain(true); }, virtual_time), std::logic_error);
  EXPECT_EQ(run([]() -> task<> { co_return; }, virtual_time), 0);
}

TEST(run, owns_the_callable_until_main_has_ended) {
  const auto value = run(
      [text = std::string(100, 'x')]() -> task<std::string> {
        co_await sleep(1ms);
        co_return text;
      },
      virtual_time);
  EXPECT_EQ(value, std::string(100, 'x'));
}

TEST(run, is_refused_inside_a_running_loop) {
  run(
      []() -> task<> {
        EXPECT_THROW(run([]() -> task<> { co_return; }, virtual_time), std::logic_error);
        co_await sleep(1ms);  // the outer loop is none the worse
      },
      virtual_time);
}

TEST(run, works_on_several_threads_at_once) {
  run([]() -> task<> {
    int other = 0;
    std::thread([&] { other = run([]() -> task<int> { co_return 3; }); }).join();
    EXPECT_EQ(other, 3);
    co_await sleep(1ms);
  });
}

// What main leaves behind.

TEST(run, cancels_and_joins_what_is_left) {
  bool cleaned = false;
  duration end{};
  run(
      [&]() -> task<> {
        (void)create_task([&]() -> task<> {
          const counted local;
          co_await finally([]() -> task<> { co_await sleep(1h); },
                           [&]() -> task<> {
                             co_await sleep(5s);
                             cleaned = true;
                             end = now();
                           });
        });
        co_await sleep(1s);
      },
      virtual_time);
  EXPECT_TRUE(cleaned);
  EXPECT_EQ(end, 6s);
  EXPECT_EQ(counted::alive, 0);
}

TEST(run, does_not_wait_for_the_grace_time_when_leftovers_end_at_once) {
  ::testing::internal::CaptureStderr();
  run(
      [&]() -> task<> {
        (void)create_task([&]() -> task<> {
          const counted local;
          co_await sleep(1h);
        });
        co_await sleep(1s);
      },
      virtual_time);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(counted::alive, 0);
}

struct notes_end {
  duration& when;
  ~notes_end() { when = now(); }
};

TEST(run, cancels_hard_what_takes_longer_than_the_grace_time) {
  duration end{};
  auto options = virtual_time;
  options.grace = 10s;
  ::testing::internal::CaptureStderr();
  run(
      [&]() -> task<> {
        (void)create_task([&]() -> task<> {
          const notes_end note{end};
          co_await finally([]() -> task<> { co_await sleep(1h); },
                           []() -> task<> { co_await sleep(1h); });
        });
        co_await sleep(1s);
      },
      options);
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("grace time"), std::string::npos);
  EXPECT_EQ(end, 11s);
}

/// A leftover whose clean-up is `clean_up`.
template <class CleanUp>
void run_with_leftover(CleanUp clean_up, const run_options& options = virtual_time) {
  run(
      [&]() -> task<> {
        (void)create_task([&]() -> task<> {
          co_await finally([]() -> task<> { co_await sleep(1h); }, std::ref(clean_up));
        });
        co_await sleep(1s);
      },
      options);
}

TEST(run, once_main_has_ended_a_new_task_never_runs_and_its_awaiter_is_told) {
  bool ran = false;
  bool told = false;
  run_with_leftover([&]() -> task<> {
    const auto late = create_task([&]() -> task<> {
      ran = true;
      co_return;
    });
    try {
      co_await late;
    } catch (const task_cancelled& e) {
      told = e.reason().kind == cancel_kind::shutdown;
    }
  });
  EXPECT_FALSE(ran);
  EXPECT_TRUE(told);
}

TEST(run, what_clean_up_of_a_leftover_awaits_may_still_start_tasks_of_its_own) {
  bool sent = false;
  run_with_leftover([&]() -> task<> {
    co_await gather(sleep(1s), sleep(2s));
    sent = true;
  });
  EXPECT_TRUE(sent);
}

TEST(run, ends_though_a_leftover_goes_on_starting_tasks) {
  int started = 0;
  auto options = virtual_time;
  options.grace = 10s;
  ::testing::internal::CaptureStderr();
  run_with_leftover(
      [&]() -> task<> {
        for (;;) {
          (void)create_task([]() -> task<> { co_await sleep(1h); });
          ++started;
          co_await sleep(1s);
        }
      },
      options);
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("grace time"), std::string::npos);
  EXPECT_EQ(started, 10);
}

TEST(run, ends_though_a_leftover_is_always_ready) {
  auto options = virtual_time;
  options.backend = backend_kind::epoll;
  options.grace = 1ms;
  ::testing::internal::CaptureStderr();
  run(
      []() -> task<> {
        (void)create_task([]() -> task<> {
          co_await finally([]() -> task<> { co_await sleep(1h); },
                           []() -> task<> {
                             for (;;) co_await yield();
                           });
        });
        co_await yield();
      },
      options);
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("grace time"), std::string::npos);
}

TEST(run, what_is_ready_when_main_ends_gets_no_further_than_its_next_wait) {
  int steps = 0;
  bool begun = false;
  run(
      [&]() -> task<> {
        (void)create_task([&]() -> task<> {
          for (;;) {
            ++steps;
            co_await yield();
          }
        });
        co_await yield();
        (void)create_task([&]() -> task<> {
          begun = true;
          co_return;
        });
      },
      virtual_time);
  EXPECT_EQ(steps, 2);
  EXPECT_FALSE(begun);
}

TEST(run, reports_the_error_of_a_leftover) {
  ::testing::internal::CaptureStderr();
  run(
      []() -> task<> {
        (void)create_task({.name = "flusher"}, []() -> task<> {
          co_await finally([]() -> task<> { co_await sleep(1h); },
                           []() -> task<> {
                             throw std::runtime_error("disk full");
                             co_return;
                           });
        });
        co_await sleep(1s);
      },
      virtual_time);
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("flusher"), std::string::npos) << said;
  EXPECT_NE(said.find("disk full"), std::string::npos) << said;
}

// Deadlock.

TEST(run, reports_a_deadlock_with_the_tree_and_unwinds_everything) {
  gate never;
  bool cleaned = false;
  try {
    run(
        [&]() -> task<> {
          const counted local;
          const auto helper = create_task({.name = "helper"}, [&]() -> task<> {
            const counted also_local;
            co_await never.wait();
          });
          co_await finally([&]() -> task<> { co_await helper; },
                           [&]() -> task<> {
                             cleaned = true;
                             co_return;
                           });
        },
        virtual_time);
    ADD_FAILURE() << "no deadlock was reported";
  } catch (const deadlock_error& e) {
    const std::string_view text = e.what();
    EXPECT_NE(text.find("main#1"), std::string_view::npos) << text;
    EXPECT_NE(text.find("helper#2"), std::string_view::npos) << text;
    EXPECT_NE(text.find("waits: gate"), std::string_view::npos) << text;
    EXPECT_NE(text.find("run_test.cpp:"), std::string_view::npos) << text;
  }
  EXPECT_TRUE(cleaned);
  EXPECT_EQ(counted::alive, 0);
}

TEST(run, reports_a_deadlock_once_though_clean_up_deadlocks_too) {
  gate never;
  const auto stuck = [&]() -> task<> {
    const counted local;
    co_await finally([&]() -> task<> { co_await never.wait(); },
                     [&]() -> task<> { co_await never.wait(); });
  };
  EXPECT_THROW(run(stuck, virtual_time), deadlock_error);
  EXPECT_EQ(counted::alive, 0);
}

TEST(run, takes_an_endless_sleep_under_virtual_time_for_a_deadlock) {
  const auto endless = []() -> task<> { co_await sleep_until(time_point::max()); };
  EXPECT_THROW(run(endless, virtual_time), deadlock_error);
}

}  // namespace
}  // namespace eddy
