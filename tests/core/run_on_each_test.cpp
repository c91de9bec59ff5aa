// SPDX-License-Identifier: MIT
#include <eddy/core/run_on_each.hpp>

#include <pthread.h>
#include <array>
#include <atomic>
#include <csignal>
#include <latch>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/core/post_to.hpp>
#include <eddy/core/shield.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

/// Why the task that runs is being cancelled.
cancel_kind asked_for() { return loop::current()->current_task()->asked().kind; }

constexpr run_options quiet{.handle_signals = false};

TEST(run_on_each, runs_a_main_on_each_loop_and_gives_the_values_in_order) {
  std::latch all(3);
  const auto got = run_on_each({.loops = 3, .run = quiet}, [&](int index) -> task<int> {
    all.arrive_and_wait();  // on three threads, or never
    co_await yield();
    co_return 10 * index;
  });
  EXPECT_EQ(got, (std::vector{0, 10, 20}));
}

TEST(run_on_each, of_mains_without_a_value_gives_an_exit_status) {
  std::atomic<int> ran = 0;
  const int status = run_on_each({.loops = 2, .run = quiet}, [&](int) -> task<> {
    ++ran;
    co_return;
  });
  EXPECT_EQ(status, 0);
  EXPECT_EQ(ran.load(), 2);
}

TEST(run_on_each, uses_every_core_unless_told_otherwise) {
  const auto got = run_on_each({.run = quiet}, [](int index) -> task<int> { co_return index; });
  EXPECT_EQ(std::ssize(got), detail::available_cores());
}

TEST(run_on_each, names_its_threads) {
  const auto names =
      run_on_each({.loops = 2, .name = "server", .run = quiet}, [](int) -> task<std::string> {
        char name[16] = {};
        pthread_getname_np(pthread_self(), name, sizeof name);
        co_return name;
      });
  EXPECT_EQ(names, (std::vector<std::string>{"server-0", "server-1"}));
}

TEST(run_on_each, passes_the_options_of_run_to_every_loop) {
  const auto clocks = run_on_each({.loops = 2, .run = virtual_time}, [](int) -> task<duration> {
    co_await sleep(1h);
    co_return now();
  });
  EXPECT_EQ(clocks, (std::vector<duration>{1h, 1h}));
}

TEST(run_on_each, the_first_failure_cancels_the_others_and_joins_them) {
  std::latch all(3);
  std::atomic<int> unwound = 0;
  struct counts_end {
    std::atomic<int>& ends;
    ~counts_end() { ++ends; }
  };
  EXPECT_THROW(run_on_each({.loops = 3, .run = quiet},
                           [&](int index) -> task<> {
                             const counts_end last(unwound);
                             all.arrive_and_wait();
                             if (index == 1) throw std::domain_error("main 1");
                             co_await sleep(24h);
                           }),
               std::domain_error);
  EXPECT_EQ(unwound.load(), 3);
}

TEST(run_on_each, says_why_to_the_mains_it_cancels) {
  std::latch all(2);
  std::optional<cancel_kind> why;
  struct notes_reason {
    std::optional<cancel_kind>& why;
    ~notes_reason() { why = asked_for(); }
  };
  EXPECT_THROW(run_on_each({.loops = 2, .run = quiet},
                           [&](int index) -> task<> {
                             all.arrive_and_wait();
                             if (index == 0) throw std::domain_error("main 0");
                             const notes_reason last(why);
                             co_await sleep(24h);
                           }),
               std::domain_error);
  EXPECT_EQ(why, cancel_kind::sibling_failed);
}

TEST(run_on_each, several_failures_come_together) {
  std::latch all(2);
  try {
    run_on_each({.loops = 2, .run = quiet}, [&](int) -> task<> {
      all.arrive_and_wait();
      throw std::domain_error("each");
      co_return;
    });
    ADD_FAILURE() << "both failed";
  } catch (const error_group& both) {
    EXPECT_EQ(both.errors().size(), 2U);
  }
}

TEST(run_on_each, a_deadlock_of_one_loop_is_its_failure) {
  EXPECT_THROW(run_on_each({.loops = 2, .run = quiet},
                           [&](int index) -> task<> {
                             gate g;
                             if (index == 0) co_await g.wait();
                             co_await sleep(24h);
                           }),
               deadlock_error);
}

TEST(run_on_each, a_failure_in_making_a_main_is_its_failure) {
  EXPECT_THROW(run_on_each({.loops = 2, .run = quiet},
                           [](int index) -> task<> {
                             if (index == 1) throw std::domain_error("no main");
                             return [](int) -> task<> { co_await sleep(24h); }(index);
                           }),
               std::domain_error);
}

TEST(run_on_each, leftovers_of_each_loop_are_joined) {
  std::atomic<int> unwound = 0;
  struct counts_end {
    std::atomic<int>& ends;
    ~counts_end() { ++ends; }
  };
  run_on_each({.loops = 2, .run = quiet}, [&](int) -> task<> {
    create_task([&]() -> task<> {
      const counts_end last(unwound);
      co_await sleep(24h);
    });
    co_await yield();
  });
  EXPECT_EQ(unwound.load(), 2);
}

TEST(run_on_each, its_loops_can_call_each_other) {
  std::vector<std::optional<loop_ref>> refs(2);
  std::array<gate, 2> served;
  std::latch known(2);
  const auto got = run_on_each({.loops = 2, .run = quiet}, [&](int index) -> task<int> {
    const auto mine = static_cast<std::size_t>(index);
    refs[mine] = this_loop();
    known.arrive_and_wait();
    const auto call = create_task([&]() -> task<int> {
      co_return co_await call_on(*refs[1 - mine], [&served, there = 1 - mine] {
        served[there].open();
        return static_cast<int>(there);
      });
    });
    // A main that ended before the other's call came would refuse it.
    co_await served[mine].wait();
    co_return co_await call;
  });
  refs.clear();
  EXPECT_EQ(got, (std::vector{1, 0}));
}

TEST(run_on_each, a_signal_cancels_the_mains_of_all) {
  std::latch all(2);
  std::atomic<int> unwound = 0;
  struct counts_end {
    std::atomic<int>& ends;
    ~counts_end() { ++ends; }
  };
  const int status = run_on_each({.loops = 2}, [&](int index) -> task<> {
    const counts_end last(unwound);
    all.arrive_and_wait();
    if (index == 0) ::kill(::getpid(), SIGINT);
    co_await sleep(24h);
  });
  EXPECT_EQ(status, 128 + SIGINT);
  EXPECT_EQ(unwound.load(), 2);
}

TEST(run_on_each, a_signal_to_mains_with_a_value_throws) {
  EXPECT_THROW(run_on_each({.loops = 1},
                           [&](int) -> task<int> {
                             ::kill(::getpid(), SIGTERM);
                             co_await sleep(24h);
                             co_return 1;
                           }),
               task_cancelled);
}

TEST(run_on_each, a_second_signal_ends_clean_up_too) {
  const int status = run_on_each({.loops = 1}, [&](int) -> task<> {
    co_await shield([]() -> task<> {
      ::kill(::getpid(), SIGINT);
      // A second that comes before the first was taken would end the process.
      while (asked_for() == cancel_kind::none) co_await yield();
      ::kill(::getpid(), SIGINT);
      co_await sleep(24h);
    }());
  });
  EXPECT_EQ(status, 128 + SIGINT);
}

TEST(run_on_each, refuses_a_negative_number_and_a_running_loop) {
  const auto nothing = [](int) -> task<> { co_return; };
  EXPECT_THROW(run_on_each({.loops = -1}, nothing), std::invalid_argument);
  EXPECT_THROW(run(
                   [&]() -> task<> {
                     run_on_each({.loops = 1}, nothing);
                     co_return;
                   },
                   virtual_time),
               std::logic_error);
}

}  // namespace
}  // namespace eddy
