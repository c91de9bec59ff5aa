// SPDX-License-Identifier: MIT
// Stages with tasks of their own: order, bounds, early ends, cancels.
#include <algorithm>
#include <memory>
#include <set>

#include <eddy/core/finally.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>

#include "stream_support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

/// A call that takes as many seconds as its item says; counted while it is under way.
task<int> takes(int seconds) {
  const counted under_way;
  co_await sleep(seconds * 1s);
  co_return seconds;
}

/// Items with a second of clean-up after them, noted in `log`.
async_generator<int> cleaned(std::vector<std::string>& log) {
  co_await defer([&log]() -> task<> {
    log.emplace_back("closing");
    co_await sleep(1s);
    log.emplace_back("closed");
  });
  for (int i = 1;; ++i) co_yield i;
}

// map_async.

EDDY_TEST(map_async, runs_calls_at_once_and_gives_their_values_in_the_order_of_the_items) {
  const auto all = co_await (from({3, 1, 2}) | map_async(takes) | collect());
  EXPECT_EQ(all, (ints{3, 1, 2}));
  EXPECT_EQ(now(), 3s);
}

EDDY_TEST(map_async, unordered_gives_values_as_they_come) {
  ints all;
  std::vector<duration> when;
  EDDY_FOR (int x, from({3, 1, 2}) | map_async(takes, {.ordered = false})) {
    all.push_back(x);
    when.push_back(now());
  }
  EXPECT_EQ(all, (ints{1, 2, 3}));
  EXPECT_EQ(when, (std::vector<duration>{1s, 2s, 3s}));
}

EDDY_TEST(map_async, never_has_more_calls_under_way_or_results_waiting_than_it_may) {
  int most = 0;
  int pulled = 0;
  int taken = 0;
  int most_ahead = 0;
  const auto call = [&](int) -> task<int> {
    const counted under_way;
    most = std::max(most, counted::alive);
    co_await sleep(1s);
    co_return 0;
  };
  auto stream = iota(0, 20) | inspect([&](int) { ++pulled; }) | map_async(call, {.concurrency = 3});
  while (co_await stream.next()) {
    ++taken;
    co_await sleep(5s);
    most_ahead = std::max(most_ahead, pulled - taken);
  }
  EXPECT_EQ(most, 3);
  EXPECT_EQ(most_ahead, 3);
}

EDDY_TEST(map_async, takes_functions_of_no_value_and_items_that_can_only_be_moved) {
  int sum = 0;
  auto done = from({1, 2, 3}) | transform([](int x) { return std::make_unique<int>(x); }) |
              map_async([&](std::unique_ptr<int> x) -> task<> {
                co_await yield();
                sum += *x;
              });
  EXPECT_EQ(co_await (std::move(done) | count()), 3U);
  EXPECT_EQ(sum, 6);
}

EDDY_TEST(map_async, does_nothing_before_the_first_next) {
  int pulled = 0;
  auto stream = asked(pulled) | map_async(takes);
  co_await sleep(5s);
  EXPECT_EQ(pulled, 0);
}

EDDY_TEST(map_async, an_error_of_a_call_comes_after_the_values_before_it_and_stops_those_behind) {
  const auto call = [](int x) -> task<int> {
    const counted under_way;
    co_await sleep(x == 3 ? 1s : 4s);
    if (x == 3) throw std::runtime_error("three");
    co_return x;
  };
  auto stream = iota(1) | map_async(call, {.concurrency = 5});
  EXPECT_EQ(co_await stream.next(), 1);
  EXPECT_EQ(co_await stream.next(), 2);
  EXPECT_EQ(counted::alive, 0) << "4 and 5 were cancelled";
  EXPECT_THROW(co_await stream.next(), std::runtime_error);
  EXPECT_EQ(co_await stream.next(), std::nullopt);
  EXPECT_EQ(now(), 4s);
}

EDDY_TEST(map_async, of_several_errors_the_first_in_order_comes_out_once) {
  const auto call = [](int x) -> task<int> {
    co_await sleep((10 - x) * 1s);
    throw std::runtime_error(std::to_string(x));
    co_return 0;
  };
  auto stream = from({1, 2, 3}) | map_async(call);
  try {
    co_await stream.next();
    ADD_FAILURE();
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(e.what(), "1");
  }
  EXPECT_EQ(co_await stream.next(), std::nullopt);
}

EDDY_TEST(map_async, an_item_that_cannot_be_kept_is_an_error_of_the_source) {
  for (const int bad : {2, 3}) {
    std::vector<brittle> items;
    items.reserve(2);
    items.emplace_back(1);
    items.emplace_back(bad);
    auto stream = from(items) | map_async([](const brittle& item) -> task<int> {
                    co_await sleep(1s);
                    co_return item.number;
                  });
    EXPECT_EQ(co_await stream.next(), 1);
    EXPECT_THROW(co_await stream.next(), std::runtime_error);
    EXPECT_EQ(co_await stream.next(), std::nullopt);
  }
}

EDDY_TEST(map_async, unordered_ends_at_once_when_a_call_fails) {
  const auto call = [](int x) -> task<int> {
    const counted under_way;
    co_await sleep(x * 1s);
    if (x == 2) throw std::runtime_error("two");
    co_return x;
  };
  auto stream = iota(1) | map_async(call, {.concurrency = 4, .ordered = false});
  EXPECT_EQ(co_await stream.next(), 1);
  EXPECT_THROW(co_await stream.next(), std::runtime_error);
  EXPECT_EQ(co_await stream.next(), std::nullopt);
  co_await yield();
  EXPECT_EQ(counted::alive, 0);
  EXPECT_EQ(now(), 2s);
}

EDDY_TEST(map_async, an_error_of_the_source_comes_after_the_calls_before_it) {
  for (const bool ordered : {true, false}) {
    auto stream = failing_after(2) | map_async(takes, {.ordered = ordered});
    EXPECT_EQ(co_await stream.next(), 1);
    EXPECT_EQ(co_await stream.next(), 2);
    EXPECT_THROW(co_await stream.next(), std::runtime_error);
    EXPECT_EQ(co_await stream.next(), std::nullopt);
  }
}

EDDY_TEST(map_async, may_be_moved_before_and_after_it_has_begun) {
  auto first = from({1, 2}) | map_async(takes);
  auto second = std::move(first);
  EXPECT_EQ(co_await second.next(), 1);
  auto third = std::move(second);
  EXPECT_EQ(co_await third.next(), 2);
}

EDDY_TEST(map_async, refuses_a_concurrency_of_zero) {
  EXPECT_THROW((void)map_async(takes, {.concurrency = 0}), std::invalid_argument);
  co_return;
}

// Early ends.

EDDY_TEST(map_async, a_consumer_that_stops_has_its_calls_cancelled_at_once_and_joined) {
  std::vector<std::string> log;
  co_await create_task([&]() -> task<> {
    const auto call = [&](int x) -> task<int> {
      const counted under_way;
      co_await finally([&]() -> task<> { co_await sleep(x * 1h); },
                       [&]() -> task<> {
                         co_await sleep(1s);
                         log.push_back("call " + std::to_string(x));
                       });
      co_return x;
    };
    auto stream = cleaned(log) | map_async(call, {.concurrency = 2, .ordered = false});
    (void)co_await wait_for_optional(stream.next(), 1s);
    EXPECT_EQ(counted::alive, 2);
  });
  std::ranges::sort(log.begin(), log.begin() + 2);
  EXPECT_EQ(log, (std::vector<std::string>{"call 1", "call 2", "closing", "closed"}))
      << "downstream first";
  EXPECT_EQ(counted::alive, 0);
  EXPECT_EQ(now(), 3s);
}

EDDY_TEST(map_async, nothing_runs_after_close) {
  std::vector<std::string> log;
  auto stream = cleaned(log) | map_async([](int) { return takes(100); }, {.concurrency = 2});
  EXPECT_FALSE(co_await wait_for_optional(stream.next(), 1s));
  co_await stream.close();
  EXPECT_EQ(counted::alive, 0);
  EXPECT_EQ(log, (std::vector<std::string>{"closing", "closed"}));
  EXPECT_EQ(now(), 2s);
  EXPECT_EQ(co_await stream.next(), std::nullopt);
  co_await stream.close();
}

EDDY_TEST(map_async, close_before_the_first_next_starts_nothing) {
  int pulled = 0;
  auto stream = asked(pulled) | map_async(takes);
  co_await stream.close();
  EXPECT_EQ(pulled, 0);
}

EDDY_TEST(concurrent_stages, a_break_closes_a_whole_pipeline_before_its_task_ends) {
  std::vector<std::string> log;
  co_await create_task([&]() -> task<> {
    EDDY_FOR (const auto& items, cleaned(log) | buffered(4) |
                                     map_async([](int) { return takes(1); }) | buffered(2) |
                                     batch({.items = 2}) | throttle(1, 1s)) {
      EXPECT_EQ(items.size(), 2U);
      break;
    }
  });
  EXPECT_EQ(log.back(), "closed");
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(concurrent_stages, a_cancel_anywhere_leaves_nothing_behind) {
  const auto pipeline = []() -> task<> {
    const counted local;
    auto both = merge(slowly(4), slowly(3) | transform([](int x) { return x * 10; }));
    co_await (std::move(both) | buffered(2) | map_async([](int) { return takes(1); }) |
              batch({.items = 3, .time = 2s}) | for_each([](const ints&) -> task<> {
                const counted inner;
                co_await sleep(1s);
              }));
  };
  bool finished = false;
  for (int step = 0; !finished; ++step) {
    const auto running = create_task(pipeline);
    co_await sleep(step * 500ms);
    running.cancel();
    finished = !(co_await outcome(running)).is_cancelled();
    EXPECT_EQ(counted::alive, 0) << "after " << step << " half seconds";
  }
}

EDDY_TEST(concurrent_stages, a_limit_on_next_loses_no_item) {
  auto stream = slowly(3) | buffered(2) | map_async(takes, {.concurrency = 2});
  ints all;
  for (;;) {
    auto item = co_await wait_for_optional(stream.next(), 300ms);
    if (!item) continue;
    if (!*item) break;
    all.push_back(**item);
  }
  EXPECT_EQ(all, (ints{1, 2, 3}));
}

EDDY_TEST(concurrent_stages,
          calls_that_do_not_stop_are_cancelled_hard_when_the_grace_time_is_over) {
  const auto stuck = [](int) -> task<int> {
    co_await finally([]() -> task<> { co_await sleep(1h); },
                     []() -> task<> { co_await sleep(std::chrono::hours::max()); });
    co_return 0;
  };
  ::testing::internal::CaptureStderr();
  co_await create_task([&]() -> task<> {
    auto stream = iota(1) | map_async(stuck, {.concurrency = 2});
    (void)co_await wait_for_optional(stream.next(), 1s);
  });
  (void)::testing::internal::GetCapturedStderr();
  EXPECT_EQ(now(), 31s);
}

// buffered.

EDDY_TEST(buffered, lets_source_and_consumer_work_at_the_same_time) {
  EDDY_FOR (int x, slowly(4) | buffered(2)) {
    (void)x;
    co_await sleep(1s);
  }
  EXPECT_EQ(now(), 5s);
}

EDDY_TEST(buffered, holds_no_more_than_it_may) {
  int pulled = 0;
  auto stream = asked(pulled) | buffered(3);
  for (int taken = 1; taken <= 5; ++taken) {
    EXPECT_EQ(co_await stream.next(), taken);
    co_await sleep(1s);
    EXPECT_EQ(pulled, taken + 3);
  }
}

EDDY_TEST(buffered, by_bytes_holds_what_fits_and_one_that_waits) {
  int pulled = 0;
  auto stream = asked(pulled) | buffered({.bytes = 10}, [](int) { return std::size_t{4}; });
  EXPECT_EQ(co_await stream.next(), 1);
  co_await sleep(1s);
  EXPECT_EQ(pulled, 1 + 2 + 1);
  EXPECT_EQ(co_await (stream | take(9) | count()), 9U);
}

EDDY_TEST(buffered, lets_one_in_that_is_larger_than_the_bound) {
  auto stream = iota(0, 3) | buffered({.bytes = 1}, [](int) { return std::size_t{100}; });
  EXPECT_EQ(co_await (std::move(stream) | collect()), (ints{0, 1, 2}));
}

EDDY_TEST(buffered, gives_what_came_before_an_error) {
  auto stream = failing_after(3) | buffered(8);
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(co_await stream.next(), i);
  EXPECT_THROW(co_await stream.next(), std::runtime_error);
  EXPECT_EQ(co_await stream.next(), std::nullopt);
}

EDDY_TEST(concurrent_stages, cannot_be_closed_while_an_item_is_waited_for) {
  auto stream = slowly(3) | buffered(1);
  const auto reader = create_task([&]() -> task<> { EXPECT_EQ(co_await stream.next(), 1); });
  co_await sleep(500ms);
  EXPECT_THROW((void)stream.close(), std::logic_error);
  co_await reader;
  EXPECT_EQ(co_await wait_for_optional(stream.next(), 500ms), std::nullopt);
  co_await stream.close();
  EXPECT_EQ(co_await stream.next(), std::nullopt);
}

EDDY_TEST(buffered, refuses_to_hold_nothing_or_everything) {
  EXPECT_THROW((void)buffered(0), std::invalid_argument);
  EXPECT_THROW((void)buffered({}, [](int) { return std::size_t{1}; }), std::invalid_argument);
  co_return;
}

// merge.

EDDY_TEST(merge, gives_items_as_they_come_until_the_last_stream_ends) {
  auto tens = slowly(2) | transform([](int x) -> task<int> {
                co_await sleep(500ms);
                co_return x * 10;
              });
  EXPECT_EQ(co_await (merge(slowly(3), std::move(tens)) | collect()), (ints{1, 10, 2, 3, 20}));
}

EDDY_TEST(merge, a_stream_that_is_always_ready_does_not_starve_another) {
  std::set<int> seen;
  auto both = merge(repeat(1), repeat(2)) | take(10);
  EDDY_FOR (int x, both) seen.insert(x);
  EXPECT_EQ(seen.size(), 2U);
}

EDDY_TEST(merge, pulls_each_stream_one_item_ahead) {
  int first = 0;
  int second = 0;
  auto both = merge(asked(first), asked(second));
  for (int taken = 1; taken <= 4; ++taken) {
    co_await both.next();
    co_await sleep(1s);
    EXPECT_EQ(first + second, taken + 2);
  }
}

EDDY_TEST(merge, an_error_stops_the_other_streams_and_comes_after_what_was_there) {
  auto both = merge(slowly(100), failing_after(1));
  EXPECT_EQ(co_await both.next(), 1);
  EXPECT_THROW(co_await both.next(), std::runtime_error);
  EXPECT_EQ(co_await both.next(), std::nullopt);
  EXPECT_EQ(counted::alive, 0) << "cancelled while it was being pulled";
  EXPECT_EQ(now(), 0s);
}

EDDY_TEST(merge, an_error_stops_a_stream_that_never_has_to_wait) {
  const auto fails = []() -> async_generator<int> {
    co_await yield();
    throw std::runtime_error("the source failed");
    co_yield 0;
  };
  auto both = merge(iota(0), fails());
  const auto consume = [&]() -> task<> {
    EDDY_FOR (int x, both) (void)x;
  };
  EXPECT_THROW(co_await consume(), std::runtime_error);
  co_await both.close();
}

// partition and tee.

EDDY_TEST(partition, divides_a_stream_in_two_and_keeps_the_order) {
  auto [even, odd] = iota(1, 8) | partition([](int x) { return x % 2 == 0; });
  EXPECT_EQ(co_await (std::move(even) | collect()), (ints{2, 4, 6}));
  EXPECT_EQ(co_await (std::move(odd) | collect()), (ints{1, 3, 5, 7}));
}

EDDY_TEST(partition, a_half_that_is_full_holds_the_source_back) {
  int pulled = 0;
  auto [none, all] = asked(pulled) | partition([](int) { return false; }, {.capacity = 2});
  EXPECT_EQ(co_await all.next(), 1);
  co_await sleep(1s);
  EXPECT_EQ(pulled, 1 + 2 + 1);
}

EDDY_TEST(partition, a_half_that_was_dropped_gets_no_more_and_stops_nobody) {
  auto both = iota(1, 100) | partition([](int x) { return x % 2 == 0; }, {.capacity = 1});
  auto even = std::move(both.first);
  {
    auto odd = std::move(both.second);
  }
  EXPECT_EQ(co_await (std::move(even) | count()), 49U);
}

EDDY_TEST(partition, a_half_that_was_replaced_goes_at_once) {
  const auto divide = [] {
    return iota(1, 100) | partition([](int x) { return x % 2 == 0; }, {.capacity = 1});
  };
  auto one = divide();
  auto other = divide();
  one.first = std::move(other.first);
  EXPECT_EQ(co_await (std::move(one.second) | count()), 50U);
  other.second = divide().second;
  one.first = divide().first;
  EXPECT_EQ(co_await (std::move(one.first) | count()), 49U);
}

EDDY_TEST(partition, when_both_halves_are_dropped_the_source_is_closed) {
  std::vector<std::string> log;
  co_await create_task([&]() -> task<> {
    auto [even, odd] = cleaned(log) | partition([](int x) { return x % 2 == 0; });
    co_await even.next();
    co_await odd.next();
  });
  EXPECT_EQ(log, (std::vector<std::string>{"closing", "closed"}));
}

EDDY_TEST(partition, both_halves_hear_of_an_error_once) {
  auto [even, odd] = failing_after(2) | partition([](int x) { return x % 2 == 0; });
  EXPECT_EQ(co_await even.next(), 2);
  EXPECT_THROW(co_await even.next(), std::runtime_error);
  EXPECT_EQ(co_await even.next(), std::nullopt);
  EXPECT_EQ(co_await odd.next(), 1);
  EXPECT_THROW(co_await odd.next(), std::runtime_error);
}

EDDY_TEST(partition, a_cancelled_half_leaves_the_other_going) {
  auto [even, odd] = slowly(4) | partition([](int x) { return x % 2 == 0; });
  EXPECT_EQ(co_await wait_for_optional(even.next(), 500ms), std::nullopt);
  EXPECT_EQ(co_await odd.next(), 1);
  EXPECT_EQ(co_await even.next(), 2);
}

EDDY_TEST(tee, gives_every_item_to_each) {
  auto [a, b, c] = iota(0, 5) | tee<3>();
  const ints all{0, 1, 2, 3, 4};
  EXPECT_EQ(co_await (std::move(b) | collect()), all);
  EXPECT_EQ(co_await (std::move(a) | collect()), all);
  EXPECT_EQ(co_await (std::move(c) | collect()), all);
}

EDDY_TEST(tee, the_slowest_holds_the_source_back) {
  int pulled = 0;
  auto [a, b] = asked(pulled) | tee<2>({.capacity = 2});
  co_await a.next();
  co_await sleep(1s);
  EXPECT_EQ(pulled, 2 + 1);
  co_await b.next();
  co_await sleep(1s);
  EXPECT_EQ(pulled, 3 + 1);
}

EDDY_TEST(tee, a_slow_one_may_lose_items_instead_of_holding_others_back) {
  auto [fast, slow] = iota(0, 10) | tee<2>({.capacity = 3, .when_full = slow_reader::drop_oldest});
  EXPECT_EQ(co_await fast.next(), 0);
  co_await sleep(1s);
  EXPECT_EQ(co_await (std::move(slow) | collect()), (ints{7, 8, 9}));
}

EDDY_TEST(tee, each_hears_of_an_error_and_the_last_to_go_closes_the_source) {
  {
    auto [a, b] = failing_after(1) | tee<2>();
    EXPECT_EQ(co_await a.next(), 1);
    EXPECT_THROW(co_await a.next(), std::runtime_error);
    EXPECT_EQ(co_await b.next(), 1);
    EXPECT_THROW(co_await b.next(), std::runtime_error);
    EXPECT_EQ(co_await b.next(), std::nullopt);
  }
  std::vector<std::string> log;
  co_await create_task([&]() -> task<> {
    auto all = cleaned(log) | tee<2>();
    co_await all[0].next();
  });
  EXPECT_EQ(log, (std::vector<std::string>{"closing", "closed"}));
}

// Memory.

EDDY_TEST(concurrent_stages, memory_does_not_grow_with_the_number_of_items) {
  struct item {
    explicit item(int n) : number(n) {}
    counted alive;
    int number;
  };
  int most = 0;
  auto all = iota(0, 10'000) | transform([](int x) { return item(x); }) | buffered(4) |
             map_async(
                 [](item x) -> task<item> {
                   co_await yield();
                   co_return x;
                 },
                 {.concurrency = 4}) |
             batch({.items = 4});
  EDDY_FOR (const auto& items, all) {
    most = std::max(most, counted::alive);
    EXPECT_EQ(items.size(), 4U);
  }
  EXPECT_LE(most, 40);
}

}  // namespace
}  // namespace eddy
