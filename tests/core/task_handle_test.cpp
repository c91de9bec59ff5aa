// SPDX-License-Identifier: MIT
#include <eddy/core/task_handle.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<int> seven_later() {
  co_await sleep(1s);
  co_return 7;
}

EDDY_TEST(task_handle, gives_the_value_to_several_awaiters_and_more_than_once) {
  const auto handle = create_task(seven_later);
  const auto wait = [&]() -> task<int> { co_return co_await handle; };
  const auto [a, b] = co_await gather(wait(), wait());
  EXPECT_EQ(a, 7);
  EXPECT_EQ(b, 7);
  EXPECT_EQ(co_await handle, 7);
}

EDDY_TEST(task_handle, wakes_its_awaiters_in_the_order_they_came) {
  gate g;
  std::string order;
  const auto handle = create_task([&]() -> task<> { co_await g.wait(); });
  const auto wait = [&](char name) -> task<> {
    co_await handle;
    order += name;
  };
  const auto a = create_task(wait, 'a');
  const auto b = create_task(wait, 'b');
  const auto c = create_task(wait, 'c');
  co_await yield();
  b.cancel();
  co_await yield();
  g.open();
  co_await sleep(1s);
  EXPECT_EQ(order, "ac");
}

EDDY_TEST(task_handle, lends_its_value_and_moves_it_out_only_without_a_name) {
  const auto make = []() -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(3); };
  const auto handle = create_task(make);
  const std::unique_ptr<int>& lent = co_await handle;
  EXPECT_EQ(*lent, 3);
  EXPECT_EQ(handle.result().get(), lent.get());
  const std::unique_ptr<int> own = co_await create_task(make);
  EXPECT_EQ(*own, 3);
}

EDDY_TEST(task_handle, gives_references_through) {
  int target = 1;
  const auto handle = create_task([&]() -> task<int&> { co_return target; });
  EXPECT_EQ(&co_await handle, &target);
  EXPECT_EQ(&handle.result(), &target);
  EXPECT_EQ(&co_await create_task([&]() -> task<int&> { co_return target; }), &target);
}

EDDY_TEST(task_handle, refuses_the_result_of_a_task_that_has_not_ended) {
  const auto handle = create_task(seven_later);
  EXPECT_FALSE(handle.done());
  EXPECT_THROW(handle.result(), std::logic_error);
  co_await sleep(2s);
  EXPECT_TRUE(handle.done());
  EXPECT_EQ(handle.result(), 7);
}

EDDY_TEST(task_handle, knows_its_name) {
  const auto named = create_task({.name = "reader"}, seven_later);
  const auto unnamed = create_task(seven_later);
  EXPECT_EQ(named.name(), "reader");
  EXPECT_EQ(unnamed.name(), "task");
  unnamed.set_name("writer");
  EXPECT_EQ(unnamed.name(), "writer");
  EXPECT_NE(named.id(), unnamed.id());
  co_return;
}

// Cancel.

EDDY_TEST(task_handle, cancelled_before_the_first_step_the_body_never_runs) {
  bool ran = false;
  const auto handle = create_task(
      [&](counted) -> task<> {
        ran = true;
        co_return;
      },
      counted());
  EXPECT_TRUE(handle.cancel());
  co_await sleep(1s);
  EXPECT_TRUE(handle.done());
  EXPECT_FALSE(ran);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(task_handle, cancelled_the_task_is_over_only_when_its_clean_up_is) {
  const auto handle = create_task([]() -> task<> {
    co_await finally([]() -> task<> { co_await sleep(1h); },
                     []() -> task<> { co_await sleep(5s); });
  });
  co_await sleep(1s);
  EXPECT_TRUE(handle.cancel());
  EXPECT_TRUE(handle.cancel());  // asking again changes nothing
  EXPECT_THROW(co_await handle, task_cancelled);
  EXPECT_EQ(now(), 6s);
}

EDDY_TEST(task_handle, cancel_of_a_task_that_has_ended_says_so_and_does_nothing) {
  const auto handle = create_task(seven_later);
  co_await handle;
  EXPECT_FALSE(handle.cancel());
  EXPECT_EQ(handle.result(), 7);
}

EDDY_TEST(task_handle, cancel_in_the_step_that_ends_the_wait_loses_no_value) {
  gate g;
  int seen = 0;
  const auto handle = create_task([&]() -> task<int> {
    co_await g.wait();
    seen = 1;
    co_return 5;
  });
  co_await yield();
  g.open();
  handle.cancel();
  EXPECT_EQ(co_await handle, 5);
  EXPECT_EQ(seen, 1);
}

EDDY_TEST(task_handle, cancelled_by_somebody_else_it_throws_who_and_why) {
  const auto handle = create_task({.name = "victim"}, seven_later);
  const auto line = std::source_location::current().line() + 1;
  handle.cancel(cancel_kind::user);
  try {
    co_await handle;
    ADD_FAILURE() << "nothing was thrown";
  } catch (const task_cancelled& e) {
    EXPECT_EQ(e.reason().kind, cancel_kind::user);
    EXPECT_EQ(e.reason().where.line(), line);
    EXPECT_EQ(e.reason().asked_by, 1U);
    EXPECT_NE(std::string(e.what()).find("victim#2"), std::string::npos) << e.what();
  }
  EXPECT_THROW(handle.result(), task_cancelled);
}

EDDY_TEST(task_handle, a_task_that_cancels_itself_ends_at_its_next_suspension) {
  std::optional<task_handle<>> self;
  bool went_on = false;
  bool ended_early = true;
  self = create_task([&]() -> task<> {
    self->cancel();
    went_on = true;
    co_await yield();
    ended_early = false;
  });
  EXPECT_THROW(co_await *self, task_cancelled);
  EXPECT_TRUE(went_on);
  EXPECT_TRUE(ended_early);
}

EDDY_TEST(task_handle, a_task_that_awaits_itself_gets_an_error) {
  std::optional<task_handle<>> self;
  std::string error;
  self = create_task({.name = "snake"}, [&]() -> task<> {
    try {
      co_await *self;
    } catch (const std::logic_error& e) {
      error = e.what();
    }
  });
  co_await *self;
  EXPECT_NE(error.find("snake#2 awaits itself"), std::string::npos) << error;
}

// The awaiter is cancelled.

EDDY_TEST(task_handle, a_cancelled_awaiter_leaves_the_task_running) {
  const auto handle = create_task(seven_later);
  EXPECT_FALSE(co_await wait_for_optional(handle, 100ms));
  EXPECT_FALSE(handle.done());
  EXPECT_EQ(co_await handle, 7);
}

EDDY_TEST(task_handle, whose_awaiter_was_cancelled_reports_the_error_it_ends_with_later) {
  ::testing::internal::CaptureStderr();
  co_await wait_for_optional(create_task({.name = "saving"},
                                         []() -> task<> {
                                           co_await sleep(2s);
                                           throw std::runtime_error("disk full");
                                         }),
                             1s);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  ::testing::internal::CaptureStderr();
  co_await sleep(2s);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "eddy: task saving#2 failed and nobody awaited it: disk full\n");
}

EDDY_TEST(task_handle, an_awaiter_cancelled_in_the_step_the_task_ends_still_gets_the_value) {
  gate g;
  const auto handle = create_task([&]() -> task<int> {
    co_await g.wait();
    co_return 4;
  });
  int got = 0;
  const auto waiter = create_task([&]() -> task<> { got = co_await handle; });
  co_await yield();
  g.open();
  co_await yield();  // handle ends and wakes the waiter, which stands behind us in the queue
  EXPECT_TRUE(handle.done());
  waiter.cancel();
  co_await yield();
  EXPECT_EQ(got, 4);
}

TEST(task_handle, may_outlive_the_loop) {
  std::optional<task_handle<std::string>> ended;
  std::optional<task_handle<>> cut_short;
  run(
      [&]() -> task<> {
        ended = create_task([]() -> task<std::string> { co_return std::string(100, 'x'); });
        cut_short = create_task([]() -> task<> { co_await sleep(1h); });
        co_await yield();
      },
      virtual_time);
  EXPECT_EQ(ended->result(), std::string(100, 'x'));
  EXPECT_FALSE(ended->cancel());
  EXPECT_TRUE(cut_short->done());
  EXPECT_FALSE(cut_short->cancel());
  EXPECT_THROW(cut_short->result(), task_cancelled);
}

EDDY_TEST(task_handle, may_be_dropped_by_the_task_it_refers_to) {
  auto slot = std::make_shared<std::optional<task_handle<>>>();
  *slot = create_task(
      [](std::shared_ptr<std::optional<task_handle<>>> mine, counted) -> task<> {
        mine->reset();
        co_await sleep(1s);
      },
      slot, counted());
  co_await sleep(2s);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(task_handle, that_the_argument_of_its_own_task_holds_ends_the_cycle_with_the_task) {
  struct box {
    std::optional<task_handle<>> handle;
    counted mark;
  };
  {
    auto shared = std::make_shared<box>();
    shared->handle =
        create_task([](std::shared_ptr<box>) -> task<> { co_await sleep(1s); }, shared);
  }
  co_await sleep(2s);
  EXPECT_EQ(counted::alive, 0);
}

}  // namespace
}  // namespace eddy
