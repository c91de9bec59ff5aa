// SPDX-License-Identifier: MIT
#include <eddy/core/gather.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <variant>

#include <eddy/core/create_task.hpp>
#include <eddy/core/finally.hpp>
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

EDDY_TEST(gather, gives_values_in_the_order_of_its_arguments_and_takes_as_long_as_the_longest) {
  const auto [slow, fast, middle] = co_await gather(after(3s, 1), after(1s, 2), after(2s, 3));
  EXPECT_EQ(slow, 1);
  EXPECT_EQ(fast, 2);
  EXPECT_EQ(middle, 3);
  EXPECT_EQ(now(), 3s);
}

EDDY_TEST(gather, turns_void_into_monostate) {
  const auto both = co_await gather(sleep(1s), after(1s, 5));
  static_assert(std::is_same_v<decltype(both), const std::tuple<std::monostate, int>>);
  EXPECT_EQ(std::get<1>(both), 5);
}

EDDY_TEST(gather, of_nothing_is_ready) {
  const auto nothing = co_await gather();
  static_assert(std::tuple_size_v<std::remove_const_t<decltype(nothing)>> == 0);
}

EDDY_TEST(gather, takes_tasks_operations_and_handles_alike) {
  const auto named = create_task(after, 2s, 1);
  const auto [a, b, c, d] =
      co_await gather(named, create_task(after, 1s, 2), after(1s, 3), sleep(1s));
  EXPECT_EQ(a.get(), 1);
  EXPECT_EQ(b, 2);
  EXPECT_EQ(c, 3);
  EXPECT_EQ(d, std::monostate());
}

EDDY_TEST(gather, gives_values_that_can_only_be_moved_and_references) {
  int target = 0;
  const auto box = []() -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(2); };
  const auto lend = [&]() -> task<int&> { co_return target; };
  const auto [owned, lent] = co_await gather(box(), lend());
  EXPECT_EQ(*owned, 2);
  EXPECT_EQ(&lent.get(), &target);
}

EDDY_TEST(gather, inside_gather_works) {
  const auto [inner, last] = co_await gather(gather(after(1s, 1), after(2s, 2)), after(1s, 3));
  EXPECT_EQ(std::get<1>(inner), 2);
  EXPECT_EQ(last, 3);
}

EDDY_TEST(gather, never_awaited_destroys_what_it_was_given) {
  const auto hold = [](counted) -> task<> { co_return; };
  {
    const auto unused = gather(hold(counted()), hold(counted()));
  }
  EXPECT_EQ(counted::alive, 0);
  co_return;
}

// Order.

task<> note(std::string* log, char step) {
  *log += step;
  co_return;
}

EDDY_TEST(gather, starts_its_branches_in_order_in_the_turn_of_its_owner) {
  std::string log;
  const auto ready_before = create_task(note, &log, 'z');
  const auto inner = [&]() -> task<> {
    log += 'b';
    co_await gather(note(&log, 'c'), note(&log, 'd'));
    log += 'e';
  };
  co_await gather(note(&log, 'a'), inner(), note(&log, 'f'));
  EXPECT_EQ(log, "abcdef");
  co_await ready_before;
}

task<int> leaves(int depth) {
  if (depth == 0) co_return 1;
  const auto [left, right] = co_await gather(leaves(depth - 1), leaves(depth - 1));
  co_return left + right;
}

EDDY_TEST(gather, a_tree_of_branches_lets_other_tasks_run) {
  int turns = 0;
  const auto other = create_task([&]() -> task<> {
    for (;; ++turns) co_await yield();
  });
  EXPECT_EQ(co_await leaves(10), 1024);
  EXPECT_GE(turns, 3);  // of 2046 branches at most 128 go first at a time
  other.cancel();
}

// Failures.

EDDY_TEST(gather, the_first_failure_cancels_the_others_and_is_rethrown_once_they_have_ended) {
  bool cleaned = false;
  const auto careful = [&]() -> task<int> {
    co_return co_await finally([] { return after(1h, 0); },
                               [&]() -> task<> {
                                 co_await sleep(2s);
                                 cleaned = true;
                               });
  };
  std::string error;
  try {
    co_await gather(careful(), fail_after(1s, "first"), fail_after(1h, "second"));
  } catch (const std::runtime_error& e) {
    error = e.what();
  }
  EXPECT_EQ(error, "first");
  EXPECT_TRUE(cleaned);
  EXPECT_EQ(now(), 3s);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(gather, a_failure_in_the_first_step_keeps_the_later_ones_from_starting) {
  bool ran = false;
  const auto fails = []() -> task<> {
    throw std::runtime_error("at once");
    co_return;
  };
  const auto second = [&]() -> task<> {
    ran = true;
    co_return;
  };
  EXPECT_THROW(co_await gather(fails(), second()), std::runtime_error);
  EXPECT_FALSE(ran);
}

EDDY_TEST(gather, of_two_failures_in_one_step_gives_the_first) {
  gate g;
  const auto fails = [&](std::string why) -> task<> {
    co_await g.wait();
    throw std::runtime_error(why);
  };
  const auto open = [&]() -> task<> {
    co_await sleep(1s);
    g.open();
  };
  std::string error;
  try {
    co_await gather(fails("a"), fails("b"), open());
  } catch (const std::runtime_error& e) {
    error = e.what();
  }
  EXPECT_EQ(error, "a");
}

EDDY_TEST(gather, of_a_handle_that_somebody_cancelled_fails) {
  const auto handle = create_task(after, 1h, 1);
  const auto cancel = [&]() -> task<> {
    co_await sleep(1s);
    handle.cancel();
  };
  EXPECT_THROW(co_await gather(handle, cancel(), sleep(2h)), task_cancelled);
  EXPECT_EQ(now(), 1s);
}

EDDY_TEST(gather, cancels_only_the_wait_for_a_handle) {
  const auto handle = create_task(after, 3s, 1);
  EXPECT_THROW(co_await gather(handle, fail_after(1s, "x")), std::runtime_error);
  EXPECT_FALSE(handle.done());
  EXPECT_EQ(co_await handle, 1);
}

// A cancel from above.

EDDY_TEST(gather, a_cancel_reaches_all_and_goes_on_upwards_when_all_have_ended) {
  bool went_on = false;
  const auto owner = create_task([&]() -> task<> {
    co_await gather(after(1h, 1),
                    finally([] { return after(1h, 2); }, []() -> task<> { co_await sleep(2s); }));
    went_on = true;
  });
  co_await sleep(1s);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_FALSE(went_on);
  EXPECT_EQ(now(), 3s);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(gather, cancelled_in_the_step_the_last_one_ends_still_gives_the_values) {
  gate g;
  int got = 0;
  const auto wait = [&]() -> task<int> {
    co_await g.wait();
    co_return 2;
  };
  const auto owner = create_task([&]() -> task<> {
    const auto [a, b] = co_await gather(after(1ms, 1), wait());
    got = a + b;
  });
  co_await sleep(1s);
  g.open();
  owner.cancel();
  co_await sleep(1s);
  EXPECT_EQ(got, 3);
}

EDDY_TEST(gather, entered_with_a_cancel_pending_starts_nothing) {
  gate g;
  bool ran = false;
  const auto note = [&](counted) -> task<> {
    ran = true;
    co_return;
  };
  const auto owner = create_task([&]() -> task<> {
    co_await g.wait();
    co_await gather(note(counted()), note(counted()));
  });
  co_await yield();
  g.open();
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_FALSE(ran);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(gather, of_works_that_never_wait_does_not_starve_other_tasks) {
  bool stop = false;
  const auto other = create_task([&]() -> task<> {
    stop = true;
    co_return;
  });
  int rounds = 0;
  while (!stop && rounds < 10'000) {
    co_await gather([]() -> task<> { co_return; }());
    ++rounds;
  }
  EXPECT_LT(rounds, 10'000);
  co_await other;
}

}  // namespace
}  // namespace eddy
