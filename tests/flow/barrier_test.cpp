// SPDX-License-Identifier: MIT
#include <eddy/flow/barrier.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/settle.hpp>
#include <eddy/testing/test.hpp>

#include "shuffled.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<std::size_t> come(barrier& b) { co_return co_await b.wait(); }

task_handle<std::size_t> arrival(barrier& b) { return create_task(come, std::ref(b)); }

EDDY_TEST(barrier, lets_all_go_on_together_with_their_places_in_the_order_they_came) {
  barrier b(3);
  const auto first = arrival(b);
  co_await sleep(1s);
  const auto second = arrival(b);
  co_await sleep(1s);
  EXPECT_EQ(b.n_waiting(), 2U);
  EXPECT_FALSE(first.done());
  EXPECT_EQ(co_await b.wait(), 2U);
  EXPECT_EQ(now(), 2s);
  EXPECT_EQ(co_await first, 0U);
  EXPECT_EQ(co_await second, 1U);
  EXPECT_EQ(b.n_waiting(), 0U);
}

EDDY_TEST(barrier, starts_again_after_each_round) {
  barrier b(2);
  std::string log;
  const auto walk = [&](char name, duration step) -> task<> {
    for (int i = 0; i < 3; ++i) {
      co_await sleep(step);
      log += name;
      co_await b.wait();
    }
  };
  const std::vector<task_handle<>> walkers{create_task(walk, 'a', 1s), create_task(walk, 'b', 2s)};
  co_await join_all(walkers);
  EXPECT_EQ(log, "ababab");
  EXPECT_EQ(now(), 6s);
}

EDDY_TEST(barrier, of_one_party_holds_nobody_back) {
  barrier b(1);
  EXPECT_EQ(co_await b.wait(), 0U);
  EXPECT_TRUE(co_await wait_for_optional(b.wait(), 0s));
  EXPECT_EQ(b.parties(), 1U);
}

TEST(barrier, refuses_to_have_no_parties) { EXPECT_THROW(barrier(0), std::invalid_argument); }

EDDY_TEST(barrier, who_comes_while_a_complete_round_leaves_begins_the_next) {
  barrier b(2);
  const auto slow = arrival(b);
  co_await yield();
  co_await b.wait();
  EXPECT_FALSE(slow.done()) << "it has been woken and has not run";
  const auto next = arrival(b);
  co_await sleep(1s);
  EXPECT_EQ(co_await slow, 0U);
  EXPECT_FALSE(next.done());
  EXPECT_EQ(co_await b.wait(), 1U);
  EXPECT_EQ(co_await next, 0U);
}

EDDY_TEST(barrier, of_one_party_does_not_let_its_user_starve_the_others) {
  barrier b(1);
  bool stop = false;
  (void)create_task([&]() -> task<> {
    stop = true;
    co_return;
  });
  for (int i = 0; i < 1000 && !stop; ++i) co_await b.wait();
  EXPECT_TRUE(stop);
}

// Reset and abort.

EDDY_TEST(barrier, reset_while_filling_is_an_error_for_those_that_wait_and_starts_over) {
  barrier b(3);
  const auto first = arrival(b);
  const auto second = arrival(b);
  co_await sleep(1s);
  b.reset();
  EXPECT_EQ(b.n_waiting(), 0U);
  EXPECT_FALSE(b.broken());
  EXPECT_THROW(co_await first, broken_barrier);
  EXPECT_THROW(co_await second, broken_barrier);
  const auto third = arrival(b);
  const auto fourth = arrival(b);
  co_await yield();
  EXPECT_EQ(co_await b.wait(), 2U);
  EXPECT_EQ(co_await third, 0U);
  EXPECT_EQ(co_await fourth, 1U);
}

EDDY_TEST(barrier, abort_while_filling_is_an_error_for_those_that_wait_and_for_all_that_come) {
  barrier b(3);
  const auto first = arrival(b);
  co_await sleep(1s);
  b.abort();
  EXPECT_TRUE(b.broken());
  EXPECT_THROW(co_await first, broken_barrier);
  EXPECT_THROW(co_await b.wait(), broken_barrier);
  EXPECT_EQ(b.n_waiting(), 0U);
}

EDDY_TEST(barrier, reset_mends_an_aborted_one) {
  barrier b(2);
  b.abort();
  EXPECT_THROW(co_await b.wait(), broken_barrier);
  b.reset();
  const auto first = arrival(b);
  co_await yield();
  EXPECT_EQ(co_await b.wait(), 1U);
}

EDDY_TEST(barrier, reset_and_abort_do_not_take_back_that_a_round_was_complete) {
  for (const bool abort : {false, true}) {
    barrier b(2);
    const auto slow = arrival(b);
    co_await yield();
    const auto last = arrival(b);
    co_await yield();
    if (abort) {
      b.abort();
    } else {
      b.reset();
    }
    EXPECT_EQ(co_await slow, 0U);
    EXPECT_EQ(co_await last, 1U);
    EXPECT_EQ(b.broken(), abort);
  }
}

EDDY_TEST(barrier,
          one_that_was_reset_while_it_waited_learns_of_it_even_if_the_next_round_is_complete) {
  barrier b(2);
  const auto early = arrival(b);
  co_await yield();
  b.reset();
  const auto late = create_task(come, std::ref(b));
  EXPECT_THROW(co_await early, broken_barrier);
  co_await b.wait();
  EXPECT_EQ(co_await late, 0U);
}

// Cancel.

EDDY_TEST(barrier, one_who_is_cancelled_while_it_fills_is_no_longer_counted) {
  barrier b(3);
  const auto first = arrival(b);
  const auto leaver = arrival(b);
  co_await sleep(1s);
  leaver.cancel();
  EXPECT_THROW(co_await leaver, task_cancelled);
  EXPECT_EQ(b.n_waiting(), 1U);
  EXPECT_FALSE(b.broken());
  const auto second = arrival(b);
  co_await sleep(1s);
  EXPECT_FALSE(first.done()) << "two of three are here";
  EXPECT_EQ(co_await b.wait(), 2U);
  EXPECT_EQ(co_await first, 0U);
  EXPECT_EQ(co_await second, 1U) << "each place is given once";
}

EDDY_TEST(barrier, one_who_is_cancelled_when_the_round_is_complete_has_passed) {
  barrier b(2);
  std::optional<std::size_t> place;
  const auto waiter = create_task([&]() -> task<> {
    place = co_await b.wait();
    co_await yield();
    ADD_FAILURE() << "it went on";
  });
  co_await yield();
  EXPECT_EQ(co_await b.wait(), 1U);
  waiter.cancel();
  EXPECT_THROW(co_await waiter, task_cancelled);
  EXPECT_EQ(place, 0U);
  EXPECT_EQ(b.n_waiting(), 0U);
}

EDDY_TEST(barrier, a_task_cancelled_before_it_starts_never_came) {
  barrier b(2);
  const auto task = arrival(b);
  task.cancel();
  EXPECT_THROW(co_await task, task_cancelled);
  EXPECT_EQ(b.n_waiting(), 0U);
}

EDDY_TEST(barrier, a_wait_entered_with_a_cancel_pending_is_not_counted) {
  barrier b(2);
  gate g;
  const auto waiter = create_task([&]() -> task<> {
    co_await g.wait();
    co_await b.wait();
  });
  co_await yield();
  g.open();
  waiter.cancel();
  EXPECT_THROW(co_await waiter, task_cancelled);
  EXPECT_EQ(b.n_waiting(), 0U);
}

EDDY_TEST(barrier, works_on_after_a_cancelled_wait) {
  barrier b(2);
  EXPECT_FALSE(co_await wait_for_optional(b.wait(), 1s));
  const auto first = arrival(b);
  EXPECT_EQ(co_await wait_for_optional(b.wait(), 1s), 0U);
  EXPECT_EQ(co_await first, 1U);
}

EDDY_SHUFFLED_TEST(barrier, gives_each_place_once_a_round_whoever_is_cancelled_when) {
  chance random(seed());
  barrier b(4);
  std::vector<int> given(4);
  std::vector<task_handle<>> tasks;
  for (int i = 0; i < 100; ++i) {
    tasks.push_back(create_task([&]() -> task<> { ++given[co_await b.wait()]; }));
    if (random.one_in(3)) tasks[random.below(tasks.size())].cancel();
    if (random.one_in(3)) co_await yield();
  }
  co_await settle();
  const std::size_t left = b.n_waiting();
  b.abort();
  int broken = 0;
  int cancelled = 0;
  for (const auto& each : tasks) {
    try {
      co_await each;
    } catch (const task_cancelled&) {
      ++cancelled;
    } catch (const broken_barrier&) {
      ++broken;
    }
  }
  EXPECT_EQ(broken, static_cast<int>(left));
  EXPECT_EQ(given, std::vector<int>(4, given[0]));
  EXPECT_EQ(4 * given[0] + cancelled + broken, 100);
}

}  // namespace
}  // namespace eddy
