// SPDX-License-Identifier: MIT
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;
using strings = std::vector<std::string>;

task<> note(strings& log, std::string what) {
  co_await sleep(1s);
  log.push_back(what);
}

task<> fail(std::string why) {
  co_await sleep(1s);
  throw std::runtime_error(why);
}

task<int> use(strings& log, duration span) {
  const logs_end local{log, "local"};
  co_await defer(note, std::ref(log), "first");
  co_await defer(note, std::ref(log), "second");
  co_await sleep(span);
  log.push_back("body");
  co_return 5;
}

EDDY_TEST(defer, runs_after_the_locals_last_first_and_before_the_caller_goes_on) {
  strings log;
  EXPECT_EQ(co_await use(log, 1s), 5);
  EXPECT_EQ(log, (strings{"body", "local", "second", "first"}));
  EXPECT_EQ(now(), 3s);
}

EDDY_TEST(defer, runs_on_cancel) {
  strings log;
  EXPECT_EQ(co_await wait_for_optional(use(log, 1h), 1s), std::nullopt);
  EXPECT_EQ(log, (strings{"local", "second", "first"}));
  EXPECT_EQ(now(), 3s);
}

EDDY_TEST(defer, runs_on_error) {
  strings log;
  const auto fails = [&]() -> task<> {
    co_await defer(note, std::ref(log), "cleaned");
    co_await fail("body");
  };
  EXPECT_THROW(co_await fails(), std::runtime_error);
  EXPECT_EQ(log, strings{"cleaned"});
}

EDDY_TEST(defer, runs_not_at_all_when_it_was_not_reached) {
  strings log;
  const auto work = [&]() -> task<> {
    co_await sleep(1h);
    co_await defer(note, std::ref(log), "cleaned");
  };
  EXPECT_FALSE(co_await wait_for_optional(work(), 1s));
  EXPECT_EQ(log, strings{});
}

EDDY_TEST(defer, is_registered_though_a_cancel_is_pending) {
  strings log;
  gate g;
  const auto owner = create_task([&]() -> task<> {
    co_await g.wait();
    co_await defer(note, std::ref(log), "cleaned");
    co_await yield();
    log.push_back("went on");
  });
  co_await yield();
  g.open();
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_EQ(log, strings{"cleaned"});
}

EDDY_TEST(defer, takes_its_arguments_by_value) {
  strings log;
  const auto work = [&]() -> task<> {
    std::string text = "kept";
    co_await defer(note, std::ref(log), text);
    text = "changed";
  };
  co_await work();
  EXPECT_EQ(log, strings{"kept"});
}

EDDY_TEST(defer, takes_arguments_that_can_only_be_moved) {
  int got = 0;
  const auto unbox = [&](std::unique_ptr<int> box) -> task<> {
    got = *box;
    co_return;
  };
  const auto work = [&]() -> task<> { co_await defer(unbox, std::make_unique<int>(3)); };
  co_await work();
  EXPECT_EQ(got, 3);
}

EDDY_TEST(defer, an_error_takes_the_place_of_the_value_and_the_others_still_run) {
  strings log;
  const auto work = [&]() -> task<int> {
    co_await defer(note, std::ref(log), "older");
    co_await defer(fail, "clean-up");
    co_return 1;
  };
  EXPECT_THROW(co_await work(), std::runtime_error);
  EXPECT_EQ(log, strings{"older"});
}

EDDY_TEST(defer, of_two_errors_the_last_one_wins) {
  std::string error;
  const auto work = [&]() -> task<int> {
    co_await defer(fail, "runs last");
    co_await defer(fail, "runs first");
    co_return 1;
  };
  try {
    co_await work();
  } catch (const std::runtime_error& e) {
    error = e.what();
  }
  EXPECT_EQ(error, "runs last");
}

EDDY_TEST(defer, an_error_takes_the_place_of_a_cancel_which_stays_pending) {
  bool caught = false;
  bool went_on = false;
  const auto careless = []() -> task<> {
    co_await defer(fail, "clean-up");
    co_await sleep(1h);
  };
  const auto owner = create_task([&]() -> task<> {
    try {
      co_await careless();
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

EDDY_TEST(defer, a_throw_while_making_the_clean_up_counts_as_its_error) {
  const auto no_clean_up = []() -> task<> { throw std::domain_error("no clean-up"); };
  const auto work = [&]() -> task<> { co_await defer(no_clean_up); };
  EXPECT_THROW(co_await work(), std::domain_error);
  const auto cancelled = [&]() -> task<> {
    co_await defer(no_clean_up);
    co_await sleep(1h);
  };
  EXPECT_THROW(co_await wait_for(cancelled(), 1s), std::domain_error);
}

EDDY_TEST(defer, in_the_outermost_coroutine_runs_before_the_handle_is_done) {
  strings log;
  const auto owner = create_task([&]() -> task<> { co_await use(log, 1h); });
  const auto direct = create_task(use, std::ref(log), 1h);
  co_await sleep(1s);
  owner.cancel();
  direct.cancel();
  co_await sleep(1s);
  EXPECT_FALSE(owner.done());
  EXPECT_FALSE(direct.done());
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_THROW(co_await direct, task_cancelled);
  EXPECT_EQ(log.size(), 6U);
}

EDDY_TEST(defer, is_out_of_reach_of_a_second_cancel) {
  strings log;
  const auto owner = create_task(use, std::ref(log), 1h);
  co_await sleep(1s);
  owner.cancel();
  co_await sleep(500ms);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_EQ(log, (strings{"local", "second", "first"}));
}

EDDY_TEST(defer, each_has_the_grace_time_and_then_is_cancelled_hard_and_reported) {
  ::testing::internal::CaptureStderr();
  strings log;
  const auto endless = []() -> task<> {
    const counted local;
    co_await sleep(1h);
  };
  const auto work = [&]() -> task<int> {
    co_await defer(note, std::ref(log), "older");
    co_await defer(endless);
    co_return 2;
  };
  EXPECT_EQ(co_await work(), 2);
  EXPECT_EQ(now(), 31s);
  EXPECT_EQ(log, strings{"older"});
  EXPECT_EQ(counted::alive, 0);
  EXPECT_NE(::testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace eddy
