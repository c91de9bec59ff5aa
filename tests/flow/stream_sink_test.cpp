// SPDX-License-Identifier: MIT
#include <eddy/flow/stream/sinks.hpp>

#include <set>

#include "stream_support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

EDDY_TEST(stream_sink, to_fills_any_container) {
  EXPECT_EQ(co_await (from({3, 1, 3}) | to<std::set<int>>()), (std::set<int>{1, 3}));
  EXPECT_EQ(co_await (from({'a', 'b'}) | to<std::string>()), "ab");
  EXPECT_EQ(co_await (from({1, 2}) | to<std::vector>()), (ints{1, 2}));
}

EDDY_TEST(stream_sink, collecting_leaves_items_that_were_lent_as_they_are) {
  std::vector<std::string> words{"a word too long to be kept inside the string"};
  EXPECT_EQ(co_await (from(words) | collect()), words);
  EXPECT_FALSE(words[0].empty());
}

EDDY_TEST(stream_sink, for_each_awaits_a_task_before_the_next_item) {
  ints seen;
  co_await (iota(0, 3) | for_each([&](int x) -> task<> {
              co_await sleep(1s);
              seen.push_back(x);
            }));
  EXPECT_EQ(seen, (ints{0, 1, 2}));
  EXPECT_EQ(now(), 3s);
}

EDDY_TEST(stream_sink, reduce_goes_from_left_to_right) {
  const auto join = [](std::string so_far, int x) { return so_far + std::to_string(x); };
  EXPECT_EQ(co_await (iota(1, 4) | reduce(std::string("0"), join)), "0123");
  const auto slow = [](int so_far, int x) -> task<int> { co_return so_far - x; };
  EXPECT_EQ(co_await (iota(1, 4) | reduce(10, slow)), 4);
  EXPECT_EQ(co_await (empty<int>() | reduce(10, slow)), 10);
}

EDDY_TEST(stream_sink, first_asks_for_one_item_only) {
  int pulled = 0;
  EXPECT_EQ(co_await (asked(pulled) | first()), 1);
  EXPECT_EQ(pulled, 1);
  EXPECT_EQ(co_await (empty<int>() | first()), std::nullopt);
}

EDDY_TEST(stream_sink, last_is_empty_only_for_an_empty_stream) {
  EXPECT_EQ(co_await (slowly(3) | last()), 3);
  EXPECT_EQ(co_await (empty<int>() | last()), std::nullopt);
}

EDDY_TEST(stream_sink, all_of_and_any_of_stop_as_soon_as_they_know) {
  int pulled = 0;
  EXPECT_FALSE(co_await (asked(pulled) | all_of([](int x) { return x < 3; })));
  EXPECT_EQ(pulled, 3);
  EXPECT_TRUE(co_await (asked(pulled) | any_of([](int x) { return x == 2; })));
  EXPECT_EQ(pulled, 5);
  EXPECT_TRUE(co_await (empty<int>() | all_of([](int) { return false; })));
  EXPECT_FALSE(co_await (empty<int>() | any_of([](int) { return true; })));
  EXPECT_TRUE(co_await (slowly(2) | any_of([](int x) -> task<bool> { co_return x == 2; })));
}

EDDY_TEST(stream_sink, a_stream_with_a_name_goes_on_after_its_sink) {
  auto source = slowly(4);
  EXPECT_EQ(co_await (source | first()), 1);
  EXPECT_EQ(co_await (source | take(1) | collect()), (ints{2}));
  EXPECT_EQ(co_await (source | collect()), (ints{3, 4}));
}

EDDY_TEST(stream_sink, a_stream_without_a_name_is_gone_with_its_sink) {
  co_await (slowly(4) | filter([](int) { return true; }) | first());
  EXPECT_EQ(counted::alive, 0);
}

}  // namespace
}  // namespace eddy
