// SPDX-License-Identifier: MIT
// Errors in the flow: repeated, replaced, skipped.
#include <cmath>

#include <eddy/core/error.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/flow/retry.hpp>

#include "stream_support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

struct broken : std::runtime_error {
  broken() : std::runtime_error("broken") {}
};

/// Fails so many times, then gives its argument.
struct flaky {
  int* calls;
  int failures;
  task<int> operator()(int x) {
    co_await sleep(1s);
    if ((*calls)++ < failures) throw broken();
    co_return x;
  }
};

const retry_policy exact{.attempts = 4, .pause = 1s, .factor = 3, .longest = 5s, .jitter = 0};

// retry.

EDDY_TEST(retry, calls_again_after_pauses_that_grow_up_to_the_longest) {
  int calls = 0;
  auto call = retry(flaky{&calls, 3}, exact);
  EXPECT_EQ(co_await call(7), 7);
  EXPECT_EQ(calls, 4);
  EXPECT_EQ(now(), 4 * 1s + (1s + 3s + 5s));
}

EDDY_TEST(retry, throws_what_the_last_attempt_threw) {
  int calls = 0;
  auto call = retry(flaky{&calls, 100}, exact);
  EXPECT_THROW(co_await call(7), broken);
  EXPECT_EQ(calls, 4);
}

EDDY_TEST(retry, without_a_number_of_attempts_goes_on) {
  int calls = 0;
  auto call = retry(flaky{&calls, 50}, {.attempts = 0});
  EXPECT_EQ(co_await call(7), 7);
}

EDDY_TEST(retry, does_not_repeat_what_is_not_worth_it) {
  int calls = 0;
  auto call = retry(flaky{&calls, 100}, {.when = is_error<timeout_error, std::logic_error>});
  EXPECT_THROW(co_await call(7), broken);
  EXPECT_EQ(calls, 1);
  auto again = retry(flaky{&calls, 2}, {.when = is_error<timeout_error, broken>});
  EXPECT_EQ(co_await again(7), 7);
}

EDDY_TEST(retry, leaves_the_part_of_a_pause_to_chance_that_it_was_told_to) {
  for (int i = 0; i < 100; ++i) {
    int calls = 0;
    const duration start = now();
    auto call = retry(flaky{&calls, 1}, {.pause = 10s, .jitter = 0.25});
    co_await call(1);
    const duration paused = now() - start - 2s;
    EXPECT_GE(paused, 7500ms);
    EXPECT_LE(paused, 10s);
  }
}

/// The pauses of a few calls that fail now and then.
std::vector<duration> pauses() {
  std::vector<duration> all;
  run(
      [&]() -> task<> {
        int calls = 0;
        const time_point start = loop::current()->now();
        for (int failures = 1; failures < 5; ++failures) {
          calls = 0;
          auto call = retry(flaky{&calls, failures}, {.attempts = 0, .jitter = 1});
          co_await call(1);
          all.push_back(loop::current()->now() - start);
        }
      },
      {.backend = backend_kind::sim});
  return all;
}

TEST(retry, under_the_virtual_clock_makes_the_same_pauses_in_each_run) {
  EXPECT_EQ(pauses(), pauses());
}

EDDY_TEST(retry, a_pause_of_nothing_stays_one_however_often_it_fails) {
  int calls = 0;
  auto call = retry(flaky{&calls, 2000}, {.attempts = 0, .pause = 0s, .jitter = 0});
  co_await call(1);
  EXPECT_EQ(now(), 2001s);
}

TEST(retry, a_pause_of_any_length_stays_in_range) {
  const retry_policy endless{
      .attempts = 0, .pause = 1s, .longest = duration::max(), .jitter = 1e-30};
  detail::failures so_far;
  duration last{};
  for (int i = 0; i < 2000; ++i) {
    const duration pause = so_far.another(endless, std::make_exception_ptr(broken()));
    EXPECT_GE(pause, last);
    last = pause;
  }
  EXPECT_EQ(last, duration::max());
}

EDDY_TEST(retry, ends_with_a_cancel_in_an_attempt_or_in_a_pause) {
  for (const duration when : {500ms, 1500ms}) {
    int calls = 0;
    auto call = retry(flaky{&calls, 100}, exact);
    const auto running = create_task([&]() -> task<> { co_await call(1); });
    co_await sleep(when);
    running.cancel();
    EXPECT_TRUE((co_await outcome(running)).is_cancelled());
    EXPECT_LE(calls, 1);
  }
}

EDDY_TEST(retry, repeats_the_calls_of_a_stage_one_by_one) {
  int calls = 0;
  auto stream = iota(0, 3) | map_async(retry(flaky{&calls, 2}, exact));
  EXPECT_EQ(co_await (std::move(stream) | collect()), (ints{0, 1, 2}));
  EXPECT_EQ(calls, 5);
}

EDDY_TEST(retry, refuses_a_policy_that_makes_no_sense) {
  const flaky f{nullptr, 0};
  EXPECT_THROW((void)retry(f, {.pause = -1s}), std::invalid_argument);
  EXPECT_THROW((void)retry(f, {.factor = 0.5}), std::invalid_argument);
  EXPECT_THROW((void)retry(f, {.jitter = 1.5}), std::invalid_argument);
  EXPECT_THROW((void)retry(f, {.jitter = std::nan("")}), std::invalid_argument);
  co_return;
}

// restart.

EDDY_TEST(restart, goes_on_with_a_new_stream_and_counts_failures_in_a_row_only) {
  int made = 0;
  const auto make = [&] {
    ++made;
    return failing_after(made % 2);
  };
  auto stream = restart(make, {.attempts = 3, .pause = 1s, .factor = 1, .jitter = 0});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(*co_await stream.next(), 1);
  EXPECT_EQ(made, 9);
  EXPECT_EQ(now(), 8s);
}

EDDY_TEST(restart, gives_up_after_so_many_failures) {
  auto stream = restart([] { return failing_after(0); }, exact);
  EXPECT_THROW(co_await stream.next(), std::runtime_error);
  EXPECT_EQ(co_await stream.next(), nullptr);
  EXPECT_EQ(now(), 1s + 3s + 5s);
}

EDDY_TEST(restart, ends_when_a_stream_ends) {
  auto stream = restart([] { return iota(0, 3); });
  EXPECT_EQ(co_await (std::move(stream) | collect()), (ints{0, 1, 2}));
}

// catch_error.

EDDY_TEST(catch_error, goes_on_with_the_stream_it_is_given) {
  std::string what;
  auto stream = failing_after(2) | catch_error([&](const std::exception& e) {
                  what = e.what();
                  return from({8, 9});
                });
  EXPECT_EQ(co_await (std::move(stream) | collect()), (ints{1, 2, 8, 9}));
  EXPECT_EQ(what, "the source failed");
}

EDDY_TEST(catch_error, lets_other_errors_pass_and_those_of_the_new_stream) {
  const auto again = [](const std::exception&) { return failing_after(1); };
  auto other = failing_after(0) | catch_error<timeout_error>(again);
  EXPECT_THROW(co_await other.next(), std::runtime_error);
  auto twice = failing_after(0) | catch_error<std::runtime_error>(again);
  EXPECT_EQ(co_await twice.next(), 1);
  EXPECT_THROW(co_await twice.next(), std::runtime_error);
}

EDDY_TEST(catch_error, unwinds_with_either_stream) {
  for (const duration when : {500ms, 1500ms}) {
    const auto reader = create_task([]() -> task<> {
      const auto fails_late = []() -> async_generator<int> {
        const counted alive;
        co_await sleep(1s);
        throw broken();
        co_yield 1;
      };
      co_await (fails_late() | catch_error([](const std::exception&) { return slowly(3); }) |
                for_each([](int) {}));
    });
    co_await sleep(when);
    EXPECT_GE(counted::alive, 1);
    reader.cancel();
    EXPECT_TRUE((co_await outcome(reader)).is_cancelled());
    EXPECT_EQ(counted::alive, 0);
  }
}

// skip_errors.

int odd_only(int x) {
  if (x % 2 == 0) throw broken();
  return x;
}

EDDY_TEST(skip_errors, goes_on_with_the_next_item_and_keeps_the_errors) {
  std::vector<std::exception_ptr> errors;
  auto stream = iota(1, 6) | transform(odd_only) | skip_errors(errors);
  EXPECT_EQ(co_await (std::move(stream) | collect()), (ints{1, 3, 5}));
  EXPECT_EQ(errors.size(), 2U);
}

EDDY_TEST(skip_errors, tells_a_function_which_may_throw_on) {
  int count = 0;
  auto stream = iota(1) | transform(odd_only) | skip_errors([&](std::exception_ptr error) {
                  if (++count == 2) std::rethrow_exception(error);
                });
  EXPECT_EQ(co_await stream.next(), 1);
  EXPECT_EQ(co_await stream.next(), 3);
  EXPECT_THROW(co_await stream.next(), broken);
}

EDDY_TEST(skip_errors, of_a_generator_ends_with_it) {
  std::vector<std::exception_ptr> errors;
  EXPECT_EQ(co_await (failing_after(2) | skip_errors(errors) | collect()), (ints{1, 2}));
  EXPECT_EQ(errors.size(), 1U);
}

EDDY_TEST(skip_errors, of_nothing_but_errors_can_be_cancelled) {
  const auto reader = create_task([]() -> task<> {
    co_await (iota(0) | transform([](int) -> int { throw broken(); }) |
              skip_errors([](const std::exception_ptr&) {}) | for_each([](int) {}));
  });
  co_await yield();
  reader.cancel();
  EXPECT_TRUE((co_await outcome(reader)).is_cancelled());
}

/// Throws at every `next()`, without waiting.
struct always_broken {
  [[nodiscard]] detail::ready_next<always_broken> next() const { throw broken(); }
  static std::optional<int> produce() { return std::nullopt; }
};

EDDY_TEST(skip_errors, of_a_source_that_never_waits_can_be_cancelled) {
  int count = 0;
  const auto reader = create_task([&]() -> task<> {
    const counted local;
    co_await (always_broken() | skip_errors([&](const std::exception_ptr&) { ++count; }) |
              for_each([](int) {}));
  });
  co_await yield();
  EXPECT_GT(count, 0);
  reader.cancel();
  EXPECT_TRUE((co_await outcome(reader)).is_cancelled());
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(skip_errors, of_a_generator_that_was_cancelled_ends) {
  std::vector<std::exception_ptr> errors;
  auto source = slowly(3);
  EXPECT_FALSE(co_await wait_for_optional(source.next(), 500ms));
  EXPECT_EQ(co_await (std::move(source) | skip_errors(errors) | collect()), ints{});
  EXPECT_EQ(errors.size(), 1U);
}

}  // namespace
}  // namespace eddy
