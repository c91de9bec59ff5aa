// SPDX-License-Identifier: MIT
#include <eddy/core/compute_pool.hpp>

#include <atomic>
#include <memory>
#include <numeric>
#include <ranges>
#include <semaphore>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

TEST(compute_pool, finds_at_least_one_core_and_no_more_than_there_are) {
  EXPECT_GE(detail::available_cores(), 1);
  EXPECT_LE(detail::available_cores(), static_cast<int>(std::thread::hardware_concurrency()));
}

EDDY_TEST(compute_pool, runs_a_call_on_a_thread_of_its_own) {
  compute_pool pool;
  const auto here = std::this_thread::get_id();
  EXPECT_NE(co_await pool.run([] { return std::this_thread::get_id(); }), here);
  co_await pool.run([](std::stop_token) {});
}

TEST(compute_pool, of_less_than_no_threads_is_refused) {
  EXPECT_THROW(compute_pool({.threads = -1}), std::invalid_argument);
}

EDDY_TEST(compute_pool, maps_every_item_once_and_in_order) {
  compute_pool pool({.threads = 4});
  for (const int count : {0, 1, 3, 64, 1000, 10007}) {
    const auto squares = co_await pool.map(std::views::iota(0, count), [](int x) { return x * x; });
    EXPECT_EQ(std::ssize(squares), count);
    for (int i = 0; i < count; ++i) EXPECT_EQ(squares[static_cast<std::size_t>(i)], i * i);
  }
}

EDDY_TEST(compute_pool, maps_a_named_range_in_place_and_moves_any_other_in) {
  compute_pool pool({.threads = 2});
  std::vector<int> items{1, 2, 3};
  co_await pool.map(items, [](int& x) { x *= 2; });
  EXPECT_EQ(items, (std::vector{2, 4, 6}));
  const auto sizes = co_await pool.map(std::vector<std::string>{"a", "bcd"},
                                       [](const std::string& s) { return s.size(); });
  EXPECT_EQ(sizes, (std::vector<std::size_t>{1, 3}));
  const auto odd = co_await pool.map(items, [](int x) { return x > 2; });
  EXPECT_EQ(odd, (std::vector<bool>{false, true, true}));
}

EDDY_TEST(compute_pool, a_map_gives_what_only_moves) {
  compute_pool pool({.threads = 2});
  const auto boxes =
      co_await pool.map(std::views::iota(0, 5), [](int x) { return std::make_unique<int>(x); });
  EXPECT_EQ(*boxes[4], 4);
}

EDDY_TEST(compute_pool, the_first_failure_of_a_map_stops_the_rest) {
  compute_pool pool({.threads = 1});
  std::atomic<int> ran = 0;
  EXPECT_THROW(co_await pool.map(std::views::iota(0, 1000),
                                 [&](int x) {
                                   ++ran;
                                   if (x == 3) throw std::domain_error("there");
                                 }),
               std::domain_error);
  EXPECT_EQ(ran.load(), 4);
}

// Cancel.

EDDY_TEST(compute_pool, a_map_cancelled_half_way_waits_for_the_items_in_progress_only) {
  compute_pool pool({.threads = 2});
  std::counting_semaphore<> begun(0);
  std::counting_semaphore<> go(0);
  std::atomic<int> finished = 0;
  bool delivered = false;
  const auto call = create_task([&]() -> task<> {
    co_await pool.map(std::views::iota(0, 1000), [&](int) {
      begun.release();
      go.acquire();
      ++finished;
    });
    delivered = true;
  });
  co_await yield();
  begun.acquire();
  begun.acquire();
  call.cancel();
  co_await yield();
  EXPECT_FALSE(call.done());
  go.release(2);
  EXPECT_THROW(co_await call, task_cancelled);
  EXPECT_EQ(finished.load(), 2);
  EXPECT_FALSE(delivered);
}

EDDY_TEST(compute_pool, a_map_that_finished_first_delivers_its_values) {
  compute_pool pool({.threads = 1});
  std::binary_semaphore last(0);
  std::size_t got = 0;
  const auto call = create_task([&]() -> task<> {
    const auto all = co_await pool.map(std::views::iota(0, 10), [&](int x) {
      if (x == 9) last.release();
      return x;
    });
    got = all.size();
    co_await yield();
    got = 0;
  });
  co_await yield();
  last.acquire();
  call.cancel();
  EXPECT_THROW(co_await call, task_cancelled);
  EXPECT_EQ(got, 10U);
}

EDDY_TEST(compute_pool, a_map_still_in_the_line_is_withdrawn) {
  compute_pool pool({.threads = 1});
  std::binary_semaphore begun(0);
  std::binary_semaphore go(0);
  const auto before = create_task([&]() -> task<> {
    co_await pool.run([&] {
      begun.release();
      go.acquire();
    });
  });
  co_await yield();
  begun.acquire();
  bool ran = false;
  const auto call = create_task(
      [&]() -> task<> { co_await pool.map(std::views::iota(0, 3), [&](int) { ran = true; }); });
  co_await yield();
  call.cancel();
  EXPECT_THROW(co_await call, task_cancelled);  // without waiting for the thread
  go.release();
  co_await before;
  EXPECT_FALSE(ran);
}

EDDY_TEST(compute_pool, a_map_with_a_cancel_pending_never_starts) {
  compute_pool pool({.threads = 1});
  gate g;
  bool ran = false;
  const auto call = create_task([&]() -> task<> {
    co_await g.wait();
    co_await pool.map(std::views::iota(0, 3), [&](int) { ran = true; });
  });
  co_await yield();
  g.open();
  call.cancel();
  EXPECT_THROW(co_await call, task_cancelled);
  co_await pool.run([] {});
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace eddy
