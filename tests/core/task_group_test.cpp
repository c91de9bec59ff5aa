// SPDX-License-Identifier: MIT
#include <eddy/core/task_group.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <eddy/core/finally.hpp>
#include <eddy/core/shield.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<> fail_after(duration span, std::string why) {
  co_await sleep(span);
  throw std::runtime_error(why);
}

task<> hold_for(duration span) {
  const counted local;
  co_await sleep(span);
}

EDDY_TEST(task_group, gives_the_value_of_its_body_after_all_have_ended) {
  const int value = co_await with_task_group([](task_group& group) -> task<int> {
    (void)group.create_task(hold_for, 2s);
    co_await sleep(1s);
    co_return 3;
  });
  EXPECT_EQ(value, 3);
  EXPECT_EQ(now(), 2s);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(task_group, gives_values_that_can_only_be_moved) {
  const auto box = co_await with_task_group(
      [](task_group&) -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(6); });
  EXPECT_EQ(*box, 6);
}

EDDY_TEST(task_group, destroys_frame_and_arguments_of_a_child_before_the_owner_goes_on) {
  co_await with_task_group([](task_group& group) -> task<> {
    (void)group.create_task([](counted) -> task<> { co_await yield(); }, counted());
    co_return;
  });
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(task_group, handles_outlive_it) {
  std::optional<task_handle<int>> handle;
  co_await with_task_group([&](task_group& group) -> task<> {
    handle = group.create_task([]() -> task<int> { co_return 8; });
    co_return;
  });
  EXPECT_EQ(handle->result(), 8);
  EXPECT_EQ(co_await *handle, 8);
}

EDDY_TEST(task_group, joins_children_that_children_start) {
  bool grandchild = false;
  co_await with_task_group([&](task_group& group) -> task<> {
    (void)group.create_task([&]() -> task<> {
      co_await sleep(1s);
      (void)group.create_task([&]() -> task<> {
        co_await sleep(1s);
        grandchild = true;
      });
    });
    co_return;
  });
  EXPECT_TRUE(grandchild);
}

EDDY_TEST(task_group, refuses_new_children_once_it_has_ended) {
  task_group* kept = nullptr;
  const auto late = create_task([&]() -> task<> {
    co_await sleep(1s);
    // All children have ended in this very step, the owner has not yet run.
    EXPECT_THROW((void)kept->create_task(hold_for, 1h), std::logic_error);
  });
  co_await with_task_group([&](task_group& group) -> task<> {
    kept = &group;
    co_await sleep(1s);
  });
  co_await late;
}

// Failures.

EDDY_TEST(task_group, a_failing_child_cancels_siblings_and_body_and_is_rethrown_as_it_is) {
  std::string error;
  try {
    co_await with_task_group([](task_group& group) -> task<> {
      (void)group.create_task(hold_for, 1h);
      (void)group.create_task(fail_after, 1s, "child");
      co_await hold_for(1h);
    });
  } catch (const std::runtime_error& e) {
    error = e.what();
  }
  EXPECT_EQ(error, "child");
  EXPECT_EQ(now(), 1s);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(task_group, a_failing_body_cancels_the_children) {
  EXPECT_THROW(co_await with_task_group([](task_group& group) -> task<> {
                 (void)group.create_task(hold_for, 1h);
                 co_await fail_after(1s, "body");
               }),
               std::runtime_error);
  EXPECT_EQ(now(), 1s);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(task_group, waits_for_the_clean_up_of_those_it_cancels) {
  EXPECT_THROW(co_await with_task_group([](task_group& group) -> task<> {
                 (void)group.create_task([]() -> task<> {
                   co_await finally([] { return hold_for(1h); },
                                    []() -> task<> { co_await sleep(5s); });
                 });
                 co_await fail_after(1s, "body");
               }),
               std::runtime_error);
  EXPECT_EQ(now(), 6s);
}

EDDY_TEST(task_group, throws_all_errors_together_in_the_order_they_happened) {
  std::vector<std::string> errors;
  try {
    co_await with_task_group([](task_group& group) -> task<> {
      (void)group.create_task([]() -> task<> {
        co_await finally([] { return hold_for(1h); }, [] { return fail_after(1s, "second"); });
      });
      (void)group.create_task([]() -> task<> {
        co_await finally([] { return hold_for(1h); }, [] { return fail_after(2s, "third"); });
      });
      co_await fail_after(1s, "first");
    });
  } catch (const error_group& e) {
    for (const auto& each : e.errors()) errors.push_back(detail::describe(each));
    EXPECT_STREQ(e.what(), "3 tasks failed: (1) first; (2) second; (3) third");
  }
  EXPECT_EQ(errors, (std::vector<std::string>{"first", "second", "third"}));
}

EDDY_TEST(task_group, an_error_of_a_child_is_not_reported_again_when_its_handle_goes) {
  ::testing::internal::CaptureStderr();
  EXPECT_THROW(co_await with_task_group([](task_group& group) -> task<> {
                 const auto handle = group.create_task(fail_after, 1s, "once");
                 co_await sleep(1h);
               }),
               std::runtime_error);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

EDDY_TEST(task_group, joins_what_a_body_started_before_making_it_failed) {
  bool ran = false;
  const auto body = [&](task_group& group) -> task<> {
    (void)group.create_task([&]() -> task<> {
      ran = true;
      co_await hold_for(1h);
    });
    throw std::runtime_error("no body");
  };
  EXPECT_THROW(co_await with_task_group(body), std::runtime_error);
  EXPECT_FALSE(ran);
  EXPECT_EQ(counted::alive, 0);
}

// One child cancelled.

EDDY_TEST(task_group, a_child_cancelled_by_its_handle_disturbs_nobody) {
  bool sibling = false;
  const int value = co_await with_task_group([&](task_group& group) -> task<int> {
    const auto child = group.create_task(hold_for, 1h);
    (void)group.create_task([&]() -> task<> {
      co_await sleep(2s);
      sibling = true;
    });
    co_await sleep(1s);
    child.cancel();
    EXPECT_THROW(co_await child, task_cancelled);
    co_return 1;
  });
  EXPECT_EQ(value, 1);
  EXPECT_TRUE(sibling);
}

EDDY_TEST(task_group, that_ends_in_full_gives_its_value_though_a_cancel_is_pending) {
  gate g;
  int got = 0;
  const auto owner = create_task([&]() -> task<> {
    got = co_await with_task_group([&](task_group& group) -> task<int> {
      const auto child = group.create_task(hold_for, 1h);
      (void)group.create_task([&]() -> task<> { co_await g.wait(); });
      co_await yield();
      child.cancel();  // takes nothing from the group's result
      co_return 9;
    });
  });
  co_await sleep(1s);
  g.open();
  owner.cancel();
  co_await sleep(1s);
  EXPECT_EQ(got, 9);
}

// Group.cancel().

EDDY_TEST(task_group, cancel_ends_body_and_children_without_an_error) {
  co_await with_task_group([](task_group& group) -> task<> {
    (void)group.create_task(hold_for, 1h);
    (void)group.create_task([&]() -> task<> {
      co_await sleep(1s);
      group.cancel();
    });
    co_await hold_for(1h);
  });
  EXPECT_EQ(now(), 1s);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(task_group, cancel_ends_nothing_but_the_group) {
  bool went_on = false;
  co_await with_task_group([](task_group& group) -> task<> {
    group.cancel();
    co_await yield();
    ADD_FAILURE() << "the body went on";
  });
  co_await sleep(1s);  // the owner's own cancel bit must not be set
  went_on = true;
  EXPECT_TRUE(went_on);
}

EDDY_TEST(task_group, children_that_come_after_cancel_never_run) {
  bool ran = false;
  co_await with_task_group([&](task_group& group) -> task<> {
    group.cancel();
    const auto late = group.create_task([&]() -> task<> {
      ran = true;
      co_return;
    });
    co_await shield(sleep(1s));
    EXPECT_TRUE(late.done());
  });
  EXPECT_FALSE(ran);
}

EDDY_TEST(task_group, cancelled_it_has_no_value_to_return_and_says_so) {
  EXPECT_THROW(co_await with_task_group([](task_group& group) -> task<int> {
                 group.cancel();
                 co_await yield();
                 co_return 1;
               }),
               task_cancelled);
}

EDDY_TEST(task_group, cancelled_after_the_body_has_ended_it_gives_the_body_s_value) {
  const int value = co_await with_task_group([](task_group& group) -> task<int> {
    (void)group.create_task([&]() -> task<> {
      co_await sleep(1s);
      group.cancel();
    });
    (void)group.create_task(hold_for, 1h);
    co_return 2;
  });
  EXPECT_EQ(value, 2);
}

// A cancel from above.

EDDY_TEST(task_group, a_cancel_of_the_owner_reaches_body_and_children_and_goes_on_upwards) {
  bool went_on = false;
  const auto owner = create_task([&]() -> task<> {
    co_await with_task_group([](task_group& group) -> task<> {
      (void)group.create_task(hold_for, 1h);
      (void)group.create_task([]() -> task<> {
        co_await finally([] { return hold_for(1h); }, []() -> task<> { co_await sleep(3s); });
      });
      co_await hold_for(1h);
    });
    went_on = true;
  });
  co_await sleep(1s);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_FALSE(went_on);
  EXPECT_EQ(now(), 4s);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(task_group, entered_with_a_cancel_pending_starts_no_child) {
  gate g;
  bool child_ran = false;
  const auto owner = create_task([&]() -> task<> {
    co_await g.wait();
    co_await with_task_group([&](task_group& group) -> task<> {
      (void)group.create_task([&]() -> task<> {
        child_ran = true;
        co_await sleep(1h);
      });
      co_await shield(sleep(1s));
    });
  });
  co_await yield();
  g.open();
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_FALSE(child_ran);
  EXPECT_EQ(now(), 1s);
}

EDDY_TEST(task_group, in_a_group_is_joined_inside_out) {
  std::vector<std::string> log;
  EXPECT_FALSE(co_await wait_for_optional(with_task_group([&](task_group& outer) -> task<> {
                                            (void)outer.create_task([&]() -> task<> {
                                              const logs_end around{log, "outer child"};
                                              co_await with_task_group(
                                                  [&](task_group& inner) -> task<> {
                                                    (void)inner.create_task([&]() -> task<> {
                                                      const logs_end local{log, "inner child"};
                                                      co_await sleep(1h);
                                                    });
                                                    co_return;
                                                  });
                                            });
                                            co_return;
                                          }),
                                          1s));
  EXPECT_EQ(log, (std::vector<std::string>{"inner child", "outer child"}));
}

}  // namespace
}  // namespace eddy
