// SPDX-License-Identifier: MIT
// Clean-up: what runs it, what holds a cancel back from it, what ends it.
#include <chrono>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/shield.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/core/with.hpp>
#include <eddy/testing/test.hpp>

#include "hard_cancel.hpp"

namespace eddy::cancellation {
namespace {

using namespace std::chrono_literals;

task<> forever() { co_await sleep(std::chrono::hours::max()); }

/// Writes a letter when it begins, waits, and writes the next one when it is through.
task<> slow(std::string& log, char begun) {
  log += begun;
  co_await sleep(1s);
  log += static_cast<char>(begun + 1);
}

EDDY_TEST(cleanup, finally_runs_on_all_three_ways_out_and_hears_which) {
  std::string log;
  const auto note = [&](exit_status end) -> task<> {
    log += end == exit_status::ok ? 'o' : end == exit_status::error ? 'e' : 'c';
    co_return;
  };
  co_await finally([]() -> task<> { co_return; }, note);
  EXPECT_THROW(co_await finally(
                   []() -> task<> {
                     co_await yield();
                     throw std::runtime_error("body");
                   },
                   note),
               std::runtime_error);
  (void)co_await wait_for_optional([&]() -> task<> { co_await finally(forever, note); }(), 1s);
  EXPECT_EQ(log, "oec");
}

EDDY_TEST(cleanup, a_cancel_does_not_reach_clean_up_that_has_begun) {
  std::string log;
  auto handle =
      create_task([&]() -> task<> { co_await finally(forever, [&] { return slow(log, 'a'); }); });
  co_await yield();
  handle.cancel();
  co_await sleep(500ms);
  handle.cancel();
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_EQ(log, "ab");
}

EDDY_TEST(cleanup, a_hard_cancel_reaches_the_clean_up_of_finally) {
  std::string log;
  auto handle =
      create_task([&]() -> task<> { co_await finally(forever, [&] { return slow(log, 'a'); }); });
  co_await yield();
  handle.cancel();
  co_await sleep(500ms);
  cancel_hard(handle);
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_EQ(log, "a");
}

EDDY_TEST(cleanup, a_hard_cancel_reaches_deferred_clean_up_whose_frame_is_gone) {
  std::string log;
  auto handle = create_task([&]() -> task<> {
    co_await defer([&] { return slow(log, 'a'); });
    co_await forever();
  });
  co_await yield();
  handle.cancel();
  co_await sleep(500ms);
  cancel_hard(handle);
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_EQ(log, "a");
}

EDDY_TEST(cleanup, a_hard_cancel_reaches_deferred_clean_up_of_a_frame_that_finished) {
  std::string log;
  auto handle = create_task([&]() -> task<> { co_await defer([&] { return slow(log, 'a'); }); });
  co_await sleep(500ms);
  cancel_hard(handle);
  (void)co_await outcome(handle);
  EXPECT_EQ(log, "a");
}

EDDY_TEST(cleanup, a_hard_cancel_reaches_every_deferred_clean_up_that_is_still_to_come) {
  std::string log;
  auto handle = create_task([&]() -> task<> {
    co_await [&]() -> task<> {
      co_await defer([&] { return slow(log, 'c'); });
      co_await defer([&] { return slow(log, 'a'); });
      co_await forever();
    }();
  });
  co_await yield();
  handle.cancel();
  co_await sleep(500ms);
  cancel_hard(handle);
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_EQ(log, "ac") << "each still begins, and none outlives its first suspension";
}

EDDY_TEST(cleanup, a_hard_cancel_reaches_deferred_clean_up_still_to_come_of_a_frame_that_finished) {
  std::string log;
  auto handle = create_task([&]() -> task<> {
    co_await defer([&] { return slow(log, 'c'); });
    co_await defer([&] { return slow(log, 'a'); });
  });
  co_await sleep(500ms);
  cancel_hard(handle);
  (void)co_await outcome(handle);
  EXPECT_EQ(log, "ac");
}

EDDY_TEST(cleanup, a_hard_cancel_passes_a_shield) {
  std::string log;
  auto handle = create_task([&]() -> task<> { co_await shield(slow(log, 'a')); });
  co_await sleep(500ms);
  handle.cancel();
  co_await yield();
  EXPECT_FALSE(handle.done());
  cancel_hard(handle);
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_EQ(log, "a");
}

EDDY_TEST(cleanup, a_shield_gives_its_value_and_the_cancel_fires_at_the_next_suspension) {
  std::string log;
  auto handle = create_task([&]() -> task<> {
    co_await shield(slow(log, 'a'));
    log += '.';
    co_await sleep(1s);
    log += '!';
  });
  co_await sleep(500ms);
  handle.cancel();
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_EQ(log, "ab.");
}

EDDY_TEST(cleanup, clean_up_that_throws_replaces_the_cancel_which_stays_pending) {
  std::string log;
  auto handle = create_task([&]() -> task<> {
    try {
      co_await finally(forever, []() -> task<> {
        co_await sleep(1s);
        throw std::runtime_error("clean-up");
      });
    } catch (const std::runtime_error& e) {
      log += e.what();
    }
    co_await sleep(1s);
    log += '!';
  });
  co_await yield();
  handle.cancel();
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_EQ(log, "clean-up");
}

EDDY_TEST(cleanup, a_clean_up_that_cannot_be_made_counts_as_one_that_threw) {
  std::string log;
  auto handle = create_task([&]() -> task<> {
    try {
      co_await finally(forever, [](exit_status end) -> task<> {
        if (end == exit_status::cancelled) throw std::bad_alloc();
        return forever();
      });
    } catch (const std::bad_alloc&) {
      log += 'b';
    }
    co_await sleep(1s);
    log += '!';
  });
  co_await yield();
  handle.cancel();
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_EQ(log, "b");
}

EDDY_TEST(cleanup,
          a_deferred_clean_up_that_cannot_be_made_replaces_the_cancel_and_the_older_ones_run) {
  std::string log;
  auto handle = create_task([&]() -> task<> {
    try {
      co_await [&]() -> task<> {
        co_await defer([&] { return slow(log, 'a'); });
        co_await defer([&log]() -> task<> {
          if (log.empty()) throw std::bad_alloc();
          return forever();
        });
        co_await forever();
      }();
    } catch (const std::bad_alloc&) {
      log += '.';
    }
    co_await sleep(1s);
    log += '!';
  });
  co_await yield();
  handle.cancel();
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_EQ(log, "ab.");
}

EDDY_TEST(cleanup, a_body_that_cannot_be_made_is_cleaned_up_all_the_same) {
  bool cleaned = false;
  const auto body = [&]() -> task<> {
    if (!cleaned) throw std::bad_alloc();
    return forever();
  };
  EXPECT_THROW(co_await finally(body,
                                [&](exit_status end) -> task<> {
                                  cleaned = end == exit_status::error;
                                  co_return;
                                }),
               std::bad_alloc);
  EXPECT_TRUE(cleaned);
}

EDDY_TEST(cleanup, deferred_clean_up_runs_last_first_after_the_locals) {
  std::string log;
  struct local {
    std::string& log;
    ~local() { log += 'l'; }
  };
  const auto add = [&](char letter) -> task<> {
    co_await yield();
    log += letter;
  };
  co_await [&]() -> task<> {
    local in_the_frame{log};
    co_await defer(add, '1');
    co_await defer(add, '2');
    log += 'b';
  }();
  EXPECT_EQ(log, "bl21");
}

EDDY_TEST(cleanup, deferred_arguments_die_before_the_function_that_deferred_them_is_over) {
  std::string log;
  struct argument {
    std::string* log;
    explicit argument(std::string* l) : log(l) {}
    argument(argument&& other) noexcept : log(std::exchange(other.log, nullptr)) {}
    ~argument() {
      if (log != nullptr) *log += 'a';
    }
  };
  struct callable {  // owned by the task's control block, which goes when the task does
    std::string* log;
    explicit callable(std::string* l) : log(l) {}
    callable(callable&& other) noexcept : log(std::exchange(other.log, nullptr)) {}
    ~callable() {
      if (log != nullptr) *log += 'f';
    }
    task<> operator()() {
      co_await defer([](const argument&) -> task<> { co_return; }, argument(log));
      co_await forever();
    }
  };
  auto handle = create_task(callable(&log));
  co_await yield();
  handle.cancel();
  (void)co_await outcome(handle);
  EXPECT_EQ(log, "af");
}

EDDY_TEST(cleanup, clean_up_past_its_grace_time_is_cancelled_hard) {
  auto handle = create_task([]() -> task<> { co_await finally(forever, forever); });
  co_await yield();
  handle.cancel();
  const auto before = loop::current()->now();
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_EQ(loop::current()->now() - before, 30s);
}

EDDY_TEST(cleanup, clean_up_entered_under_a_hard_cancel_begins_and_ends_at_its_first_suspension) {
  std::string log;
  auto handle =
      create_task([&]() -> task<> { co_await finally(forever, [&] { return slow(log, 'a'); }); });
  co_await yield();
  cancel_hard(handle);
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_EQ(log, "a");
}

EDDY_TEST(cleanup, a_body_that_finished_keeps_its_value_when_the_cancel_comes_during_clean_up) {
  std::string log;
  auto handle = create_task([&]() -> task<int> {
    const int value =
        co_await finally([]() -> task<int> { co_return 7; }, [&] { return slow(log, 'a'); });
    log += '.';
    co_return value;
  });
  co_await sleep(500ms);
  handle.cancel();
  EXPECT_EQ(co_await handle, 7);
  EXPECT_EQ(log, "ab.");
}

struct connection {
  std::string* log;
  task<> close(exit_status) { return slow(*log, 'y'); }
};

EDDY_TEST(cleanup, a_resource_whose_opening_could_not_be_cancelled_is_closed) {
  std::string log;
  auto handle = create_task([&]() -> task<> {
    const auto open = [](std::string& l) -> task<connection> {
      co_await shield(sleep(1s));
      co_return connection{&l};
    };
    co_await with(open(log), [&](connection&) -> task<> {
      log += 'u';
      co_await forever();
    });
  });
  co_await sleep(500ms);
  handle.cancel();
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_EQ(log, "uyz") << "the body begins and is unwound at its first suspension";
}

EDDY_TEST(cleanup, a_limit_counts_what_clean_up_throws_as_the_error) {
  EXPECT_THROW(co_await wait_for(
                   []() -> task<> {
                     co_await defer([]() -> task<> {
                       co_await yield();
                       throw std::runtime_error("clean-up");
                     });
                     co_await forever();
                   }(),
                   1s),
               std::runtime_error);
}

}  // namespace
}  // namespace eddy::cancellation
