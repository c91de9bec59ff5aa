// SPDX-License-Identifier: MIT
#include <eddy/flow/async_generator.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "core/support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

async_generator<int> count_to(int last, duration pause = 1s) {
  const counted local;
  for (int i = 1; i <= last; ++i) {
    co_await sleep(pause);
    co_yield i;
  }
}

task<std::vector<int>> collect(async_generator<int> source) {
  std::vector<int> all;
  while (const int* x = co_await source.next()) all.push_back(*x);
  co_return all;
}

EDDY_TEST(async_generator, gives_its_values_in_order_and_then_null_for_ever) {
  auto source = count_to(3);
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(*co_await source.next(), i);
  EXPECT_EQ(co_await source.next(), nullptr);
  EXPECT_EQ(co_await source.next(), nullptr);
  EXPECT_EQ(now(), 3s);
}

EDDY_TEST(async_generator, runs_only_inside_next) {
  std::string log;
  const auto make = [&]() -> async_generator<int> {
    log += 'a';
    co_yield 1;
    log += 'b';
    co_yield 2;
    log += 'c';
  };
  auto source = make();
  co_await sleep(1s);
  EXPECT_EQ(log, "");
  co_await source.next();
  co_await sleep(1s);
  EXPECT_EQ(log, "a");
  co_await source.next();
  co_await source.next();
  EXPECT_EQ(log, "abc");
}

EDDY_TEST(async_generator, that_yields_nothing_ends_at_once) {
  const auto none = []() -> async_generator<int> { co_return; };
  EXPECT_TRUE((co_await collect(none())).empty());
}

EDDY_TEST(async_generator, lends_what_it_yields_until_the_following_next) {
  const auto make = []() -> async_generator<std::string> {
    co_yield std::string(100, 'x');
    std::string own = "own";
    co_yield own;
    EXPECT_EQ(own, "changed") << "an lvalue is lent, not copied";
  };
  auto source = make();
  EXPECT_EQ(*co_await source.next(), std::string(100, 'x'));
  *co_await source.next() = "changed";
  EXPECT_EQ(co_await source.next(), nullptr);
}

EDDY_TEST(async_generator, lends_a_copy_of_a_constant) {
  const std::string constant = "constant";
  const auto make = [&]() -> async_generator<std::string> {
    co_yield constant;
    co_yield {"braces"};
  };
  auto source = make();
  *co_await source.next() += "!";
  EXPECT_EQ(constant, "constant");
  EXPECT_EQ(*co_await source.next(), "braces");
}

EDDY_TEST(async_generator, gives_values_that_can_only_be_moved) {
  const auto make = []() -> async_generator<std::unique_ptr<int>> {
    co_yield std::make_unique<int>(4);
  };
  auto source = make();
  const std::unique_ptr<int> taken = std::move(*co_await source.next());
  EXPECT_EQ(*taken, 4);
}

EDDY_TEST(async_generator, of_references_gives_the_very_objects) {
  std::vector<int> numbers{1, 2};
  const auto make = [&]() -> async_generator<int&> {
    for (int& n : numbers) co_yield n;
  };
  auto source = make();
  EXPECT_EQ(co_await source.next(), &numbers[0]);
  EXPECT_EQ(co_await source.next(), &numbers[1]);
}

EDDY_TEST(async_generator, throws_into_next_and_has_then_ended) {
  const auto make = []() -> async_generator<int> {
    co_yield 1;
    co_await sleep(1s);
    throw std::runtime_error("broken");
  };
  auto source = make();
  co_await source.next();
  EXPECT_THROW(co_await source.next(), std::runtime_error);
  EXPECT_EQ(co_await source.next(), nullptr);
}

EDDY_TEST(async_generator, dropped_early_destroys_its_locals_where_it_stands) {
  {
    auto source = count_to(3);
    co_await source.next();
    EXPECT_EQ(counted::alive, 1);
  }
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(async_generator, never_started_destroys_its_arguments) {
  const auto make = [](counted) -> async_generator<int> { co_yield 1; };
  {
    const auto unused = make(counted());
  }
  EXPECT_EQ(counted::alive, 0);
  co_return;
}

EDDY_TEST(async_generator, refuses_two_next_at_once) {
  auto source = count_to(3);
  const auto take = [&]() -> task<int> { co_return *co_await source.next(); };
  const auto first = create_task(take);
  const auto second = create_task(take);
  EXPECT_THROW(co_await second, std::logic_error);
  EXPECT_EQ(co_await first, 1);
  EXPECT_EQ(co_await take(), 2);
}

EDDY_TEST(async_generator, may_be_moved_between_two_values) {
  auto source = count_to(3);
  EXPECT_EQ(*co_await source.next(), 1);
  auto moved = std::move(source);
  EXPECT_EQ(*co_await moved.next(), 2);
  EXPECT_EQ(co_await source.next(), nullptr);
  EXPECT_EQ(co_await collect(std::move(moved)), std::vector<int>{3});
}

EDDY_TEST(async_generator, assigned_to_destroys_what_it_was) {
  auto source = count_to(3);
  co_await source.next();
  source = count_to(1);
  EXPECT_EQ(counted::alive, 0);
  EXPECT_EQ(co_await collect(std::move(source)), std::vector<int>{1});
}

EDDY_TEST(async_generator, may_consume_another) {
  const auto doubled = [](async_generator<int> from) -> async_generator<int> {
    while (const int* x = co_await from.next()) co_yield *x * 2;
  };
  EXPECT_EQ(co_await collect(doubled(doubled(count_to(3)))), (std::vector<int>{4, 8, 12}));
}

EDDY_TEST(async_generator, may_be_consumed_by_one_task_after_another) {
  auto source = count_to(2);
  const auto take = [&]() -> task<int> { co_return *co_await source.next(); };
  EXPECT_EQ(co_await create_task(take), 1);
  EXPECT_EQ(co_await create_task(take), 2);
}

EDDY_TEST(async_generator, that_never_suspends_does_not_let_its_consumer_starve_the_others) {
  const auto make = []() -> async_generator<int> {
    for (int i = 0;; ++i) co_yield i;
  };
  auto source = make();
  bool stop = false;
  (void)create_task([&]() -> task<> {
    stop = true;
    co_return;
  });
  for (int i = 0; i < 1000 && !stop; ++i) (void)co_await source.next();
  EXPECT_TRUE(stop);
}

// Cancel.

EDDY_TEST(async_generator, a_cancel_inside_next_ends_it_and_its_consumer) {
  auto source = count_to(3, 1h);
  const auto consumer = create_task([&]() -> task<> { co_await source.next(); });
  co_await sleep(1s);
  EXPECT_EQ(counted::alive, 1);
  consumer.cancel();
  EXPECT_THROW(co_await consumer, task_cancelled);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(async_generator, next_on_one_that_was_cancelled_is_an_error_once) {
  auto source = count_to(3, 1h);
  EXPECT_FALSE(co_await wait_for_optional(source.next(), 1s));
  EXPECT_THROW((void)source.next(), std::logic_error);
  EXPECT_EQ(co_await source.next(), nullptr);
}

EDDY_TEST(async_generator, a_cancel_between_two_values_leaves_it_usable) {
  auto source = count_to(3);
  const auto consumer = create_task([&]() -> task<> {
    co_await source.next();
    co_await sleep(1h);
  });
  co_await sleep(2s);
  consumer.cancel();
  EXPECT_THROW(co_await consumer, task_cancelled);
  EXPECT_EQ(*co_await source.next(), 2) << "it must not remember its old consumer's cancel";
}

EDDY_TEST(async_generator, a_value_yielded_in_the_step_of_the_cancel_is_delivered) {
  gate g;
  const auto make = [&]() -> async_generator<int> {
    co_await g.wait();
    co_yield 5;
  };
  auto source = make();
  int got = 0;
  const auto consumer = create_task([&]() -> task<> {
    got = *co_await source.next();
    co_await yield();
    ADD_FAILURE() << "it went on";
  });
  co_await yield();
  g.open();
  consumer.cancel();
  EXPECT_THROW(co_await consumer, task_cancelled);
  EXPECT_EQ(got, 5);
  EXPECT_EQ(co_await source.next(), nullptr);
}

EDDY_TEST(async_generator, first_started_with_a_cancel_pending_ends_at_its_first_suspension) {
  gate g;
  std::string log;
  const auto make = [&]() -> async_generator<int> {
    log += 'a';
    co_yield 1;
    log += 'b';
    co_await yield();
    log += 'c';
  };
  auto source = make();
  const auto consumer = create_task([&]() -> task<> {
    co_await g.wait();
    while (co_await source.next()) {
    }
  });
  co_await yield();
  g.open();
  consumer.cancel();
  EXPECT_THROW(co_await consumer, task_cancelled);
  EXPECT_EQ(log, "ab");
}

EDDY_TEST(async_generator, a_time_limit_inside_it_is_its_own) {
  const auto make = []() -> async_generator<int> {
    EXPECT_THROW(co_await wait_for(sleep(1h), 1s), timeout_error);
    co_yield 1;
  };
  auto source = make();
  EXPECT_EQ(*co_await source.next(), 1);
}

EDDY_TEST(async_generator, a_chain_is_cancelled_through_and_destroyed_from_the_source_up) {
  std::vector<std::string> log;
  const auto source = [&]() -> async_generator<int> {
    const logs_end local{log, "source"};
    co_await sleep(1h);
    co_yield 1;
  };
  const auto stage = [&](async_generator<int> from) -> async_generator<int> {
    const logs_end local{log, "stage"};
    while (const int* x = co_await from.next()) co_yield *x;
  };
  const auto consume = [&]() -> task<> {
    auto chain = stage(source());
    while (co_await chain.next()) {
    }
  };
  EXPECT_FALSE(co_await wait_for_optional(consume(), 1s));
  EXPECT_EQ(log, (std::vector<std::string>{"source", "stage"}));
}

}  // namespace
}  // namespace eddy
