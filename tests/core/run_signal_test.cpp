// SPDX-License-Identifier: MIT
// Real signals, on the real clock: `raise` runs the handler before it returns, so nothing here
// waits.
#include <csignal>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/shield.hpp>
#include <eddy/core/to_thread.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<> stopped_by(int signal) {
  const counted local;
  raise(signal);
  co_await sleep(1h);
}

TEST(run_signal, sigterm_and_sigint_cancel_main_and_give_the_exit_status) {
  EXPECT_EQ(run([] { return stopped_by(SIGTERM); }), 128 + SIGTERM);
  EXPECT_EQ(run([] { return stopped_by(SIGINT); }), 128 + SIGINT);
  EXPECT_EQ(counted::alive, 0);
}

TEST(run_signal, an_int_main_gives_the_exit_status_too) {
  const auto main = []() -> task<int> {
    co_await stopped_by(SIGTERM);
    co_return 1;
  };
  EXPECT_EQ(run(main), 128 + SIGTERM);
}

TEST(run_signal, a_main_that_cannot_give_a_status_throws) {
  const auto main = []() -> task<std::string> {
    co_await stopped_by(SIGINT);
    co_return "done";
  };
  try {
    run(main);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const task_cancelled& e) {
    EXPECT_EQ(e.reason().kind, cancel_kind::shutdown);
  }
}

TEST(run_signal, a_main_that_ends_all_the_same_gives_its_value) {
  EXPECT_EQ(run([]() -> task<int> {
              raise(SIGINT);
              co_return 5;
            }),
            5);
}

TEST(run_signal, one_that_was_ignored_before_stays_ignored) {
  const auto before = std::signal(SIGINT, SIG_IGN);
  const int status = run([]() -> task<int> {
    raise(SIGINT);
    co_await sleep(1ms);
    co_return 5;
  });
  EXPECT_EQ(std::signal(SIGINT, before), SIG_IGN);
  EXPECT_EQ(status, 5);
}

TEST(run_signal, the_first_one_lets_clean_up_finish) {
  bool cleaned = false;
  const int status = run([&]() -> task<> {
    co_await finally([] { return stopped_by(SIGINT); },
                     [&]() -> task<> {
                       co_await sleep(1ms);
                       cleaned = true;
                     });
  });
  EXPECT_EQ(status, 130);
  EXPECT_TRUE(cleaned);
}

TEST(run_signal, the_second_one_cuts_clean_up_short) {
  bool cleaned = false;
  const int status = run([&]() -> task<> {
    co_await finally([] { return stopped_by(SIGINT); },
                     [&]() -> task<> {
                       co_await stopped_by(SIGINT);
                       cleaned = true;
                     });
  });
  EXPECT_EQ(status, 130);
  EXPECT_FALSE(cleaned);
  EXPECT_EQ(counted::alive, 0);
}

TEST(run_signal, the_second_one_cuts_leftovers_short_too) {
  bool cleaned = false;
  ::testing::internal::CaptureStderr();
  run(
      [&]() -> task<> {
        (void)create_task([&]() -> task<> {
          co_await finally([]() -> task<> { co_await sleep(1h); },
                           [&]() -> task<> {
                             raise(SIGINT);
                             co_await sleep(1ms);
                             co_await stopped_by(SIGINT);
                             cleaned = true;
                           });
        });
        co_await yield();
      },
      {.grace = 2s});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "") << "the grace time was waited for";
  EXPECT_FALSE(cleaned);
  EXPECT_EQ(counted::alive, 0);
}

TEST(run_signal_death, the_third_one_kills) {
  const auto stubborn = [] {
    run([]() -> task<> {
      for (int i = 0; i < 2; ++i) {
        raise(SIGINT);
        co_await shield(yield());
      }
      raise(SIGINT);
    });
  };
  EXPECT_EXIT(stubborn(), ::testing::KilledBySignal(SIGINT), "");
}

TEST(run_signal_death, a_second_one_kills_when_the_loop_never_saw_the_first) {
  const auto stuck = [] {
    run([]() -> task<> {
      raise(SIGTERM);
      raise(SIGTERM);
      co_return;
    });
  };
  EXPECT_EXIT(stuck(), ::testing::KilledBySignal(SIGTERM), "");
}

TEST(run_signal, sigquit_writes_the_task_tree_and_the_program_goes_on) {
  ::testing::internal::CaptureStderr();
  const int status = run([]() -> task<> {
    const auto waits = create_task({.name = "waits"}, []() -> task<> { co_await sleep(1h); });
    co_await yield();
    raise(SIGQUIT);
    co_await sleep(1ms);
    waits.cancel();
  });
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(status, 0);
  EXPECT_NE(text.find("main#1"), std::string::npos) << text;
  EXPECT_NE(text.find("├─ waits#2  waits: sleep"), std::string::npos) << text;
}

TEST(run_signal, sigquit_is_heard_after_the_step_under_way_though_others_are_ready) {
  ::testing::internal::CaptureStderr();
  int steps = 0;
  run([&]() -> task<> {
    raise(SIGQUIT);
    for (; steps < 20; ++steps) {
      co_await yield();
      if (!::testing::internal::GetCapturedStderr().empty()) break;
      ::testing::internal::CaptureStderr();
    }
  });
  EXPECT_EQ(steps, 0);
}

TEST(run_signal, sigquit_reaches_the_loops_of_all_threads) {
  ::testing::internal::CaptureStderr();
  run([]() -> task<> {
    co_await to_thread([] {
      sigset_t quit;
      sigemptyset(&quit);
      sigaddset(&quit, SIGQUIT);
      pthread_sigmask(SIG_UNBLOCK, &quit, nullptr);
      run([]() -> task<> {
        co_await create_task({.name = "elsewhere"}, []() -> task<> {
          raise(SIGQUIT);
          co_await sleep(1ms);
        });
      });
    });
  });
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("waits: a thread"), std::string::npos) << text;
  EXPECT_NE(text.find("elsewhere#2"), std::string::npos) << text;
}

TEST(run_signal, handlers_are_put_back) {
  struct sigaction before{};
  struct sigaction inside{};
  struct sigaction after{};
  for (const int signal : {SIGINT, SIGTERM, SIGQUIT}) {
    sigaction(signal, nullptr, &before);
    run([&]() -> task<> {
      sigaction(signal, nullptr, &inside);
      co_return;
    });
    sigaction(signal, nullptr, &after);
    EXPECT_EQ(before.sa_handler, after.sa_handler) << signal;
    EXPECT_NE(before.sa_handler, inside.sa_handler) << signal;
  }
}

TEST(run_signal, handlers_are_left_alone_when_asked) {
  struct sigaction before{};
  struct sigaction inside{};
  sigaction(SIGINT, nullptr, &before);
  run(
      [&]() -> task<> {
        sigaction(SIGINT, nullptr, &inside);
        co_return;
      },
      {.handle_signals = false});
  EXPECT_EQ(before.sa_handler, inside.sa_handler);
}

}  // namespace
}  // namespace eddy
