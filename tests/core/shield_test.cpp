// SPDX-License-Identifier: MIT
#include <eddy/core/shield.hpp>

#include <stdexcept>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

EDDY_TEST(shield, gives_value_and_error_through) {
  EXPECT_EQ(co_await shield(after(1s, 2)), 2);
  const auto fails = []() -> task<> {
    throw std::runtime_error("x");
    co_return;
  };
  EXPECT_THROW(co_await shield(fails()), std::runtime_error);
}

EDDY_TEST(shield, holds_a_cancel_back_until_the_next_suspension_after_it) {
  int got = 0;
  bool went_on = false;
  const auto owner = create_task([&]() -> task<> {
    got = co_await shield(after(2s, 3));
    co_await sleep(1s);
    went_on = true;
  });
  co_await sleep(1s);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_EQ(now(), 2s);
  EXPECT_EQ(got, 3);
  EXPECT_FALSE(went_on);
}

EDDY_TEST(shield, holds_back_a_cancel_that_was_pending_before) {
  gate g;
  int got = 0;
  const auto owner = create_task([&]() -> task<> {
    co_await g.wait();
    got = co_await shield(after(2s, 3));
  });
  co_await yield();
  g.open();
  owner.cancel();
  co_await owner;  // nothing suspended after the shield, so the task ended by itself
  EXPECT_EQ(got, 3);
}

EDDY_TEST(shield, leaves_a_time_limit_inside_at_work) {
  EXPECT_THROW(co_await shield(wait_for(after(1h, 1), 1s)), timeout_error);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(shield, lets_an_operation_be_shielded) {
  bool went_on = false;
  const auto owner = create_task([&]() -> task<> {
    co_await shield(sleep(2s));
    went_on = true;
  });
  co_await sleep(1s);
  owner.cancel();
  co_await owner;
  EXPECT_TRUE(went_on);
}

TEST(shield, gives_way_to_the_hard_cancel_that_ends_the_grace_time) {
  ::testing::internal::CaptureStderr();
  bool went_on = false;
  auto options = virtual_time;
  options.grace = 10s;
  run(
      [&]() -> task<> {
        (void)create_task([&]() -> task<> {
          co_await shield(after(1h, 1));
          went_on = true;
        });
        co_await yield();
      },
      options);
  EXPECT_NE(::testing::internal::GetCapturedStderr(), "");
  EXPECT_FALSE(went_on);
  EXPECT_EQ(counted::alive, 0);
}

}  // namespace
}  // namespace eddy
