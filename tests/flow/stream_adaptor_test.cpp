// SPDX-License-Identifier: MIT
#include <eddy/flow/stream/accumulate.hpp>
#include <eddy/flow/stream/take.hpp>
#include <eddy/flow/stream/transform.hpp>

#include <array>

#include "stream_support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

bool even(int x) { return x % 2 == 0; }
task<bool> even_after_a_second(int x) {
  co_await sleep(1s);
  co_return even(x);
}

struct person {
  std::string name;
  int age = 0;
};

async_generator<person> people() {
  co_yield {.name = "Ada", .age = 36};
  co_yield {.name = "Alan", .age = 41};
}

EDDY_TEST(stream_adaptor, filter_keeps_what_its_predicate_keeps) {
  EXPECT_EQ(co_await (iota(0, 7) | filter(even) | collect()), (ints{0, 2, 4, 6}));
  EXPECT_EQ(co_await (slowly(4) | filter(even) | collect()), (ints{2, 4}));
}

EDDY_TEST(stream_adaptor, filter_awaits_a_predicate_that_is_a_task_one_item_at_a_time) {
  EXPECT_EQ(co_await (iota(0, 5) | filter(even_after_a_second) | collect()), (ints{0, 2, 4}));
  EXPECT_EQ(now(), 5s);
}

EDDY_TEST(stream_adaptor, filter_lends_the_very_item_of_its_source) {
  ints numbers{1, 2, 3, 4};
  EDDY_FOR (auto& x, from(numbers) | filter(even)) x = 0;
  EXPECT_EQ(numbers, (ints{1, 0, 3, 0}));
}

EDDY_TEST(stream_adaptor, transform_gives_what_its_function_returns) {
  const auto text = [](int x) { return std::to_string(x); };
  EXPECT_EQ(co_await (iota(1, 4) | transform(text) | collect()),
            (std::vector<std::string>{"1", "2", "3"}));
}

EDDY_TEST(stream_adaptor, transform_awaits_a_task_before_it_pulls_again) {
  int pulled = 0;
  const auto slow = [&](int x) -> task<int> {
    const int before = pulled;
    co_await sleep(1s);
    EXPECT_EQ(pulled, before);
    co_return 2 * x;
  };
  EXPECT_EQ(co_await (asked(pulled) | transform(slow) | take(3) | collect()), (ints{2, 4, 6}));
  EXPECT_EQ(now(), 3s);
}

EDDY_TEST(stream_adaptor, transform_lends_what_its_function_returns_by_reference) {
  std::vector<person> all{{.name = "Ada", .age = 36}};
  EDDY_FOR (auto& age, from(all) | transform(&person::age)) ++age;
  EXPECT_EQ(all[0].age, 37);
}

EDDY_TEST(stream_adaptor, a_member_of_an_item_given_away_is_given_too) {
  const auto copy = [](const person& p) { return p; };
  auto names = people() | transform(copy) | transform(&person::name);
  static_assert(std::is_same_v<stream_item_t<decltype(names)>, std::string>);
  EXPECT_EQ(co_await (names | collect()), (std::vector<std::string>{"Ada", "Alan"}));
}

EDDY_TEST(stream_adaptor, items_that_cannot_be_copied_travel_through_a_pipeline) {
  const auto box = [](int x) { return std::make_unique<int>(x); };
  auto boxes =
      co_await (iota(1, 4) | transform(box) | filter([](auto& p) { return *p != 2; }) | collect());
  EXPECT_EQ(boxes.size(), 2U);
  EXPECT_EQ(*boxes[1], 3);
}

EDDY_TEST(stream_adaptor, take_asks_its_source_for_no_more_than_it_gives) {
  int pulled = 0;
  EXPECT_EQ(co_await (asked(pulled) | take(3) | collect()), (ints{1, 2, 3}));
  EXPECT_EQ(pulled, 3);
  EXPECT_EQ(co_await (asked(pulled) | take(0) | collect()), ints());
  EXPECT_EQ(pulled, 3);
  EXPECT_EQ(co_await (iota(0, 2) | take(5) | collect()), (ints{0, 1}));
}

EDDY_TEST(stream_adaptor, take_while_stops_for_good_at_the_first_that_fails) {
  const auto small = [](int x) { return x < 3; };
  auto stream = from({1, 2, 3, 1}) | take_while(small);
  EXPECT_EQ(co_await (stream | collect()), (ints{1, 2}));
  EXPECT_EQ(co_await stream.next(), nullptr);
}

EDDY_TEST(stream_adaptor, drop_skips_only_the_beginning) {
  EXPECT_EQ(co_await (iota(0, 5) | drop(3) | collect()), (ints{3, 4}));
  EXPECT_EQ(co_await (iota(0, 2) | drop(3) | collect()), ints());
  EXPECT_EQ(co_await (from({1, 2, 3, 1}) | drop_while([](int x) { return x < 3; }) | collect()),
            (ints{3, 1}));
}

EDDY_TEST(stream_adaptor, enumerate_numbers_items_and_lends_what_its_source_lends) {
  ints numbers{5, 6};
  EDDY_FOR (indexed<int&>& item, from(numbers) | enumerate(1)) {
    auto& [index, value] = item;
    value += static_cast<int>(10 * index);
  }
  EXPECT_EQ(numbers, (ints{15, 26}));
}

EDDY_TEST(stream_adaptor, scan_gives_one_sum_for_each_item) {
  EXPECT_EQ(co_await (iota(1, 5) | scan(0, std::plus<>()) | collect()), (ints{1, 3, 6, 10}));
}

EDDY_TEST(stream_adaptor, chunk_gives_the_rest_at_the_end) {
  EXPECT_EQ(co_await (iota(1, 6) | chunk(2) | collect()), (std::vector<ints>{{1, 2}, {3, 4}, {5}}));
  EXPECT_EQ(co_await (iota(1, 5) | chunk(2) | collect()), (std::vector<ints>{{1, 2}, {3, 4}}));
  EXPECT_EQ(co_await (iota(1, 1) | chunk(2) | collect()), (std::vector<ints>{}));
}

TEST(stream_adaptor, chunk_refuses_zero) {
  EXPECT_THROW(static_cast<void>(chunk(0)), std::invalid_argument);
}

EDDY_TEST(stream_adaptor, distinct_goes_by_the_item_or_by_a_key_of_it) {
  EXPECT_EQ(co_await (from({1, 2, 1, 3, 2}) | distinct() | collect()), (ints{1, 2, 3}));
  EXPECT_EQ(co_await (from({11, 12, 21}) | distinct([](int x) { return x % 10; }) | collect()),
            (ints{11, 12}));
}

EDDY_TEST(stream_adaptor, inspect_sees_every_item_that_is_asked_for_and_no_other) {
  ints seen;
  EXPECT_EQ(co_await (iota(0) | inspect([&](int x) { seen.push_back(x); }) | filter(even) |
                      take(2) | count()),
            2U);
  EXPECT_EQ(seen, (ints{0, 1, 2}));
}

EDDY_TEST(stream_adaptor, an_error_of_the_source_reaches_the_consumer_after_the_items_before_it) {
  auto stream =
      failing_after(2) | filter([](int) { return true; }) | transform([](int x) { return x; });
  EXPECT_EQ(co_await stream.next(), 1);
  EXPECT_EQ(co_await stream.next(), 2);
  std::string what;
  try {
    co_await stream.next();
  } catch (const std::runtime_error& error) {
    what = error.what();
  }
  EXPECT_EQ(what, "the source failed");
  EXPECT_EQ(co_await stream.next(), std::nullopt);
}

EDDY_TEST(stream_adaptor, a_stream_goes_on_after_an_error_of_its_function) {
  const auto plain = [](int x) { return x == 2 ? throw std::runtime_error("two") : x; };
  const auto slow = [](int x) -> task<int> {
    co_await sleep(1s);
    if (x == 2) throw std::runtime_error("two");
    co_return x;
  };
  auto one = slowly(3) | transform(plain);
  auto other = iota(1, 4) | transform(slow);
  const auto drain = [](auto& stream) -> task<ints> {
    ints all;
    for (int i = 0; i < 4; ++i) {
      try {
        all.push_back((co_await stream.next()).value_or(-1));
      } catch (const std::runtime_error&) {
        all.push_back(0);
      }
    }
    co_return all;
  };
  EXPECT_EQ(co_await drain(one), (ints{1, 0, 3, -1}));
  EXPECT_EQ(co_await drain(other), (ints{1, 0, 3, -1}));
}

}  // namespace
}  // namespace eddy
