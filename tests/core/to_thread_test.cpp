// SPDX-License-Identifier: MIT
#include <eddy/core/to_thread.hpp>

#include <atomic>
#include <latch>
#include <memory>
#include <semaphore>
#include <stdexcept>
#include <thread>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

/// Keeps every worker busy until it goes, so that a further call cannot begin.
class busy_pool {
 public:
  static constexpr int workers = 32;

  task<> fill() {
    for (int i = 0; i < workers; ++i) {
      calls_.push_back(create_task([this]() -> task<> {
        co_await to_thread([this] {
          all_busy_.count_down();
          release_.acquire();
        });
      }));
    }
    co_await yield();
    all_busy_.wait();
  }
  task<> free() {
    release_.release(workers);
    for (const auto& call : calls_) co_await call;
  }

 private:
  std::latch all_busy_{workers};
  std::counting_semaphore<> release_{0};
  std::vector<task_handle<>> calls_;
};

EDDY_IO_TEST(to_thread, gives_what_the_call_returns_from_another_thread) {
  const auto here = std::this_thread::get_id();
  const auto there = co_await to_thread([] { return std::this_thread::get_id(); });
  EXPECT_NE(here, there);
  const auto box = co_await to_thread([] { return std::make_unique<int>(5); });
  EXPECT_EQ(*box, 5);
}

EDDY_TEST(to_thread, gives_references_and_nothing) {
  int target = 0;
  int& got = co_await to_thread([&]() -> int& { return target; });
  EXPECT_EQ(&got, &target);
  co_await to_thread([&] { target = 1; });
  EXPECT_EQ(target, 1);
}

EDDY_TEST(to_thread, rethrows_what_the_call_threw) {
  EXPECT_THROW(co_await to_thread([]() -> int { throw std::runtime_error("there"); }),
               std::runtime_error);
}

EDDY_TEST(to_thread, owns_the_callable) {
  auto box = std::make_unique<int>(6);
  EXPECT_EQ(co_await to_thread([kept = std::move(box)] { return *kept; }), 6);
}

EDDY_TEST(to_thread, holds_the_virtual_clock_and_is_no_deadlock) {
  std::binary_semaphore go(0);
  const auto late = create_task([]() -> task<> { co_await sleep(1h); });
  const auto call = create_task([&]() -> task<duration> {
    co_await to_thread([&] { go.acquire(); });
    co_return now();
  });
  co_await yield();
  go.release();
  EXPECT_EQ(co_await call, 0s);
  late.cancel();
}

EDDY_TEST(to_thread, runs_many_calls_at_once) {
  std::latch all(8);
  const auto meet = [&] { return to_thread([&] { all.arrive_and_wait(); }); };
  co_await gather(meet(), meet(), meet(), meet(), meet(), meet(), meet(), meet());
}

EDDY_IO_TEST(to_thread, wakes_a_loop_that_waits_for_nothing_else) {
  for (int i = 0; i < 200; ++i) EXPECT_EQ(co_await to_thread([i] { return i; }), i);
}

// Cancel.

EDDY_TEST(to_thread, cancelled_before_the_call_begins_it_never_runs) {
  busy_pool pool;
  co_await pool.fill();
  bool ran = false;
  const auto call = create_task([&]() -> task<> { co_await to_thread([&] { ran = true; }); });
  co_await yield();
  call.cancel();
  EXPECT_THROW(co_await call, task_cancelled);
  co_await pool.free();
  EXPECT_FALSE(ran);
}

EDDY_TEST(to_thread, cancelled_while_the_call_runs_it_waits_for_it_and_keeps_the_value) {
  std::binary_semaphore begun(0);
  std::binary_semaphore go(0);
  int got = 0;
  bool went_on = false;
  const auto call = create_task([&]() -> task<> {
    got = co_await to_thread([&] {
      begun.release();
      go.acquire();
      return 4;
    });
    co_await yield();
    went_on = true;
  });
  co_await yield();
  begun.acquire();
  call.cancel();
  co_await yield();
  EXPECT_FALSE(call.done());
  go.release();
  EXPECT_THROW(co_await call, task_cancelled);
  EXPECT_EQ(got, 4);
  EXPECT_FALSE(went_on);
}

EDDY_TEST(to_thread, with_a_cancel_pending_the_call_is_never_handed_over) {
  bool ran = false;
  gate g;
  const auto call = create_task([&]() -> task<> {
    co_await g.wait();
    co_await to_thread([&] { ran = true; });
  });
  co_await yield();
  g.open();
  call.cancel();
  EXPECT_THROW(co_await call, task_cancelled);
  EXPECT_FALSE(ran);
}

EDDY_TEST(to_thread, that_may_be_abandoned_does_not_hold_up_a_cancel) {
  struct shared_state {
    std::binary_semaphore begun{0};
    std::binary_semaphore go{0};
    std::binary_semaphore gone{0};
  };
  struct says_gone {
    std::shared_ptr<shared_state> state;
    ~says_gone() {
      if (state) state->gone.release();
    }
    says_gone(std::shared_ptr<shared_state> s) : state(std::move(s)) {}
    says_gone(says_gone&&) = default;
  };
  const auto state = std::make_shared<shared_state>();
  const auto call = create_task([&]() -> task<> {
    co_await detail::to_thread_abandonable([state, last = says_gone(state)] {
      state->begun.release();
      state->go.acquire();
    });
  });
  co_await yield();
  state->begun.acquire();
  call.cancel();
  EXPECT_THROW(co_await call, task_cancelled);
  state->go.release();
  state->gone.acquire();  // the worker destroys what the caller left to it
}

EDDY_TEST(to_thread, that_may_be_abandoned_gives_its_value) {
  EXPECT_EQ(co_await detail::to_thread_abandonable([] { return 3; }), 3);
  EXPECT_THROW(co_await detail::to_thread_abandonable([]() -> int { throw std::domain_error(""); }),
               std::domain_error);
}

}  // namespace
}  // namespace eddy
