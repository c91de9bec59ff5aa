// SPDX-License-Identifier: MIT
#include <eddy/core/thread_pool.hpp>

#include <pthread.h>
#include <atomic>
#include <latch>
#include <memory>
#include <optional>
#include <semaphore>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/testing/test.hpp>

#include "other_loop.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

std::string thread_name() {
  char name[16] = {};
  pthread_getname_np(pthread_self(), name, sizeof name);
  return name;
}

EDDY_TEST(thread_pool, gives_what_the_call_returns_or_throws) {
  thread_pool pool;
  const auto here = std::this_thread::get_id();
  EXPECT_NE(co_await pool.run([] { return std::this_thread::get_id(); }), here);
  EXPECT_THROW(co_await pool.run([]() -> int { throw std::domain_error("there"); }),
               std::domain_error);
}

EDDY_TEST(thread_pool, starts_threads_only_as_they_are_needed) {
  thread_pool pool({.threads = 8});
  std::set<std::thread::id> seen;
  for (int i = 0; i < 20; ++i)
    seen.insert(co_await pool.run([] { return std::this_thread::get_id(); }));
  // One thread does, unless a call came before it had lain down again.
  EXPECT_LE(seen.size(), 8U);
  std::latch all(8);
  const auto meet = [&] { return pool.run([&] { all.arrive_and_wait(); }); };
  co_await gather(meet(), meet(), meet(), meet(), meet(), meet(), meet(), meet());
}

EDDY_TEST(thread_pool, never_runs_more_calls_at_once_than_it_has_threads) {
  thread_pool pool({.threads = 2});
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::vector<task_handle<>> calls;
  for (int i = 0; i < 50; ++i) {
    calls.push_back(create_task([&]() -> task<> {
      co_await pool.run([&] {
        const int now_running = ++running;
        int seen = most.load();
        while (seen < now_running && !most.compare_exchange_weak(seen, now_running)) {
        }
        std::this_thread::yield();
        --running;
      });
    }));
  }
  for (const auto& call : calls) co_await call;
  EXPECT_LE(most.load(), 2);
}

EDDY_TEST(thread_pool, runs_calls_in_the_order_they_came) {
  thread_pool pool({.threads = 1});
  std::vector<int> order;
  std::vector<task_handle<>> calls;
  for (int i = 0; i < 20; ++i) {
    calls.push_back(
        create_task([&, i]() -> task<> { co_await pool.run([&, i] { order.push_back(i); }); }));
  }
  for (const auto& call : calls) co_await call;
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(order.size(), 20U);
}

EDDY_TEST(thread_pool, names_its_threads) {
  thread_pool pool({.threads = 1, .name = "database"});
  EXPECT_EQ(co_await pool.run(thread_name), "database-1");
  thread_pool wordy({.threads = 1, .name = "a-name-that-is-too-long"});
  EXPECT_EQ(co_await wordy.run(thread_name), "a-name-that-i-1");
}

EDDY_TEST(thread_pool, serves_tasks_of_several_loops) {
  thread_pool pool({.threads = 2});
  other_loop other;
  const auto use = [&]() -> task<int> {
    int sum = 0;
    for (int i = 0; i < 50; ++i) sum += co_await pool.run([i] { return i; });
    co_return sum;
  };
  const auto mine = create_task(use);
  EXPECT_EQ(co_await call_on(other.ref(), use), 1225);
  EXPECT_EQ(co_await mine, 1225);
}

TEST(thread_pool, of_no_threads_is_refused) {
  EXPECT_THROW(thread_pool({.threads = 0}), std::invalid_argument);
}

// Cancel.

/// A pool of one thread, which is busy until it is let go.
class busy {
 public:
  task<> begin() {
    call_ = create_task([this]() -> task<> {
      co_await pool.run([this] {
        begun_.release();
        go_.acquire();
      });
    });
    co_await yield();
    begun_.acquire();
  }
  task<> end() {
    go_.release();
    co_await *call_;
  }
  thread_pool pool{{.threads = 1}};

 private:
  std::binary_semaphore begun_{0};
  std::binary_semaphore go_{0};
  std::optional<task_handle<>> call_;
};

EDDY_TEST(thread_pool, a_call_cancelled_in_the_line_never_runs_and_the_others_keep_their_order) {
  busy one;
  co_await one.begin();
  std::vector<int> order;
  std::vector<task_handle<>> calls;
  for (int i = 0; i < 5; ++i) {
    calls.push_back(
        create_task([&, i]() -> task<> { co_await one.pool.run([&, i] { order.push_back(i); }); }));
  }
  co_await yield();
  for (const int i : {0, 2, 4}) {
    calls[static_cast<std::size_t>(i)].cancel();
    EXPECT_THROW(co_await calls[static_cast<std::size_t>(i)], task_cancelled);
  }
  co_await one.end();
  co_await calls[1];
  co_await calls[3];
  EXPECT_EQ(order, (std::vector{1, 3}));
}

EDDY_TEST(thread_pool, a_call_that_takes_a_stop_token_is_asked_to_stop_and_waited_for) {
  thread_pool pool;
  std::binary_semaphore begun(0);
  bool went_on = false;
  int got = 0;
  const auto call = create_task([&]() -> task<> {
    got = co_await pool.run([&](std::stop_token stop) {
      begun.release();
      while (!stop.stop_requested()) std::this_thread::yield();
      return 3;
    });
    co_await yield();
    went_on = true;
  });
  co_await yield();
  begun.acquire();
  call.cancel();
  EXPECT_THROW(co_await call, task_cancelled);
  EXPECT_EQ(got, 3);
  EXPECT_FALSE(went_on);
}

EDDY_TEST(thread_pool, with_a_cancel_pending_the_call_is_never_handed_over) {
  thread_pool pool;
  gate g;
  bool ran = false;
  const auto call = create_task([&]() -> task<> {
    co_await g.wait();
    co_await pool.run([&] { ran = true; });
  });
  co_await yield();
  g.open();
  call.cancel();
  EXPECT_THROW(co_await call, task_cancelled);
  EXPECT_EQ(co_await pool.run([] { return 1; }), 1);
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace eddy
