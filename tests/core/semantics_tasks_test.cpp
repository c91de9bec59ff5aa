// SPDX-License-Identifier: MIT
// What holds of tasks, their handles and their cancels in whatever order ready tasks run.
#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/shield.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "chance.hpp"
#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<std::string> end_of(task_handle<int> handle, duration asked_after) {
  co_await sleep(asked_after);
  std::string ends;
  for (int times = 0; times < 2; ++times) {
    try {
      ends += std::to_string(co_await handle);
    } catch (const task_cancelled&) {
      ends += "cancelled";
    } catch (const std::runtime_error& e) {
      ends += e.what();
    }
  }
  co_return ends;
}

task<int> seven_after_a_second() {
  co_await sleep(1s);
  co_return 7;
}

task<int> fails_after_a_second() {
  co_await sleep(1s);
  throw std::runtime_error("failed");
}

EDDY_SHUFFLED_TEST(semantics, a_task_awaited_twice_and_from_several_waiters_gives_each_its_end) {
  chance random(seed());
  const auto value = create_task(seven_after_a_second);
  const auto error = create_task(fails_after_a_second);
  const auto stopped = create_task(seven_after_a_second);
  const auto expect = [&](const task_handle<int>& of, std::string end) -> task<> {
    std::vector<task_handle<std::string>> waiters;
    for (int i = 0; i < 8; ++i) {  // some come before the end, some at that instant, some later
      waiters.push_back(create_task(end_of, of, random.below(5) * 500ms));
    }
    for (const auto& each : waiters) EXPECT_EQ(co_await each, end + end);
  };
  const auto values = create_task(expect, value, "7");
  const auto errors = create_task(expect, error, "failed");
  const auto cancels = create_task(expect, stopped, "cancelled");
  co_await sleep(999ms);
  EXPECT_TRUE(stopped.cancel());
  co_await values;
  co_await errors;
  co_await cancels;
}

EDDY_SHUFFLED_TEST(semantics, a_task_awaiting_itself_is_an_error_wherever_in_it_that_is) {
  std::optional<task_handle<>> self;
  int errors = 0;
  const auto wait = [&]() -> task<> { co_await *self; };
  self = create_task([&]() -> task<> {
    const auto expect_error = [&](auto&& work) -> task<> {
      try {
        co_await work();
      } catch (const std::logic_error&) {
        ++errors;
      }
    };
    co_await expect_error(wait);
    co_await expect_error([&] { return wait_for(wait(), 1s); });
    co_await expect_error([&] { return wait_for(*self, 1s); });
    co_await expect_error([&] { return shield(*self); });
  });
  co_await *self;
  EXPECT_EQ(errors, 4);
  EXPECT_EQ(now(), 0s);
}

EDDY_SHUFFLED_TEST(semantics, cancel_before_the_first_step_never_runs_the_body) {
  chance random(seed());
  bool ran = false;
  std::vector<task_handle<>> tasks;
  for (int i = 0; i < 5; ++i) {
    tasks.push_back(create_task(
        [&](counted) -> task<> {
          ran = true;
          co_await sleep(1s);
        },
        counted()));
  }
  random.shuffle(tasks);
  for (const auto& each : tasks) EXPECT_TRUE(each.cancel());
  for (const auto& each : tasks) EXPECT_THROW(co_await each, task_cancelled);
  EXPECT_FALSE(ran);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_SHUFFLED_TEST(semantics, cancel_of_a_running_task_takes_effect_at_its_next_suspension) {
  chance random(seed());
  std::optional<task_handle<>> self;
  const int steps = 3 + static_cast<int>(random.below(5));
  const int cancelled_in = static_cast<int>(random.below(3));
  int begun = 0;
  int ended = 0;
  self = create_task([&]() -> task<> {
    for (int i = 0; i < steps; ++i) {
      ++begun;
      if (i == cancelled_in) EXPECT_TRUE(self->cancel());
      const counted to_the_end;
      const auto ready = [](int x) -> task<int> { co_return x; };
      ended += co_await ready(1);  // suspends nowhere
      if (random.one_in(2)) {
        co_await yield();
      } else {
        co_await sleep(1s);
      }
    }
  });
  EXPECT_THROW(co_await *self, task_cancelled);
  EXPECT_EQ(begun, cancelled_in + 1);
  EXPECT_EQ(ended, cancelled_in + 1);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_SHUFFLED_TEST(semantics, cancel_of_a_finished_task_is_a_no_op_that_says_so) {
  const auto value = create_task(seven_after_a_second);
  const auto error = create_task(fails_after_a_second);
  const auto stopped = create_task(seven_after_a_second);
  EXPECT_TRUE(stopped.cancel(cancel_kind::shutdown));
  co_await sleep(2s);
  for (const auto& each : {value, error, stopped}) {
    EXPECT_FALSE(each.cancel(cancel_kind::user));
    EXPECT_TRUE(each.done());
  }
  EXPECT_EQ(co_await value, 7);
  EXPECT_THROW(co_await error, std::runtime_error);
  try {
    co_await stopped;
  } catch (const task_cancelled& why) {
    EXPECT_EQ(why.reason().kind, cancel_kind::shutdown);
  }
}

/// Gives numbers to whoever waits, in the order they came; one that nobody took is still there.
class handing_out {
 public:
  class taking final : public detail::leaf {
   public:
    explicit taking(handing_out& from) noexcept : from_(from) {}
    void suspend(detail::frame& owner) {
      if (park(owner)) from_.waiters_.push_back(this);
    }
    int await_resume() const noexcept { return got_; }

   private:
    friend class handing_out;
    void cancel(detail::frame&, bool) noexcept override {
      std::erase(from_.waiters_, this);
      give_up();
    }
    [[nodiscard]] const char* describe() const noexcept override { return "a number"; }
    handing_out& from_;
    int got_ = 0;
  };

  [[nodiscard]] taking take() noexcept { return taking(*this); }
  /// False: nobody waits.
  bool give(int number) {
    if (waiters_.empty()) return false;
    taking& oldest = *waiters_.front();
    waiters_.erase(waiters_.begin());
    oldest.got_ = number;
    oldest.wake();
    return true;
  }

 private:
  std::vector<taking*> waiters_;
};

EDDY_SHUFFLED_TEST(semantics, completion_racing_a_timeout_or_a_cancel_never_loses_the_value) {
  chance random(seed());
  handing_out numbers;
  int given = 0;
  std::vector<int> got;
  const auto note = [&](int number) { got.push_back(number); };
  const auto plain = [&]() -> task<> { note(co_await numbers.take()); };
  const auto limited = [&](int ms) -> task<> {
    if (const auto x = co_await wait_for_optional(numbers.take(), ms * 1ms)) note(*x);
  };
  const auto limited_task = [&](int ms) -> task<> {
    const auto take = [&]() -> task<int> { co_return co_await numbers.take(); };
    try {
      note(co_await wait_for(take(), ms * 1ms));
    } catch (const timeout_error&) {
    }
  };
  const auto nested = [&](int outer, int inner) -> task<> {
    try {
      (void)co_await wait_for_optional(timeout(inner * 1ms, plain), outer * 1ms);
    } catch (const timeout_error&) {
    }
  };
  // Everything happens at one of few instants, so that much of it happens at the same.
  const auto soon = [&] { return static_cast<int>(random.below(4)); };
  std::vector<task_handle<>> takers;
  for (int i = 0; i < 30; ++i) {
    switch (random.below(4)) {
      case 0:
        takers.push_back(create_task(plain));
        break;
      case 1:
        takers.push_back(create_task(limited, soon()));
        break;
      case 2:
        takers.push_back(create_task(limited_task, soon()));
        break;
      default:
        takers.push_back(create_task(nested, soon(), soon()));
    }
  }
  const auto giver = create_task([&]() -> task<> {
    for (int i = 0; i < 15; ++i) {
      co_await sleep(soon() * 1ms);
      if (numbers.give(given + 1)) ++given;
      if (random.one_in(2)) takers[random.below(takers.size())].cancel();
    }
  });
  const auto canceller = create_task([&]() -> task<> {
    for (int i = 0; i < 15; ++i) {
      co_await sleep(soon() * 1ms);
      takers[random.below(takers.size())].cancel();
    }
  });
  co_await giver;
  co_await canceller;
  for (const auto& each : takers) each.cancel();
  co_await sleep(1s);
  std::ranges::sort(got);
  EXPECT_EQ(static_cast<int>(got.size()), given);
  EXPECT_TRUE(std::ranges::adjacent_find(got) == got.end());
  if (seed() == 1) EXPECT_GT(given, 3) << "nothing raced";
}

}  // namespace
}  // namespace eddy
