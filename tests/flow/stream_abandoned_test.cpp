// SPDX-License-Identifier: MIT
// Generators that are dropped half-way: who runs their clean-up, when, and who hears of it.
#include <functional>
#include <string>
#include <utility>

#include <eddy/core/finally.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/introspect.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/post_to.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>

#include "stream_support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

std::string log;

task<> note_after(duration pause, std::string text) {
  log += text + "{";
  co_await sleep(pause);
  log += "}";
}

/// 1, 2, … with a local and clean-up that takes a second.
async_generator<int> numbers(std::string name) {
  const counted local;
  co_await defer(note_after, 1s, name);
  for (int i = 1;; ++i) co_yield i;
}

async_generator<int> passed_on(async_generator<int> source, std::string name) {
  const counted local;
  co_await defer(note_after, 1s, name);
  while (const int* x = co_await source.next()) co_yield *x;
}

task<> break_off(async_generator<int> source) {
  while (const int* x = co_await source.next()) {
    if (*x == 2) break;
  }
  log += "x";
}

EDDY_TEST(stream_abandoned, what_its_task_was_called_with_outlives_the_clean_up) {
  log.clear();
  const std::string long_text = "a text too long for the small buffer of a string";
  co_await create_task([text = long_text]() -> task<> {
    auto source = [](const std::string* lent) -> async_generator<int> {
      co_await defer([lent]() -> task<> {
        co_await sleep(1s);
        log = *lent;
      });
      co_yield 1;
    }(&text);
    (void)co_await source.next();
  });
  EXPECT_EQ(log, long_text);
}

async_generator<int> closes_another_at_its_end() {
  co_await defer([]() -> task<> {
    auto inner = numbers("inner");
    (void)co_await inner.next();
    co_await inner.close();
  });
  for (int i = 1;; ++i) co_yield i;
}

EDDY_TEST(stream_abandoned, clean_up_that_closes_a_generator_when_its_task_ends_lets_it_end) {
  co_await create_task([]() -> task<> {
    {
      auto source = closes_another_at_its_end();
      (void)co_await source.next();
    }
    co_await sleep(500ms);
  });
  EXPECT_EQ(now(), 1s);
}

EDDY_TEST(stream_abandoned, the_task_tree_shows_clean_up_whose_task_has_ended) {
  const auto dropper = create_task(break_off, numbers("a"));
  co_await sleep(500ms);
  EXPECT_NE(task_tree(*loop::current()).find("note_after"), std::string::npos);
  co_await dropper;
}

EDDY_TEST(stream_abandoned, a_call_on_a_loop_ends_after_what_it_dropped) {
  log.clear();
  co_await call_on(this_loop(), [] { return break_off(numbers("a")); });
  EXPECT_EQ(log, "xa{}");
}

EDDY_TEST(stream_abandoned, clean_up_is_over_before_the_task_that_dropped_it) {
  log.clear();
  co_await create_task([]() -> task<> {
    auto source = numbers("a");
    co_await source.next();
    log += "x";
  });
  EXPECT_EQ(log, "xa{}");
  EXPECT_EQ(now(), 1s);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(stream_abandoned, clean_up_begins_when_the_task_next_suspends_and_not_at_its_end) {
  log.clear();
  co_await create_task([]() -> task<> {
    co_await break_off(numbers("a"));
    EXPECT_EQ(counted::alive, 0) << "the frame itself goes at once";
    EXPECT_EQ(log, "x");
    co_await sleep(5s);
    EXPECT_EQ(log, "xa{}");
  });
  EXPECT_EQ(now(), 5s);
}

EDDY_TEST(stream_abandoned, a_task_holds_no_more_clean_up_than_is_still_running) {
  log.clear();
  const long before = detail::live_frames();
  for (int i = 0; i < 100; ++i) {
    co_await break_off(numbers("a"));
    co_await sleep(2s);
    EXPECT_EQ(detail::live_frames(), before);
  }
}

EDDY_TEST(stream_abandoned, a_chain_is_cleaned_up_downstream_first_one_after_the_other) {
  log.clear();
  co_await create_task([]() -> task<> {
    auto chain = passed_on(passed_on(numbers("a"), "b"), "c");
    co_await chain.next();
  });
  EXPECT_EQ(log, "c{}b{}a{}");
  EXPECT_EQ(now(), 3s);
}

EDDY_TEST(stream_abandoned, a_generator_in_the_arguments_of_a_task_is_adopted_by_it) {
  log.clear();
  const auto handle = create_task(break_off, numbers("a"));
  co_await handle;
  EXPECT_EQ(log, "xa{}");
}

EDDY_TEST(stream_abandoned, a_generator_in_the_callable_of_a_task_is_adopted_by_it) {
  log.clear();
  const auto handle = create_task([source = numbers("a")]() mutable -> task<> {
    co_await source.next();
    log += "x";
  });
  co_await handle;
  EXPECT_EQ(log, "xa{}");
}

EDDY_TEST(stream_abandoned, an_exception_in_the_consumer_waits_for_the_clean_up) {
  log.clear();
  const auto handle = create_task([]() -> task<> {
    auto source = numbers("a");
    co_await source.next();
    throw std::runtime_error("consumer");
  });
  EXPECT_THROW(co_await handle, std::runtime_error);
  EXPECT_EQ(log, "a{}");
}

EDDY_TEST(stream_abandoned, a_task_that_still_cleans_up_is_not_done) {
  const auto handle = create_task(break_off, numbers("a"));
  co_await sleep(500ms);
  EXPECT_FALSE(handle.done());
  EXPECT_THROW(handle.result(), std::logic_error);
  co_await sleep(1s);
  EXPECT_TRUE(handle.done());
}

EDDY_TEST(stream_abandoned, a_cancel_drops_it_and_does_not_reach_its_clean_up) {
  log.clear();
  const auto handle = create_task([]() -> task<> {
    auto source = numbers("a");
    co_await source.next();
    co_await sleep(1h);
  });
  co_await yield();
  handle.cancel();
  co_await sleep(500ms);
  EXPECT_EQ(log, "a{");
  handle.cancel();
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_EQ(log, "a{}");
  EXPECT_EQ(now(), 1s);
}

EDDY_TEST(stream_abandoned, a_cancel_inside_next_runs_the_clean_up_before_it_goes_on_upwards) {
  log.clear();
  const auto waits = []() -> async_generator<int> {
    co_await defer(note_after, 1s, "a");
    co_await sleep(1h);
    co_yield 1;
  };
  EXPECT_FALSE(co_await wait_for_optional(
      [&]() -> task<> {
        co_await defer(note_after, 1s, "b");
        auto source = waits();
        co_await source.next();
      }(),
      1s));
  EXPECT_EQ(log, "a{}b{}");
  EXPECT_EQ(now(), 3s);
}

EDDY_TEST(stream_abandoned, one_that_ran_to_its_end_cleans_up_before_null_is_given) {
  log.clear();
  const auto make = []() -> async_generator<int> {
    co_await defer(note_after, 1s, "a");
    co_yield 1;
    log += "e";
  };
  auto source = make();
  co_await source.next();
  EXPECT_EQ(co_await source.next(), nullptr);
  EXPECT_EQ(log, "ea{}");
}

EDDY_TEST(stream_abandoned, one_that_never_ran_has_nothing_to_clean_up) {
  log.clear();
  co_await create_task([]() -> task<> {
    auto source = numbers("a");
    co_return;
  });
  EXPECT_EQ(log, "");
  EXPECT_EQ(now(), 0s);
}

EDDY_TEST(stream_abandoned, clean_up_past_its_grace_time_is_cancelled_hard) {
  const auto stuck = []() -> async_generator<int> {
    co_await defer([]() -> task<> { co_await sleep(std::chrono::hours::max()); });
    co_yield 1;
  };
  ::testing::internal::CaptureStderr();
  co_await create_task([&]() -> task<> {
    auto source = stuck();
    co_await source.next();
  });
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("grace time"), std::string::npos);
  EXPECT_EQ(now(), 30s);
}

EDDY_TEST(stream_abandoned, clean_up_that_throws_is_reported_and_the_others_run) {
  log.clear();
  const auto make = []() -> async_generator<int> {
    co_await defer(note_after, 1s, "a");
    co_await defer([]() -> task<> {
      co_await yield();
      throw std::runtime_error("broken clean-up");
    });
    co_yield 1;
  };
  ::testing::internal::CaptureStderr();
  const int value = co_await create_task([&]() -> task<int> {
    auto source = make();
    co_return *co_await source.next();
  });
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("broken clean-up"), std::string::npos);
  EXPECT_EQ(value, 1);
  EXPECT_EQ(log, "a{}");
}

EDDY_TEST(stream_abandoned, siblings_wait_for_what_each_of_them_adopted) {
  log.clear();
  co_await gather(break_off(numbers("a")), break_off(numbers("b")));
  EXPECT_EQ(now(), 0s) << "the arguments of a gather belong to who awaits it";
  const auto inside = [](std::string name) -> task<int> {
    auto source = numbers(name);
    co_return *co_await source.next();
  };
  log.clear();
  co_await gather(inside("c"), inside("d"));
  EXPECT_GE(now(), 1s);
  EXPECT_NE(log.find("c{"), std::string::npos);
  EXPECT_NE(log.find("d{"), std::string::npos);
}

EDDY_TEST(stream_abandoned, a_race_is_over_when_the_losers_clean_up_is) {
  log.clear();
  const auto loses = []() -> task<> {
    auto source = numbers("a");
    co_await source.next();
    co_await sleep(1h);
  };
  co_await race(loses(), sleep(1s));
  EXPECT_EQ(log, "a{}");
  EXPECT_EQ(now(), 2s);
}

EDDY_TEST(stream_abandoned, a_group_waits_for_what_a_failed_child_adopted) {
  log.clear();
  const auto fails = []() -> task<> {
    auto source = numbers("a");
    co_await source.next();
    throw std::runtime_error("child");
  };
  EXPECT_THROW(co_await with_task_group([&](task_group& group) -> task<> {
                 group.create_task(fails);
                 co_await sleep(1h);
               }),
               std::runtime_error);
  EXPECT_EQ(log, "a{}");
}

TEST(stream_abandoned, main_waits_for_what_it_adopted) {
  log.clear();
  eddy::run([]() -> task<> { co_await break_off(numbers("a")); }, virtual_time);
  EXPECT_EQ(log, "xa{}");
}

TEST(stream_abandoned, clean_up_that_outlives_its_loop_is_reported_and_does_not_run) {
  log.clear();
  std::optional<async_generator<int>> source(numbers("a"));
  eddy::run([&]() -> task<> { co_await source->next(); }, virtual_time);
  ::testing::internal::CaptureStderr();
  source.reset();
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("loop has ended"), std::string::npos);
  EXPECT_EQ(log, "");
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(stream_abandoned, what_no_task_drops_gets_a_task_of_its_own) {
  log.clear();
  struct drops final : detail::timer {
    explicit drops(async_generator<int> g) : source(std::move(g)) {}
    void fire() noexcept override { source.reset(); }
    std::optional<async_generator<int>> source;
  };
  auto source = numbers("a");
  co_await source.next();
  drops later(std::move(source));
  loop::current()->arm(later, loop::current()->now() + 1s);
  co_await sleep(3s);
  EXPECT_EQ(log, "a{}");
}

EDDY_TEST(stream_abandoned, clean_up_may_itself_drop_a_generator) {
  log.clear();
  const auto make = []() -> async_generator<int> {
    co_await defer([]() -> task<> { co_await break_off(numbers("b")); });
    co_yield 1;
  };
  co_await create_task([&]() -> task<> {
    auto source = make();
    co_await source.next();
  });
  EXPECT_EQ(log, "xb{}");
}

// Nesting.

async_generator<int> wrapped(async_generator<int> source) {
  while (const int* x = co_await source.next()) co_yield *x;
}

EDDY_TEST(stream_abandoned, twenty_thousand_nested_generators_go_without_running_out_of_stack) {
  log.clear();
  co_await create_task([]() -> task<> {
    auto chain = numbers("a");
    for (int i = 0; i < 20'000; ++i) chain = wrapped(std::move(chain));
    EXPECT_EQ(*co_await chain.next(), 1);
  });
  EXPECT_EQ(log, "a{}");
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(stream_abandoned, nested_generators_go_in_the_order_of_nested_objects) {
  std::vector<std::string> order;
  const auto inner = [&]() -> async_generator<int> {
    const logs_end local{order, "inner"};
    co_yield 1;
  };
  const auto outer = [&]() -> async_generator<int> {
    const logs_end first{order, "before it"};
    auto source = inner();
    const logs_end second{order, "after it"};
    co_await source.next();
    co_yield 1;
  };
  {
    auto chain = outer();
    co_await chain.next();
  }
  EXPECT_EQ(order, (std::vector<std::string>{"after it", "inner", "before it"}));
}

EDDY_TEST(stream_abandoned, moving_one_onto_itself_changes_nothing) {
  auto source = numbers("a");
  co_await source.next();
  auto& same = source;
  source = std::move(same);
  EXPECT_EQ(*co_await source.next(), 2);
  co_await source.close();
}

EDDY_TEST(stream_abandoned, moving_another_over_one_drops_it) {
  log.clear();
  co_await create_task([]() -> task<> {
    auto source = numbers("a");
    co_await source.next();
    source = numbers("b");
    co_await yield();
    EXPECT_EQ(*co_await source.next(), 1);
    co_await source.close();
  });
  EXPECT_EQ(log, "a{b{}}");
}

// close().

EDDY_TEST(generator_close, ends_it_at_once_with_its_clean_up) {
  log.clear();
  auto source = numbers("a");
  co_await source.next();
  co_await source.close();
  EXPECT_EQ(log, "a{}");
  EXPECT_EQ(now(), 1s);
  EXPECT_EQ(counted::alive, 0);
  EXPECT_EQ(co_await source.next(), nullptr);
  co_await source.close();
  EXPECT_EQ(now(), 1s) << "again: nothing to do";
}

EDDY_TEST(generator_close, waits_for_the_whole_chain) {
  log.clear();
  auto chain = passed_on(passed_on(numbers("a"), "b"), "c");
  co_await chain.next();
  co_await chain.close();
  EXPECT_EQ(log, "c{}b{}a{}");
}

EDDY_TEST(generator_close, does_not_wait_for_what_was_dropped_before) {
  log.clear();
  co_await create_task([]() -> task<> {
    const auto slow = []() -> async_generator<int> {
      co_await defer(note_after, 10s, "s");
      co_yield 1;
    };
    auto source = slow();
    co_await source.next();
    source = numbers("a");
    co_await yield();
    co_await source.next();
    co_await source.close();
    EXPECT_EQ(now(), 1s);
    EXPECT_EQ(log, "s{a{}");
  });
  EXPECT_EQ(log, "s{a{}}");
}

EDDY_TEST(generator_close, rethrows_what_the_clean_up_threw) {
  const auto make = []() -> async_generator<int> {
    co_await defer([]() -> task<> {
      co_await yield();
      throw std::runtime_error("clean-up");
    });
    co_yield 1;
  };
  auto source = make();
  co_await source.next();
  EXPECT_THROW(co_await source.close(), std::runtime_error);
  EXPECT_EQ(co_await source.next(), nullptr);
}

EDDY_TEST(generator_close, of_one_that_never_ran_or_has_ended_does_nothing) {
  auto source = numbers("a");
  co_await source.close();
  EXPECT_EQ(co_await source.next(), nullptr);
  auto ended = []() -> async_generator<int> { co_yield 1; }();
  while (co_await ended.next()) {
  }
  co_await ended.close();
  EXPECT_EQ(now(), 0s);
}

EDDY_TEST(generator_close, is_out_of_reach_of_a_cancel_which_then_takes_effect) {
  log.clear();
  auto source = numbers("a");
  const auto handle = create_task([&]() -> task<> {
    co_await source.next();
    co_await source.close();
    log += ".";
    co_await sleep(1s);
    log += "!";
  });
  co_await sleep(500ms);
  handle.cancel();
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_EQ(log, "a{}.");
}

EDDY_TEST(generator_close, with_a_cancel_pending_still_cleans_up) {
  log.clear();
  gate g;
  auto source = numbers("a");
  const auto handle = create_task([&]() -> task<> {
    co_await source.next();
    co_await g.wait();
    co_await source.close();
    co_await yield();
    log += "!";
  });
  co_await yield();
  g.open();
  handle.cancel();
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_EQ(log, "a{}");
}

EDDY_TEST(generator_close, while_a_next_is_under_way_is_an_error) {
  auto source = slowly(3);
  const auto reader = create_task([&]() -> task<> { co_await source.next(); });
  co_await yield();
  EXPECT_THROW((void)source.close(), std::logic_error);
  co_await reader;
}

EDDY_TEST(generator_close, past_the_grace_time_ends_by_a_hard_cancel) {
  const auto stuck = []() -> async_generator<int> {
    co_await defer([]() -> task<> { co_await sleep(std::chrono::hours::max()); });
    co_yield 1;
  };
  auto source = stuck();
  co_await source.next();
  ::testing::internal::CaptureStderr();
  co_await source.close();
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("grace time"), std::string::npos);
  EXPECT_EQ(now(), 30s);
}

/// Waits for ever, and fails when it is cleaned up.
async_generator<int> broken_clean_up() {
  co_await defer([]() -> task<> {
    co_await sleep(1s);
    throw std::runtime_error("broken clean-up");
  });
  co_await sleep(1h);
  co_yield 1;
}

template <class Stream>
task<> expect_that_close_tells(Stream stream) {
  EXPECT_FALSE(co_await wait_for_optional(stream.next(), 1s));
  EXPECT_THROW(co_await stream.close(), std::runtime_error);
}

EDDY_TEST(stream_abandoned, clean_up_that_fails_in_a_task_of_a_stage_is_told_by_close) {
  const auto wait = [](int) -> task<int> {
    auto source = broken_clean_up();
    co_return *co_await source.next();
  };
  co_await expect_that_close_tells(broken_clean_up() | buffered(1));
  co_await expect_that_close_tells(broken_clean_up() | batch({.items = 2}));
  co_await expect_that_close_tells(broken_clean_up() | map_async(wait));
  co_await expect_that_close_tells(iota(1) | map_async(wait, {.concurrency = 1}));
}

EDDY_TEST(stream_abandoned, clean_up_that_fails_in_a_task_of_a_dropped_stage_is_reported) {
  ::testing::internal::CaptureStderr();
  co_await create_task([]() -> task<> {
    auto stream = merge(broken_clean_up(), iota(1));
    co_await stream.next();
  });
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("broken clean-up"), std::string::npos);
}

}  // namespace
}  // namespace eddy
