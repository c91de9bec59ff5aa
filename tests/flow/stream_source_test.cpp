// SPDX-License-Identifier: MIT
#include <eddy/flow/stream/sources.hpp>

#include <list>

#include "stream_support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

static_assert(async_iterable<async_generator<int>>);
static_assert(async_iterable<decltype(iota(0))>);
static_assert(!async_iterable<std::vector<int>>);
static_assert(std::is_same_v<stream_item_t<async_generator<int>>, int&>);
static_assert(std::is_same_v<stream_item_t<decltype(iota(0))>, int>);
static_assert(std::is_same_v<stream_item_t<decltype(repeat(0))>, const int&>);

struct countdown {
  task<std::optional<int>> next() {
    co_await yield();
    if (left == 0) co_return std::nullopt;
    co_return left--;
  }
  int left;
};

EDDY_TEST(stream_source, a_container_with_a_name_is_lent_and_not_copied) {
  ints numbers{1, 2, 3};
  EDDY_FOR (auto& x, from(numbers)) x *= 2;
  EXPECT_EQ(numbers, (ints{2, 4, 6}));
}

EDDY_TEST(stream_source, a_temporary_container_is_owned) {
  auto stream = from(std::list<std::string>{"a", "b"});
  auto moved = std::move(stream);
  std::string all;
  EDDY_FOR (auto& x, moved) all += x;
  EXPECT_EQ(all, "ab");
  EXPECT_EQ(co_await moved.next(), nullptr);
}

EDDY_TEST(stream_source, iota_ends_before_its_last) {
  EXPECT_EQ(co_await (iota(3, 6) | collect()), (ints{3, 4, 5}));
  EXPECT_EQ(co_await (iota(3, 3) | collect()), ints());
  EXPECT_EQ(co_await (iota(6, 3) | collect()), ints());
}

EDDY_TEST(stream_source, repeat_gives_one_value_as_often_as_asked) {
  EXPECT_EQ(co_await (repeat(7, 3) | collect()), (ints{7, 7, 7}));
  EXPECT_EQ(co_await (repeat(7, 0) | collect()), ints());
  EXPECT_EQ(co_await (repeat(7) | take(2) | collect()), (ints{7, 7}));
}

EDDY_TEST(stream_source, empty_has_no_items) { EXPECT_EQ(co_await (empty<int>() | count()), 0U); }

EDDY_TEST(stream_source, interval_keeps_its_beat_however_long_the_consumer_takes) {
  std::vector<std::pair<std::size_t, duration>> ticks;
  EDDY_FOR (auto n, interval(10s)) {
    ticks.emplace_back(n, now());
    if (n == 5) break;
    co_await sleep(n == 2 ? 25s : 1s);
  }
  // The third and fourth ended while the consumer slept; the second of those is not made up for.
  EXPECT_EQ(ticks, (decltype(ticks){{1, 10s}, {2, 20s}, {5, 50s}}));
}

TEST(stream_source, interval_refuses_a_period_that_is_not_positive) {
  EXPECT_THROW(static_cast<void>(interval(0s)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(interval(-1s)), std::invalid_argument);
}

EDDY_TEST(stream_source, any_class_with_next_is_a_stream) {
  int sum = 0;
  countdown source{3};
  EDDY_FOR (const auto& x, source) sum = 10 * sum + x;
  EXPECT_EQ(sum, 321);
  EXPECT_EQ(co_await (countdown{4} | filter([](int x) { return x % 2 == 0; }) | collect()),
            (ints{4, 2}));
}

EDDY_TEST(stream_source, a_loop_may_break_continue_and_await) {
  ints seen;
  auto source = slowly(10);
  EDDY_FOR (auto& x, source) {
    if (x == 2) continue;
    if (x == 5) break;
    co_await sleep(1s);
    seen.push_back(x);
  }
  EXPECT_EQ(seen, (ints{1, 3, 4}));
  EXPECT_EQ(*co_await source.next(), 6);  // it goes on where the loop left it
}

EDDY_TEST(stream_source, a_loop_that_never_waits_lets_other_tasks_run_and_can_be_cancelled) {
  const auto forever = create_task([]() -> task<> { co_await (iota(0) | for_each([](int) {})); });
  co_await yield();
  co_await yield();
  EXPECT_TRUE(forever.cancel());
  bool cancelled = false;
  try {
    co_await forever;
  } catch (const task_cancelled&) {
    cancelled = true;
  }
  EXPECT_TRUE(cancelled);
}

}  // namespace
}  // namespace eddy
