// SPDX-License-Identifier: MIT
#include <eddy/core/outcome.hpp>

#include <memory>
#include <stdexcept>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<int> fail() {
  throw std::runtime_error("failed");
  co_return 0;
}

EDDY_TEST(outcome, holds_a_value) {
  auto got = co_await outcome(after(1s, 3));
  static_assert(std::is_same_v<decltype(got), outcome<int>>);
  EXPECT_TRUE(got);
  EXPECT_TRUE(got.has_value());
  EXPECT_EQ(got.value(), 3);
  EXPECT_EQ(got.error(), nullptr);
}

EDDY_TEST(outcome, holds_an_exception) {
  auto got = co_await outcome(fail());
  EXPECT_FALSE(got);
  EXPECT_TRUE(got.has_error());
  EXPECT_NE(got.error(), nullptr);
  EXPECT_THROW(got.value(), std::runtime_error);
}

EDDY_TEST(outcome, holds_the_cancel_of_a_handle) {
  const auto handle = create_task(after, 1h, 1);
  handle.cancel(cancel_kind::user);
  auto got = co_await outcome(handle);
  EXPECT_TRUE(got.is_cancelled());
  EXPECT_FALSE(got.has_error());
  EXPECT_EQ(got.reason().kind, cancel_kind::user);
  EXPECT_THROW(got.value(), task_cancelled);
}

EDDY_TEST(outcome, of_void_holds_a_monostate) {
  auto got = co_await outcome(sleep(1s));
  EXPECT_EQ(got.value(), std::monostate());
}

EDDY_TEST(outcome, gives_away_values_that_can_only_be_moved) {
  auto got = co_await outcome(
      []() -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(4); }());
  const std::unique_ptr<int> own = std::move(got).value();
  EXPECT_EQ(*own, 4);
}

EDDY_TEST(outcome, of_a_time_limit_holds_its_error) {
  auto got = co_await outcome(wait_for(after(1h, 1), 1s));
  EXPECT_THROW(got.value(), timeout_error);
}

EDDY_TEST(outcome, lets_a_gather_end_with_failures_among_values) {
  auto [good, bad] = co_await gather(outcome(after(1s, 1)), outcome(fail()));
  EXPECT_EQ(good.value(), 1);
  EXPECT_TRUE(bad.has_error());
}

EDDY_TEST(outcome, does_not_stop_a_cancel_of_the_caller) {
  bool went_on = false;
  const auto owner = create_task([&]() -> task<> {
    (void)co_await outcome(after(1h, 1));
    went_on = true;
  });
  co_await sleep(1s);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_FALSE(went_on);
}

}  // namespace
}  // namespace eddy
