// SPDX-License-Identifier: MIT
#include <eddy/core/finally.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<> hold_for(duration span) {
  const counted local;
  co_await sleep(span);
}

task<> fail(std::string why) {
  co_await sleep(1s);
  throw std::runtime_error(why);
}

EDDY_TEST(finally, gives_the_value_of_its_body_after_the_clean_up) {
  std::optional<exit_status> end;
  const int got = co_await finally(
      []() -> task<int> {
        co_await sleep(1s);
        co_return 3;
      },
      [&](exit_status how) -> task<> {
        co_await sleep(1s);
        end = how;
      });
  EXPECT_EQ(got, 3);
  EXPECT_EQ(end, exit_status::ok);
  EXPECT_EQ(now(), 2s);
}

EDDY_TEST(finally, cleans_up_after_an_error_and_rethrows_it) {
  std::optional<exit_status> end;
  EXPECT_THROW(co_await finally([] { return fail("body"); },
                                [&](exit_status how) -> task<> {
                                  end = how;
                                  co_return;
                                }),
               std::runtime_error);
  EXPECT_EQ(end, exit_status::error);
}

EDDY_TEST(finally, cleans_up_after_a_cancel_once_the_body_is_gone) {
  std::optional<exit_status> end;
  const auto owner = create_task([&]() -> task<> {
    co_await finally([] { return hold_for(1h); },
                     [&](exit_status how) -> task<> {
                       EXPECT_EQ(counted::alive, 0);
                       co_await sleep(2s);
                       end = how;
                     });
  });
  co_await sleep(1s);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_EQ(end, exit_status::cancelled);
  EXPECT_EQ(now(), 3s);
}

EDDY_TEST(finally, cleans_up_though_making_the_body_failed) {
  bool cleaned = false;
  const auto body = []() -> task<> { throw std::runtime_error("no body"); };
  EXPECT_THROW(co_await finally(body,
                                [&]() -> task<> {
                                  co_await sleep(1s);
                                  cleaned = true;
                                }),
               std::runtime_error);
  EXPECT_TRUE(cleaned);
}

EDDY_TEST(finally, an_error_of_the_clean_up_takes_the_place_of_the_bodys) {
  std::string error;
  try {
    co_await finally([] { return fail("body"); }, [] { return fail("clean-up"); });
  } catch (const std::runtime_error& e) {
    error = e.what();
  }
  EXPECT_EQ(error, "clean-up");
}

EDDY_TEST(finally, a_throw_while_making_the_clean_up_counts_as_its_error) {
  const auto no_clean_up = []() -> task<> { throw std::domain_error("no clean-up"); };
  EXPECT_THROW(co_await finally([] { return hold_for(1s); }, no_clean_up), std::domain_error);
}

EDDY_TEST(finally, an_error_of_the_clean_up_takes_the_place_of_the_cancel_which_stays_pending) {
  bool caught = false;
  bool went_on = false;
  const auto owner = create_task([&]() -> task<> {
    try {
      co_await finally([] { return hold_for(1h); }, [] { return fail("clean-up"); });
    } catch (const std::runtime_error&) {
      caught = true;
    }
    co_await yield();
    went_on = true;
  });
  co_await sleep(1s);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_TRUE(caught);
  EXPECT_FALSE(went_on);
}

EDDY_TEST(finally, a_cancel_during_the_clean_up_waits_for_its_end_and_keeps_the_value) {
  int got = 0;
  const auto owner = create_task([&]() -> task<> {
    got = co_await finally([]() -> task<int> { co_return 4; }, [] { return hold_for(5s); });
  });
  co_await sleep(1s);
  owner.cancel();
  co_await sleep(5s);
  EXPECT_EQ(got, 4);
}

EDDY_TEST(finally, a_second_cancel_does_not_cut_the_clean_up_short) {
  bool cleaned = false;
  const auto owner = create_task([&]() -> task<> {
    co_await finally([] { return hold_for(1h); },
                     [&]() -> task<> {
                       co_await sleep(5s);
                       cleaned = true;
                     });
  });
  co_await sleep(1s);
  owner.cancel();
  co_await sleep(1s);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_TRUE(cleaned);
}

EDDY_TEST(finally, clean_up_that_outlasts_the_grace_time_is_cancelled_hard_and_reported) {
  ::testing::internal::CaptureStderr();
  const auto owner = create_task({.name = "slow"}, []() -> task<> {
    co_await finally([] { return hold_for(1h); }, [] { return hold_for(1h); });
  });
  co_await sleep(1s);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_EQ(now(), 31s);
  EXPECT_EQ(counted::alive, 0);
  EXPECT_NE(
      ::testing::internal::GetCapturedStderr().find("slow#2 did not end within its grace time"),
      std::string::npos);
}

EDDY_TEST(finally, a_body_keeps_its_value_when_its_clean_up_is_cancelled_hard) {
  ::testing::internal::CaptureStderr();
  const int got = co_await finally([]() -> task<int> { co_return 4; }, [] { return hold_for(1h); });
  EXPECT_EQ(got, 4);
  EXPECT_NE(::testing::internal::GetCapturedStderr(), "");
}

EDDY_TEST(finally, entered_with_a_cancel_pending_starts_the_body_and_cleans_up) {
  gate g;
  std::vector<std::string> log;
  const auto owner = create_task([&]() -> task<> {
    co_await g.wait();
    co_await finally(
        [&]() -> task<> {
          log.push_back("body");
          co_await yield();
          log.push_back("body went on");
        },
        [&]() -> task<> {
          co_await sleep(1s);
          log.push_back("clean-up");
        });
  });
  co_await yield();
  g.open();
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_EQ(log, (std::vector<std::string>{"body", "clean-up"}));
}

EDDY_TEST(finally, nested_cleans_up_inside_out) {
  std::vector<std::string> log;
  const auto note = [&](std::string what) -> task<> {
    co_await sleep(1s);
    log.push_back(what);
  };
  const auto nested = [&]() -> task<> {
    co_await finally(
        [&]() -> task<> {
          co_await finally([] { return hold_for(1h); }, [&] { return note("inner"); });
        },
        [&] { return note("outer"); });
  };
  EXPECT_FALSE(co_await wait_for_optional(nested(), 1s));
  EXPECT_EQ(log, (std::vector<std::string>{"inner", "outer"}));
}

EDDY_TEST(finally, may_be_used_inside_clean_up) {
  bool innermost = false;
  const auto nested = [&]() -> task<> {
    co_await finally([] { return hold_for(1h); },
                     [&]() -> task<> {
                       co_await finally([] { return hold_for(1s); },
                                        [&]() -> task<> {
                                          innermost = true;
                                          co_return;
                                        });
                     });
  };
  EXPECT_FALSE(co_await wait_for_optional(nested(), 1s));
  EXPECT_TRUE(innermost);
}

}  // namespace
}  // namespace eddy
