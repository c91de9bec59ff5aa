// SPDX-License-Identifier: MIT
#include <eddy/core/context_var.hpp>

#include <optional>
#include <ranges>
#include <string>
#include <vector>

#include <eddy/core/as_completed.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/to_thread.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

const context_var<std::string> name("nobody");
const context_var<int> number;

task<std::string> seen() {
  co_await yield();
  co_return name.get();
}

task<std::string> rename(std::string to) {
  std::string before = name.get();
  name.set(std::move(to));
  co_await yield();
  co_return before;
}

EDDY_TEST(context_var, has_its_default_until_it_is_set) {
  EXPECT_EQ(name.get(), "nobody");
  EXPECT_EQ(number.get(), 0);
  name.set("a");
  number.set(2);
  EXPECT_EQ(name.get(), "a");
  EXPECT_EQ(number.get(), 2);
  name.set("b");
  EXPECT_EQ(name.get(), "b");
  co_return;
}

EDDY_TEST(context_var, set_in_one_test_is_not_seen_in_the_next) {
  EXPECT_EQ(name.get(), "nobody");
  co_return;
}

EDDY_TEST(context_var, a_task_sees_what_its_starter_saw_when_it_started_it) {
  name.set("parent");
  const auto child = create_task(seen);
  name.set("changed");
  EXPECT_EQ(co_await child, "parent");
}

EDDY_TEST(context_var, what_a_task_sets_neither_its_starter_nor_its_siblings_see) {
  name.set("parent");
  const auto first = create_task(rename, "first");
  const auto second = create_task(rename, "second");
  EXPECT_EQ(co_await first, "parent");
  EXPECT_EQ(co_await second, "parent");
  EXPECT_EQ(name.get(), "parent");
}

EDDY_TEST(context_var, what_an_awaited_coroutine_sets_its_caller_sees) {
  co_await rename("inner");
  EXPECT_EQ(name.get(), "inner");
}

EDDY_TEST(context_var, is_copied_to_the_works_of_gather_and_race) {
  name.set("parent");
  const auto [a, b, c] = co_await gather(rename("a"), rename("b"), seen());
  EXPECT_EQ(a + b + c, "parentparentparent");
  EXPECT_EQ(std::get<0>(co_await race(rename("a"))), "parent");
  EXPECT_EQ(name.get(), "parent");
}

EDDY_TEST(context_var, is_copied_to_works_that_gather_makes_later) {
  name.set("parent");
  const auto work = [](int) { return rename("child"); };
  const auto got =
      co_await gather({.limit = 1}, std::views::iota(0, 3) | std::views::transform(work));
  EXPECT_EQ(got, (std::vector<std::string>(3, "parent")));
  EXPECT_EQ(name.get(), "parent");
}

EDDY_TEST(context_var, is_copied_to_what_as_completed_starts) {
  name.set("parent");
  auto all = as_completed(std::views::iota(0, 2) |
                          std::views::transform([](int) { return rename("child"); }));
  name.set("later");
  EXPECT_EQ(co_await all.next(), "parent");
  EXPECT_EQ(co_await all.next(), "parent");
}

EDDY_TEST(context_var, a_groups_child_has_the_values_of_whoever_started_it) {
  name.set("owner");
  std::string got;
  co_await with_task_group([&](task_group& group) -> task<> {
    co_await group.create_task([&]() -> task<> {
      name.set("child");
      got = co_await group.create_task(seen);
    });
  });
  EXPECT_EQ(got, "child");
  EXPECT_EQ(name.get(), "owner");
}

EDDY_TEST(context_var, clean_up_sees_the_values_of_its_task) {
  std::string got;
  const auto owner = create_task([&]() -> task<> {
    name.set("task");
    co_await finally([]() -> task<> { co_await sleep(1h); },
                     [&]() -> task<> {
                       co_await sleep(1s);
                       got = name.get();
                     });
  });
  co_await sleep(1s);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_EQ(got, "task");
}

EDDY_TEST(context_var, is_seen_on_a_worker_thread_and_changed_only_there) {
  name.set("task");
  const std::string got = co_await to_thread([] {
    std::string before = name.get();
    name.set("thread");
    return before + name.get();
  });
  EXPECT_EQ(got, "taskthread");
  EXPECT_EQ(name.get(), "task");
  name.set("again");
  EXPECT_EQ(co_await to_thread([] { return name.get(); }), "again");
}

// For a scope.

EDDY_TEST(context_var, set_for_a_scope_is_put_back) {
  {
    const auto undo = name.set_for_scope("scope");
    EXPECT_EQ(name.get(), "scope");
    {
      const auto inner = name.set_for_scope("inner");
      EXPECT_EQ(co_await seen(), "inner");
    }
    EXPECT_EQ(name.get(), "scope");
  }
  EXPECT_EQ(name.get(), "nobody");
}

EDDY_TEST(context_var, set_for_a_scope_and_then_for_good_keeps_the_latter) {
  {
    const auto undo = name.set_for_scope("scope");
    name.set("for good");
  }
  EXPECT_EQ(name.get(), "for good");
  co_return;
}

EDDY_TEST(context_var, set_for_a_scope_does_not_reach_a_task_that_runs_meanwhile) {
  const auto other = create_task([&]() -> task<> {
    number.set(5);
    co_await sleep(2s);
    EXPECT_EQ(number.get(), 5);
  });
  co_await sleep(1s);
  {
    const auto mine = number.set_for_scope(1);
    co_await other;
  }
  EXPECT_EQ(number.get(), 0);
}

EDDY_TEST(context_var, a_cancelled_task_puts_its_own_value_back_and_nobody_elses) {
  name.set("parent");
  const auto child = create_task([]() -> task<> {
    const auto undo = name.set_for_scope("child");
    co_await sleep(1h);
  });
  co_await sleep(1s);
  child.cancel();
  EXPECT_THROW(co_await child, task_cancelled);
  EXPECT_EQ(name.get(), "parent");
}

TEST(context_var, set_outside_a_loop_reaches_main_and_is_not_changed_by_it) {
  const auto undo = name.set_for_scope("outside");
  std::string got;
  eddy::run(
      [&]() -> task<> {
        got = name.get();
        name.set("main");
        co_return;
      },
      virtual_time);
  EXPECT_EQ(got, "outside");
  EXPECT_EQ(name.get(), "outside");
}

TEST(context_var, a_new_one_does_not_see_the_value_of_one_that_stood_in_its_place) {
  std::optional<context_var<int>> variable;
  variable.emplace(0);
  variable->set(3);
  variable.emplace(0);
  EXPECT_EQ(variable->get(), 0);
}

}  // namespace
}  // namespace eddy
