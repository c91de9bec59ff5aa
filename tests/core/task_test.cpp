// SPDX-License-Identifier: MIT
#include <eddy/core/task.hpp>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<int> add(int a, int b) { co_return a + b; }

task<> set(bool& flag) {
  flag = true;
  co_return;
}

EDDY_TEST(task, starts_only_when_it_is_awaited) {
  bool started = false;
  auto work = set(started);
  co_await sleep(1s);
  EXPECT_FALSE(started);
  co_await std::move(work);
  EXPECT_TRUE(started);
}

EDDY_TEST(task, gives_its_value_to_whoever_awaits_it) { EXPECT_EQ(co_await add(2, 3), 5); }

task<std::unique_ptr<int>> make_box(int value) { co_return std::make_unique<int>(value); }

EDDY_TEST(task, gives_values_that_can_only_be_moved) { EXPECT_EQ(*co_await make_box(7), 7); }

task<int&> first_of(int& a, int&) { co_return a; }

EDDY_TEST(task, gives_a_reference_to_the_very_object) {
  int a = 1;
  int b = 2;
  int& got = co_await first_of(a, b);
  EXPECT_EQ(&got, &a);
}

struct no_default {
  explicit no_default(int v) : value(v) {}
  int value;
};

task<no_default> make_no_default() { co_return no_default(9); }

EDDY_TEST(task, needs_no_default_constructor_of_its_value) {
  EXPECT_EQ((co_await make_no_default()).value, 9);
}

task<int> fail(std::string why) {
  co_await sleep(1ms);
  throw std::runtime_error(why);
}

task<int> pass_on(std::string why) { co_return 1 + co_await fail(why); }

EDDY_TEST(task, throws_into_the_coroutine_that_awaits_it) {
  try {
    co_await pass_on("broken");
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(e.what(), "broken");
  }
}

struct throws_when_copied {
  throws_when_copied() = default;
  throws_when_copied(const throws_when_copied&) { throw std::runtime_error("copied"); }
};

task<throws_when_copied> give(const throws_when_copied& value) { co_return value; }

EDDY_TEST(task, turns_a_throw_while_returning_into_its_error) {
  const throws_when_copied value;
  EXPECT_THROW(co_await give(value), std::runtime_error);
}

task<std::size_t> length(const std::string& text) {
  co_await sleep(1ms);
  co_return text.size();
}

EDDY_TEST(task, has_its_temporary_arguments_until_it_has_ended) {
  EXPECT_EQ(co_await length(std::string(1000, 'x')), 1000U);
}

task<> hold(counted) { co_await sleep(1h); }

EDDY_TEST(task, destroys_its_arguments_when_it_is_never_awaited) {
  {
    auto work = hold(counted());
    EXPECT_EQ(counted::alive, 1);
  }
  EXPECT_EQ(counted::alive, 0);
  co_return;
}

task<bool> aligned_local() {
  alignas(64) char block[64] = {};
  co_await sleep(1ms);
  co_return reinterpret_cast<std::uintptr_t>(&block[0]) % 64 == 0;
}

EDDY_TEST(task, keeps_over_aligned_locals_aligned) {
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(co_await aligned_local());
}

task<int> descend(int depth, bool wait) {
  if (depth == 0) {
    if (wait) co_await sleep(1h);
    co_return 0;
  }
  co_return 1 + co_await descend(depth - 1, wait);
}

task<int> descend_and_throw(int depth) {
  if (depth == 0) throw std::runtime_error("bottom");
  co_return co_await descend_and_throw(depth - 1);
}

// Any recursion in the runtime would need some 100 bytes a level: 8 MiB of stack hold 80,000.
constexpr int deep = 100'000;

EDDY_TEST(task, returns_through_any_depth) {
  EXPECT_EQ(co_await descend(deep, false), deep);
  EXPECT_EQ(co_await descend(deep, true), deep);
}

EDDY_TEST(task, throws_through_any_depth) {
  EXPECT_THROW(co_await descend_and_throw(20'000), std::runtime_error);
}

EDDY_TEST(task, is_cancelled_through_any_depth) {
  EXPECT_FALSE(co_await wait_for_optional(descend(deep, true), 1s));
}

task<> inner(std::vector<std::string>& log) {
  logs_end first{log, "inner first"};
  logs_end second{log, "inner second"};
  co_await sleep(1h);
  log.push_back("inner went on");
}

task<> outer(std::vector<std::string>& log) {
  logs_end local{log, "outer"};
  try {
    co_await inner(log);
  } catch (...) {
    log.push_back("caught");
    throw;
  }
  log.push_back("outer went on");
}

EDDY_TEST(task, cancelled_destroys_locals_innermost_first_and_enters_no_catch) {
  std::vector<std::string> log;
  const auto handle = create_task(outer, std::ref(log));
  co_await sleep(1s);
  handle.cancel();
  co_await sleep(1ns);
  EXPECT_TRUE(handle.done());
  EXPECT_EQ(log, (std::vector<std::string>{"inner second", "inner first", "outer"}));
}

task<> await_twice(std::vector<std::string>& log) {
  log.push_back("before");
  co_await add(1, 2);  // does not really suspend
  log.push_back("between");
  co_await sleep(1s);
  log.push_back("after");
}

EDDY_TEST(task, goes_on_with_a_cancel_pending_until_it_really_suspends) {
  std::vector<std::string> log;
  gate g;
  const auto handle = create_task([&]() -> task<> {
    co_await g.wait();
    co_await await_twice(log);
  });
  co_await sleep(1s);
  g.open();
  handle.cancel();  // too late for the gate
  co_await sleep(1s);
  EXPECT_TRUE(handle.done());
  EXPECT_EQ(log, (std::vector<std::string>{"before", "between"}));
}

}  // namespace
}  // namespace eddy
