// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "core/support.hpp"

// What every awaitable must stand: a cancel at each point of a wait's life. Include this in one
// source of a test program and instantiate the suite `checklist` with its waits.

namespace eddy::testing {

/// One kind of wait.
struct checklist_case {
  checklist_case() = default;
  checklist_case(const checklist_case&) = delete;
  checklist_case& operator=(const checklist_case&) = delete;
  virtual ~checklist_case() = default;

  /// Waits until `let_go()`, and gives back what it took.
  virtual task<> wait() = 0;
  /// Lets it go on, and ends in the step in which it becomes ready.
  virtual task<> let_go() = 0;
  /// Holds whenever no wait is under way.
  [[nodiscard]] virtual bool at_rest() const noexcept { return true; }
  /// What happens while nobody waits is there for the next who does.
  [[nodiscard]] virtual bool remembers() const noexcept { return true; }
  /// A cancel ends it for good, as it does a generator: to wait again is an error.
  [[nodiscard]] virtual bool is_used_up() const noexcept { return false; }

  [[nodiscard]] task_handle<> start() {
    return create_task([this] { return wait(); });
  }
};

struct checked_wait {
  std::string name;
  std::unique_ptr<checklist_case> (*make)();
};

template <class Case>
checked_wait checked(std::string name) {
  return {std::move(name),
          []() -> std::unique_ptr<checklist_case> { return std::make_unique<Case>(); }};
}

/// True if it ended by a value, false if it was cancelled.
inline task<bool> ends_with_value(task_handle<> waiting) {
  try {
    co_await waiting;
    co_return true;
  } catch (const task_cancelled&) {
    co_return false;
  }
}

/// Nothing of an earlier wait is left that could keep this one from ending.
inline task<> expect_usable(checklist_case& of) {
  EXPECT_TRUE(of.at_rest());
  const auto next = of.start();
  co_await sleep(1ms);
  EXPECT_FALSE(next.done()) << "it did not wait";
  co_await of.let_go();
  EXPECT_TRUE(co_await ends_with_value(next));
  EXPECT_TRUE(of.at_rest());
}

inline task<> expect_usable_unless_used_up(checklist_case& of) {
  if (of.is_used_up()) {
    EXPECT_THROW(co_await of.start(), std::logic_error);
  } else {
    co_await expect_usable(of);
  }
}

class checklist : public ::testing::TestWithParam<checked_wait> {
 protected:
  static void run(task<> (*body)()) {
    make = GetParam().make;
    run_shuffled(body);
  }
  static inline std::unique_ptr<checklist_case> (*make)() = nullptr;
};

inline std::string checked_name(const ::testing::TestParamInfo<checked_wait>& info) {
  return info.param.name;
}

TEST_P(checklist, cancelled_before_its_task_starts_it_takes_nothing) {
  run([]() -> task<> {
    const auto of = make();
    const auto waiting = of->start();
    waiting.cancel();
    EXPECT_FALSE(co_await ends_with_value(waiting));
    co_await expect_usable(*of);
  });
}

TEST_P(checklist, entered_with_a_cancel_pending_it_is_not_begun) {
  run([]() -> task<> {
    const auto of = make();
    std::optional<task_handle<>> self;
    self = create_task([&]() -> task<> {
      self->cancel();
      co_await of->wait();
      ADD_FAILURE() << "it did not wait, or began to in spite of the cancel";
    });
    EXPECT_FALSE(co_await ends_with_value(*self));
    co_await expect_usable_unless_used_up(*of);
  });
}

TEST_P(checklist, cancelled_while_suspended_it_ends_and_can_be_used_again) {
  run([]() -> task<> {
    const auto of = make();
    const auto waiting = of->start();
    co_await sleep(1ms);
    waiting.cancel();
    EXPECT_FALSE(co_await ends_with_value(waiting));
    co_await expect_usable_unless_used_up(*of);
  });
}

TEST_P(checklist, out_of_time_it_ends_and_can_be_used_again) {
  run([]() -> task<> {
    const auto of = make();
    EXPECT_FALSE(co_await wait_for_optional(of->wait(), 1ms));
    co_await expect_usable_unless_used_up(*of);
  });
}

TEST_P(checklist, cancelled_while_completing_it_gives_what_came) {
  run([]() -> task<> {
    const auto of = make();
    const auto waiting = of->start();
    co_await sleep(1ms);
    co_await of->let_go();
    waiting.cancel();
    EXPECT_TRUE(co_await ends_with_value(waiting)) << "the end of the wait was lost";
    EXPECT_TRUE(of->at_rest());
  });
}

TEST_P(checklist, completing_while_cancelled_it_leaves_what_came_to_the_next) {
  run([]() -> task<> {
    const auto of = make();
    const auto waiting = of->start();
    co_await sleep(1ms);
    waiting.cancel();
    co_await of->let_go();
    EXPECT_FALSE(co_await ends_with_value(waiting));
    if (!of->remembers() || of->is_used_up()) {
      co_await expect_usable_unless_used_up(*of);
    } else {
      const auto next = of->start();
      co_await sleep(1ms);
      EXPECT_TRUE(next.done()) << "what came was lost with the one that was cancelled";
      if (!next.done()) co_await of->let_go();
      co_await ends_with_value(next);
      EXPECT_TRUE(of->at_rest());
    }
  });
}

}  // namespace eddy::testing
