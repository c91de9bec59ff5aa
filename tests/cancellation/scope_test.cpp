// SPDX-License-Identifier: MIT
// Who is reached by a cancel, and where it ends.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/shield.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/flow/async_generator.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/testing/test.hpp>

namespace eddy::cancellation {
namespace {

using namespace std::chrono_literals;

task<> forever() { co_await sleep(std::chrono::hours::max()); }

task<> set_true(bool& flag) {
  flag = true;
  co_return;
}

EDDY_TEST(cancel, a_spawned_task_that_has_not_started_never_runs) {
  bool ran = false;
  auto handle = create_task(set_true, std::ref(ran));
  handle.cancel();
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_FALSE(ran);
}

EDDY_TEST(cancel, an_unstarted_task_gives_its_arguments_back_before_the_awaiter_resumes) {
  const auto token = std::make_shared<int>(1);
  auto handle = create_task([](std::shared_ptr<int>) -> task<> { co_return; }, token);
  handle.cancel();
  (void)co_await outcome(handle);
  EXPECT_EQ(token.use_count(), 1);
}

EDDY_TEST(cancel, a_task_awaited_with_a_cancel_pending_runs_to_its_first_suspension) {
  bool inner_ran = false;
  bool went_on = false;
  std::optional<task_handle<>> self;
  self = create_task([&]() -> task<> {
    self->cancel();
    co_await set_true(inner_ran);
    went_on = true;
    co_await sleep(1s);
    ADD_FAILURE() << "resumed after a suspension with a cancel pending";
  });
  EXPECT_TRUE((co_await outcome(*self)).is_cancelled());
  EXPECT_TRUE(inner_ran);
  EXPECT_TRUE(went_on);
}

EDDY_TEST(cancel, tasks_gathered_with_a_cancel_pending_never_run) {
  bool ran = false;
  std::optional<task_handle<>> self;
  self = create_task([&]() -> task<> {
    self->cancel();
    co_await gather(set_true(ran), set_true(ran));
    ADD_FAILURE() << "gather went on";
  });
  EXPECT_TRUE((co_await outcome(*self)).is_cancelled());
  EXPECT_FALSE(ran);
}

EDDY_TEST(cancel, children_of_a_group_entered_with_a_cancel_pending_never_run) {
  bool ran = false;
  std::optional<task_handle<>> self;
  self = create_task([&]() -> task<> {
    self->cancel();
    co_await with_task_group([&](task_group& group) -> task<> {
      (void)group.create_task(set_true, std::ref(ran));
      (void)group.create_task(forever);
      co_await sleep(1s);
    });
    ADD_FAILURE() << "the group went on";
  });
  EXPECT_TRUE((co_await outcome(*self)).is_cancelled());
  EXPECT_FALSE(ran);
}

EDDY_TEST(cancel, children_of_a_group_whose_body_never_suspends_feel_a_pending_cancel) {
  std::optional<task_handle<>> self;
  self = create_task([&]() -> task<> {
    self->cancel();
    co_await with_task_group([&](task_group& group) -> task<> {
      (void)group.create_task(forever);
      co_return;
    });
  });
  EXPECT_TRUE((co_await outcome(*self)).is_cancelled());
}

EDDY_TEST(cancel, a_destructor_may_cancel_and_start_tasks_while_its_frame_is_destroyed) {
  bool ran = false;
  struct busy {
    task_group& group;
    bool& ran;
    ~busy() {
      group.cancel();
      (void)group.create_task(set_true, std::ref(ran));
    }
  };
  co_await with_task_group([&](task_group& group) -> task<> {
    (void)group.create_task(
        [](task_group& g, bool& r) -> task<> {
          busy b{g, r};
          co_await sleep(1h);
        },
        std::ref(group), std::ref(ran));
    co_await sleep(1s);
    group.cancel();
  });
  EXPECT_FALSE(ran);
}

EDDY_TEST(cancel, a_group_destroys_a_finished_child_and_its_arguments_before_its_owner_resumes) {
  const auto token = std::make_shared<int>(1);
  co_await with_task_group([&](task_group& group) -> task<> {
    (void)group.create_task(
        [](std::shared_ptr<int> copy) -> task<> {
          co_await sleep(1s);
          EXPECT_GE(copy.use_count(), 2);
        },
        token);
    co_return;
  });
  EXPECT_EQ(token.use_count(), 1);
}

EDDY_TEST(cancel, a_value_that_was_ready_first_is_delivered_and_the_cancel_stays_pending) {
  int delivered = 0;
  event ready;
  auto handle = create_task([&]() -> task<> {
    co_await ready.wait();
    delivered = 1;
    co_await sleep(1s);
    delivered = 2;
  });
  co_await yield();
  ready.set();
  handle.cancel();
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_EQ(delivered, 1);
}

EDDY_TEST(cancel, an_inner_limit_that_expires_under_an_outer_cancel_is_no_timeout_error) {
  // Both fire in the same instant, the inner limit first: it was armed first.
  bool timed_out = false;
  auto handle = create_task([&]() -> task<> {
    try {
      co_await wait_for(forever(), 1s);
    } catch (const timeout_error&) {
      timed_out = true;
    }
  });
  co_await sleep(1s - 1ns);
  handle.cancel();
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_FALSE(timed_out);
}

EDDY_TEST(cancel, an_outer_cancel_that_comes_while_an_inner_limit_unwinds_goes_on_unwinding) {
  struct cancels_outer {
    std::function<void()> cancel;
    ~cancels_outer() { cancel(); }
  };
  bool timed_out = false;
  std::optional<task_handle<>> outer;
  outer = create_task([&]() -> task<> {
    try {
      co_await timeout(1s, [&]() -> task<> {
        cancels_outer guard{[&] { outer->cancel(); }};
        co_await forever();
      });
    } catch (const timeout_error&) {
      timed_out = true;
    }
  });
  EXPECT_TRUE((co_await outcome(*outer)).is_cancelled());
  EXPECT_FALSE(timed_out);
}

EDDY_TEST(cancel, a_limit_of_its_own_ends_at_the_scope_and_leaves_no_cancel_behind) {
  EXPECT_EQ((co_await wait_for_optional(forever(), 1s)), std::nullopt);
  const auto before = loop::current()->now();
  co_await sleep(1s);
  EXPECT_EQ(loop::current()->now() - before, 1s);
}

EDDY_TEST(cancel, a_group_cancelled_by_itself_ends_without_an_error_and_its_owner_goes_on) {
  co_await with_task_group([](task_group& group) -> task<> {
    (void)group.create_task(forever);
    group.cancel();
    co_await forever();
  });
  co_await sleep(1s);
}

/// Two in a row: the one that stops waiting lets the other one through.
class turnstile : public detail::leaf {
 public:
  explicit turnstile(turnstile*& partner) : partner_(partner) {}
  void suspend(detail::frame& owner) noexcept {
    if (park(owner)) partner_ = this;
  }
  void await_resume() const noexcept {}
  void let_through() noexcept { wake(); }

  turnstile* behind = nullptr;

 private:
  void cancel(detail::frame&, bool) noexcept override {
    if (turnstile* next = std::exchange(behind, nullptr)) {
      next->behind = nullptr;
      next->let_through();
    }
    give_up();
  }
  [[nodiscard]] const char* describe() const noexcept override { return "turnstile"; }
  turnstile*& partner_;
};

EDDY_TEST(cancel, an_operation_that_ends_may_wake_another_that_is_being_cancelled_too) {
  turnstile* first = nullptr;
  turnstile* second = nullptr;
  int through = 0;
  const auto pass = [](turnstile*& place, int& count) -> task<> {
    co_await turnstile(place);
    ++count;
    co_await sleep(1s);
    ADD_FAILURE() << "the pending cancel did not fire";
  };
  auto both = create_task(
      [&]() -> task<> { co_await gather(pass(first, through), pass(second, through)); });
  co_await yield();
  co_await yield();
  first->behind = second;
  second->behind = first;
  both.cancel();
  EXPECT_TRUE((co_await outcome(both)).is_cancelled());
  EXPECT_EQ(through, 1);
}

EDDY_TEST(cancel, a_group_whose_body_cannot_be_made_joins_what_it_started) {
  bool child_gone = false;
  bool fail = true;
  const auto body = [&](task_group& group) -> task<> {  // not a coroutine: throws when called
    (void)group.create_task(
        [](bool& gone) -> task<> { co_await finally(forever, [&] { return set_true(gone); }); },
        std::ref(child_gone));
    if (fail) throw std::runtime_error("no body");
    return forever();
  };
  EXPECT_THROW(co_await with_task_group(body), std::runtime_error);
  EXPECT_FALSE(child_gone) << "it was stopped before its first step";
}

EDDY_TEST(cancel, a_task_group_that_has_ended_refuses_new_tasks) {
  task_group* stale = nullptr;
  event ended;
  auto late = create_task([&]() -> task<> {
    co_await ended.wait();
    EXPECT_THROW((void)stale->create_task(forever), std::logic_error);
  });
  struct tells {
    event& e;
    explicit tells(event& target) : e(target) {}
    tells(tells&&) = delete;
    ~tells() { e.set(); }
  };
  co_await yield();
  // The child's last act makes `late` run between the end of the group and its owner's next step.
  co_await with_task_group([&](task_group& group) -> task<> {
    stale = &group;
    (void)group.create_task(
        [](event& e) -> task<> {
          tells on_exit(e);
          co_return;
        },
        std::ref(ended));
    co_return;
  });
  co_await late;
}

EDDY_TEST(cancel, awaiting_a_handle_that_somebody_else_cancelled_is_an_error_for_the_awaiter) {
  auto handle = create_task(forever);
  co_await yield();
  handle.cancel(cancel_kind::user);
  EXPECT_THROW(co_await handle, task_cancelled);
}

EDDY_TEST(cancel,
          awaiting_a_handle_whose_task_was_cancelled_together_with_the_awaiter_is_no_error) {
  bool caught = false;
  event ready;
  auto both = create_task([&]() -> task<> {
    co_await with_task_group([&](task_group& group) -> task<> {
      auto child = group.create_task(forever);
      // Goes on with the cancel pending, and finds that the child has felt it already.
      co_await ready.wait();
      try {
        co_await child;
      } catch (...) {
        caught = true;
        throw;
      }
    });
  });
  co_await yield();
  co_await yield();
  ready.set();
  both.cancel();
  EXPECT_TRUE((co_await outcome(both)).is_cancelled());
  EXPECT_FALSE(caught);
}

EDDY_TEST(cancel, the_wait_for_a_handle_can_be_cancelled_without_touching_its_task) {
  auto worker = create_task([]() -> task<int> {
    co_await sleep(10s);
    co_return 7;
  });
  EXPECT_EQ((co_await wait_for_optional(worker, 1s)), std::nullopt);
  EXPECT_EQ(co_await worker, 7);
}

EDDY_TEST(cancel, race_joins_its_losers_before_it_goes_on) {
  bool loser_gone = false;
  struct tells {
    bool& flag;
    ~tells() { flag = true; }
  };
  const auto winner = co_await race(
      []() -> task<int> {
        co_await sleep(1s);
        co_return 1;
      }(),
      [](bool& flag) -> task<int> {
        tells t{flag};
        co_await forever();
        co_return 2;
      }(loser_gone));
  EXPECT_EQ(winner.index(), 0U);
  EXPECT_TRUE(loser_gone);
}

EDDY_TEST(cancel, waiting_tasks_that_a_cancelled_task_frees_still_run) {
  // The permit comes back from a destructor, in the middle of unwinding.
  event freed;
  struct frees {
    event& e;
    ~frees() { e.set(); }
  };
  bool went_on = false;
  auto waiter = create_task([&]() -> task<> {
    co_await freed.wait();
    went_on = true;
  });
  auto holder = create_task([&]() -> task<> {
    frees f{freed};
    co_await forever();
  });
  co_await yield();
  holder.cancel();
  co_await waiter;
  EXPECT_TRUE(went_on);
}

}  // namespace
}  // namespace eddy::cancellation
