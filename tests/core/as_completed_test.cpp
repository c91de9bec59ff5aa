// SPDX-License-Identifier: MIT
#include <eddy/core/as_completed.hpp>

#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <vector>

#include <eddy/core/detail/frame_pool.hpp>
#include <eddy/core/wait.hpp>
#include <eddy/core/with.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;
using std::views::iota;
using std::views::transform;

task<int> reversed(int i) { return after(std::chrono::seconds(10 - i), i); }

EDDY_TEST(as_completed, gives_each_once_in_the_order_they_end) {
  std::vector<int> order;
  auto all = as_completed(iota(0, 4) | transform(reversed));
  while (const auto got = co_await all.next()) order.push_back(*got);
  EXPECT_EQ(order, (std::vector{3, 2, 1, 0}));
  EXPECT_EQ(now(), 10s);
  EXPECT_FALSE(co_await all.next());
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(as_completed, of_handles_lends_their_values_and_cancels_nothing) {
  const std::vector handles{create_task(after, 2s, 2), create_task(after, 1s, 1)};
  {
    auto all = as_completed(handles);
    int* const first = co_await all.next();
    EXPECT_EQ(first, &handles[1].result());
  }
  EXPECT_EQ(co_await handles[0], 2);
}

EDDY_TEST(as_completed, of_an_empty_range_is_over_at_once) {
  const std::vector<task_handle<>> none;
  auto all = as_completed(none);
  EXPECT_FALSE(co_await all.next());
}

EDDY_TEST(as_completed, gives_void_what_can_only_be_moved_and_references) {
  const auto nap = [](int) -> task<> { co_await sleep(1s); };
  auto naps = as_completed(iota(0, 1) | transform(nap));
  EXPECT_EQ(co_await naps.next(), std::monostate());
  const auto box = [](int i) -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(i); };
  auto boxes = as_completed(iota(7, 8) | transform(box));
  EXPECT_EQ(**co_await boxes.next(), 7);
  std::vector<int> targets{1};
  const auto lend = [](int& i) -> task<int&> { co_return i; };
  auto lent = as_completed(targets | transform(lend));
  EXPECT_EQ(co_await lent.next(), targets.data());
}

EDDY_TEST(as_completed, keeps_what_made_its_tasks_until_they_have_ended) {
  const auto big = std::make_shared<int>(5);
  std::vector<int> got;
  {
    auto all = as_completed(iota(0, 2) | transform([big](int i) -> task<int> {
                              co_await sleep(std::chrono::seconds(i));
                              co_return *big + i;
                            }));
    got.push_back(*co_await all.next());
  }
  EXPECT_EQ(big.use_count(), 2);  // the second one still has to be unwound
  co_await sleep(1ms);
  EXPECT_EQ(big.use_count(), 1);
  EXPECT_EQ(got, (std::vector{5}));
}

EDDY_TEST(as_completed, a_failure_comes_out_of_its_own_next_and_the_rest_go_on) {
  const auto work = [](int i) -> task<int> {
    co_await sleep(std::chrono::seconds(i));
    if (i == 1) throw std::runtime_error("one");
    co_return i;
  };
  auto all = as_completed(iota(0, 3) | transform(work));
  EXPECT_EQ(co_await all.next(), 0);
  EXPECT_THROW(co_await all.next(), std::runtime_error);
  EXPECT_EQ(co_await all.next(), 2);
  EXPECT_EQ(co_await all.next(), std::nullopt);
}

EDDY_TEST(as_completed, a_task_that_somebody_cancelled_comes_out_as_task_cancelled) {
  const std::vector handles{create_task(after, 1h, 1)};
  handles[0].cancel();
  auto all = as_completed(handles);
  EXPECT_THROW(co_await all.next(), task_cancelled);
}

EDDY_TEST(as_completed, abandoned_half_way_cancels_what_it_started) {
  {
    auto all = as_completed(iota(0, 4) | transform(reversed));
    EXPECT_EQ(co_await all.next(), 3);
    EXPECT_EQ(counted::alive, 3);
  }
  co_await yield();
  EXPECT_EQ(counted::alive, 0);
  EXPECT_EQ(now(), 7s);
}

EDDY_TEST(as_completed, a_range_that_throws_half_way_cancels_what_it_started) {
  const auto work = [](int i) {
    if (i == 2) throw std::domain_error("the range");
    return after(1h, i);
  };
  EXPECT_THROW((void)as_completed(iota(0, 4) | transform(work)), std::domain_error);
  co_await yield();
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(as_completed, in_with_waits_for_the_end_of_what_it_cancelled) {
  bool cleaned = false;
  const auto careful = [&](int i) -> task<int> {
    co_return co_await finally([&] { return after(std::chrono::hours(i), i); },
                               [&]() -> task<> {
                                 co_await sleep(5s);
                                 cleaned = i == 1;
                               });
  };
  const int first = co_await with(as_completed(iota(0, 2) | transform(careful)),
                                  [](auto& all) -> task<int> { co_return *co_await all.next(); });
  EXPECT_EQ(first, 0);
  EXPECT_TRUE(cleaned);
  EXPECT_EQ(now(), 10s);
}

EDDY_TEST(as_completed, two_next_at_once_are_an_error) {
  auto all = as_completed(iota(0, 1) | transform(reversed));
  const auto other = create_task([&]() -> task<> { co_await all.next(); });
  co_await yield();
  EXPECT_THROW(co_await all.next(), std::logic_error);
  co_await other;
}

EDDY_TEST(as_completed, of_the_calling_task_itself_is_an_error) {
  std::optional<task_handle<>> self;
  self = create_task([&]() -> task<> {
    EXPECT_THROW((void)as_completed(std::vector{*self}), std::logic_error);
    co_return;
  });
  co_await *self;
}

EDDY_TEST(as_completed, a_cancelled_next_loses_no_item) {
  auto all = as_completed(iota(0, 2) | transform(reversed));
  const auto consumer = create_task([&]() -> task<> { co_await all.next(); });
  co_await sleep(1s);
  consumer.cancel();
  EXPECT_THROW(co_await consumer, task_cancelled);
  EXPECT_EQ(co_await all.next(), 1);
  EXPECT_EQ(co_await all.next(), 0);
}

EDDY_TEST(as_completed, cancelled_in_the_step_an_item_arrives_still_gives_it) {
  gate g;
  std::optional<int> got;
  const auto wait = [&](int i) -> task<int> {
    co_await g.wait();
    co_return i;
  };
  auto all = as_completed(iota(0, 2) | transform(wait));
  const auto consumer = create_task([&]() -> task<> { got = co_await all.next(); });
  co_await yield();
  g.open();
  co_await yield();
  EXPECT_FALSE(got);
  consumer.cancel();
  co_await yield();
  EXPECT_EQ(got, 0);
  EXPECT_EQ(co_await all.next(), 1);
}

EDDY_TEST(as_completed, with_a_cancel_pending_takes_what_is_there_and_waits_for_nothing) {
  gate g;
  std::vector<int> got;
  auto all = as_completed(iota(8, 10) | transform(reversed));
  const auto consumer = create_task([&]() -> task<> {
    co_await g.wait();
    while (const auto next = co_await all.next()) got.push_back(*next);
  });
  co_await sleep(1500ms);
  g.open();
  consumer.cancel();
  EXPECT_THROW(co_await consumer, task_cancelled);
  EXPECT_EQ(got, (std::vector{9}));
  EXPECT_EQ(co_await all.next(), 8);
}

}  // namespace
}  // namespace eddy
