// SPDX-License-Identifier: MIT
// Stages that look at the clock.
#include <eddy/core/outcome.hpp>
#include <eddy/core/wait_for.hpp>

#include "stream_support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

/// 0, 1, … each after the pause given for it.
async_generator<int> after(std::vector<duration> pauses) {
  const counted alive;
  for (std::size_t i = 0; i < pauses.size(); ++i) {
    co_await sleep(pauses[i]);
    co_yield static_cast<int>(i);
  }
}

template <class Item>
struct seen {
  duration when;
  Item item;
  bool operator==(const seen&) const = default;
};
template <class Item>
void PrintTo(const seen<Item>& s, std::ostream* out) {
  *out << s.when.count() << " ns: " << ::testing::PrintToString(s.item);
}

template <class Stream>
task<std::vector<seen<stream_value_t<Stream>>>> watch(Stream stream) {
  std::vector<seen<stream_value_t<Stream>>> all;
  while (auto item = co_await stream.next()) all.push_back({now(), *item});
  co_return all;
}
using batches = std::vector<seen<ints>>;
using items = std::vector<seen<int>>;

// batch.

EDDY_TEST(batch, is_given_when_it_is_full) {
  EXPECT_EQ(co_await watch(slowly(5) | batch({.items = 2})),
            (batches{{2s, {1, 2}}, {4s, {3, 4}}, {5s, {5}}}));
}

EDDY_TEST(batch, is_given_when_its_time_has_come_counted_from_its_first_item) {
  EXPECT_EQ(co_await watch(after({1s, 1s, 5s, 100ms}) | batch({.items = 10, .time = 3s})),
            (batches{{4s, {0, 1}}, {7100ms, {2, 3}}}));
}

EDDY_TEST(batch, by_bytes_is_given_with_the_item_that_fills_it) {
  const auto size = [](int x) { return static_cast<std::size_t>(x); };
  EXPECT_EQ(co_await watch(from({1, 2, 3, 9, 1}) | batch({.bytes = 5}, size)),
            (batches{{0s, {1, 2, 3}}, {0s, {9}}, {0s, {1}}}));
}

EDDY_TEST(batch, waits_for_the_consumer_before_the_next_is_begun) {
  int pulled = 0;
  auto stream = asked(pulled) | batch({.items = 3});
  EXPECT_EQ(co_await stream.next(), (ints{1, 2, 3}));
  co_await sleep(1s);
  EXPECT_EQ(pulled, 3 + 3 + 1) << "one batch that waits, and one item";
}

EDDY_TEST(batch, an_error_comes_after_what_was_collected) {
  auto stream = failing_after(3) | batch({.items = 2, .time = 1h});
  EXPECT_EQ(co_await stream.next(), (ints{1, 2}));
  EXPECT_EQ(co_await stream.next(), (ints{3}));
  EXPECT_THROW(co_await stream.next(), std::runtime_error);
  EXPECT_EQ(co_await stream.next(), std::nullopt);
}

EDDY_TEST(batch, an_error_with_its_first_item_comes_alone) {
  const auto size = [](int) -> std::size_t { throw std::runtime_error("no size"); };
  auto stream = iota(0) | batch({.bytes = 10}, size);
  EXPECT_THROW(co_await stream.next(), std::runtime_error);
  EXPECT_EQ(co_await stream.next(), std::nullopt);
}

EDDY_TEST(batch, dropped_half_full_leaves_no_timer) {
  {
    auto stream = after({0s, 100s}) | batch({.items = 10, .time = 50s});
    EXPECT_FALSE(co_await wait_for_optional(stream.next(), 1s));
    co_await stream.close();
  }
  EXPECT_EQ(counted::alive, 0);
  co_await sleep(100s);
}

EDDY_TEST(batch, a_limit_on_next_loses_nothing) {
  auto stream = slowly(2) | batch({.items = 2});
  EXPECT_FALSE(co_await wait_for_optional(stream.next(), 1500ms));
  EXPECT_EQ(co_await stream.next(), (ints{1, 2}));
}

EDDY_TEST(batch, refuses_limits_that_are_no_bound) {
  EXPECT_THROW((void)batch({.time = 1s}), std::invalid_argument);
  EXPECT_THROW((void)batch({.bytes = 10}), std::invalid_argument);
  co_return;
}

// window.

EDDY_TEST(window, by_count_gives_whole_windows_only) {
  EXPECT_EQ(co_await watch(iota(0, 5) | window(2)), (batches{{0s, {0, 1}}, {0s, {2, 3}}}));
  EXPECT_EQ(co_await watch(iota(0, 5) | window(3, 1)),
            (batches{{0s, {0, 1, 2}}, {0s, {1, 2, 3}}, {0s, {2, 3, 4}}}));
  EXPECT_EQ(co_await watch(iota(0, 8) | window(2, 3)),
            (batches{{0s, {0, 1}}, {0s, {3, 4}}, {0s, {6, 7}}}));
  EXPECT_THROW((void)window(0), std::invalid_argument);
  EXPECT_THROW((void)window(1, 0), std::invalid_argument);
}

EDDY_TEST(window, by_time_follows_a_clock_that_began_with_the_stream) {
  EXPECT_EQ(co_await watch(after({1s, 1s, 4s, 7s, 500ms}) | window(5s, 100)),
            (batches{{5s, {0, 1}}, {10s, {2}}, {13500ms, {3, 4}}}))
      << "the last ends with the stream, and spans in which nothing came are left out";
}

EDDY_TEST(window, by_time_is_given_early_when_it_is_full) {
  EXPECT_EQ(co_await watch(slowly(4) | window(10s, 3)), (batches{{3s, {1, 2, 3}}, {4s, {4}}}));
  EXPECT_THROW((void)window(1s, 0), std::invalid_argument);
  EXPECT_THROW((void)window(0s, 1), std::invalid_argument);
}

// debounce.

EDDY_TEST(debounce, gives_an_item_once_none_has_followed_it_for_a_while) {
  EXPECT_EQ(co_await watch(after({1s, 1s, 1s, 5s, 1s}) | debounce(2s)), (items{{5s, 2}, {9s, 4}}))
      << "the last one when the stream ends";
}

EDDY_TEST(debounce, an_error_with_its_first_item_comes_alone) {
  std::vector<brittle> items;
  items.emplace_back(2);
  auto stream = from(items) | debounce(1s);
  EXPECT_THROW(co_await stream.next(), std::runtime_error);
  EXPECT_FALSE(co_await stream.next());
}

EDDY_TEST(debounce, refuses_a_time_that_is_not_positive) {
  EXPECT_THROW((void)debounce(0s), std::invalid_argument);
  co_return;
}

// throttle.

EDDY_TEST(throttle, passes_so_many_in_a_time_and_holds_the_others_back) {
  int pulled = 0;
  auto stream = asked(pulled) | throttle(2, 1s);
  std::vector<duration> when;
  for (int i = 1; i <= 6; ++i) {
    EXPECT_EQ(co_await stream.next(), i);
    when.push_back(now());
  }
  EXPECT_EQ(when, (std::vector<duration>{0s, 0s, 500ms, 1s, 1500ms, 2s}));
  co_await sleep(10s);
  EXPECT_EQ(pulled, 6);
}

EDDY_TEST(throttle, paces_evenly_without_a_burst) {
  EXPECT_EQ(co_await watch(iota(0, 3) | throttle(1, 1s, {.burst = 1})),
            (items{{0s, 0}, {1s, 1}, {2s, 2}}));
}

EDDY_TEST(throttle, a_limit_on_next_loses_nothing) {
  auto stream = iota(1, 4) | throttle(1, 10s, {.burst = 1});
  EXPECT_EQ(co_await stream.next(), 1);
  EXPECT_EQ(co_await wait_for_optional(stream.next(), 1s), std::nullopt);
  EXPECT_EQ(co_await wait_for_optional(stream.next(), 1s), std::nullopt);
  EXPECT_EQ(co_await stream.next(), 2);
  EXPECT_EQ(now(), 10s);
  EXPECT_EQ(co_await (std::move(stream) | collect()), ints{3});
}

EDDY_TEST(throttle, ends_with_a_cancel_while_it_holds_an_item_back) {
  const auto reader = create_task([]() -> task<> {
    const counted local;
    co_await (iota(0) | throttle(1, 1h) | for_each([](int) {}));
  });
  co_await sleep(1s);
  reader.cancel();
  EXPECT_TRUE((co_await outcome(reader)).is_cancelled());
  EXPECT_EQ(counted::alive, 0);
}

}  // namespace
}  // namespace eddy
