// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <stdexcept>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "core/support.hpp"

namespace eddy::testing {

/// What every awaitable must stand: a cancel at each point of a wait's life.
///
/// A case derives from this and shows one kind of wait. `wait()` awaits it, and gives back what it
/// took; it goes on only after `let_go()`, which ends in the step in which what is waited for
/// happens. `at_rest()` holds whenever no wait is under way.
struct checklist_case {
  /// What happens while nobody waits is there for the next who does.
  static constexpr bool remembers = true;
  /// A cancel ends it for good, as it does a generator: to wait again is an error.
  static constexpr bool is_used_up = false;
  [[nodiscard]] bool at_rest() const noexcept { return true; }
};

/// The end of `wait()` in a task of its own: true for a value, false for a cancel.
inline task<bool> ends_with_value(task_handle<> waiting) {
  try {
    co_await waiting;
    co_return true;
  } catch (const task_cancelled&) {
    co_return false;
  }
}

/// Nothing of an earlier wait is left that could keep this one from ending.
template <class Case>
task<> expect_usable(Case& of) {
  EXPECT_TRUE(of.at_rest());
  const auto next = create_task([&of]() -> task<> { co_await of.wait(); });
  if constexpr (Case::is_used_up) {
    EXPECT_THROW(co_await next, std::logic_error);
  } else {
    co_await sleep(1ms);
    EXPECT_FALSE(next.done()) << "it did not wait";
    co_await of.let_go();
    EXPECT_TRUE(co_await ends_with_value(next));
    EXPECT_TRUE(of.at_rest());
  }
}

template <class Case>
task<> cancelled_before_its_task_starts() {
  Case of;
  const auto waiting = create_task([&of]() -> task<> { co_await of.wait(); });
  waiting.cancel();
  EXPECT_FALSE(co_await ends_with_value(waiting));
  if constexpr (!Case::is_used_up) co_await expect_usable(of);
}

template <class Case>
task<> entered_with_a_cancel_pending() {
  Case of;
  std::optional<task_handle<>> self;
  self = create_task([&]() -> task<> {
    self->cancel();
    co_await of.wait();
    ADD_FAILURE() << "it did not wait, or began to in spite of the cancel";
  });
  EXPECT_FALSE(co_await ends_with_value(*self));
  co_await expect_usable(of);
}

template <class Case>
task<> cancelled_while_suspended() {
  Case of;
  const auto waiting = create_task([&of]() -> task<> { co_await of.wait(); });
  co_await sleep(1ms);
  waiting.cancel();
  EXPECT_FALSE(co_await ends_with_value(waiting));
  co_await expect_usable(of);
}

template <class Case>
task<> out_of_time() {
  Case of;
  EXPECT_FALSE(co_await wait_for_optional(of.wait(), 1ms));
  co_await expect_usable(of);
}

template <class Case>
task<> cancelled_while_completing() {
  Case of;
  const auto waiting = create_task([&of]() -> task<> { co_await of.wait(); });
  co_await sleep(1ms);
  co_await of.let_go();
  waiting.cancel();
  EXPECT_TRUE(co_await ends_with_value(waiting)) << "the end of the wait was lost";
  EXPECT_TRUE(of.at_rest());
}

template <class Case>
task<> completing_while_cancelled() {
  Case of;
  const auto waiting = create_task([&of]() -> task<> { co_await of.wait(); });
  co_await sleep(1ms);
  waiting.cancel();
  co_await of.let_go();
  EXPECT_FALSE(co_await ends_with_value(waiting));
  if constexpr (Case::is_used_up) co_return;
  if constexpr (Case::remembers) {
    const auto next = create_task([&of]() -> task<> { co_await of.wait(); });
    co_await sleep(1ms);
    EXPECT_TRUE(next.done()) << "what came was lost with the one that was cancelled";
    if (!next.done()) co_await of.let_go();
    co_await ends_with_value(next);
    EXPECT_TRUE(of.at_rest());
  } else {
    co_await expect_usable(of);
  }
}

}  // namespace eddy::testing

/// The suite `name` over `Cases`, a `::testing::Types`: every point of the list, under shuffled
/// seeds.
// A macro because GoogleTest's typed tests are.
#define EDDY_CANCELLATION_CHECKLIST(name, Cases)                                                 \
  template <class Case>                                                                          \
  class name : public ::testing::Test {};                                                        \
  TYPED_TEST_SUITE(name, Cases, );                                                               \
  TYPED_TEST(name, cancelled_before_its_task_starts_it_takes_nothing) {                          \
    ::eddy::testing::run_shuffled(::eddy::testing::cancelled_before_its_task_starts<TypeParam>); \
  }                                                                                              \
  TYPED_TEST(name, entered_with_a_cancel_pending_it_is_not_begun) {                              \
    ::eddy::testing::run_shuffled(::eddy::testing::entered_with_a_cancel_pending<TypeParam>);    \
  }                                                                                              \
  TYPED_TEST(name, cancelled_while_suspended_it_ends_and_can_be_used_again) {                    \
    ::eddy::testing::run_shuffled(::eddy::testing::cancelled_while_suspended<TypeParam>);        \
  }                                                                                              \
  TYPED_TEST(name, out_of_time_it_ends_and_can_be_used_again) {                                  \
    ::eddy::testing::run_shuffled(::eddy::testing::out_of_time<TypeParam>);                      \
  }                                                                                              \
  TYPED_TEST(name, cancelled_while_completing_it_gives_what_came) {                              \
    ::eddy::testing::run_shuffled(::eddy::testing::cancelled_while_completing<TypeParam>);       \
  }                                                                                              \
  TYPED_TEST(name, completing_while_cancelled_it_leaves_what_came_to_the_next) {                 \
    ::eddy::testing::run_shuffled(::eddy::testing::completing_while_cancelled<TypeParam>);       \
  }
