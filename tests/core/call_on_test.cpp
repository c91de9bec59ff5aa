// SPDX-License-Identifier: MIT
#include <chrono>
#include <memory>
#include <optional>
#include <semaphore>
#include <stdexcept>
#include <thread>

#include <eddy/core/create_task.hpp>
#include <eddy/core/post_to.hpp>
#include <eddy/core/shield.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "other_loop.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<int> doubled(int x) {
  co_await yield();
  co_return 2 * x;
}

EDDY_IO_TEST(call_on, runs_there_and_goes_on_here) {
  other_loop other;
  const auto here = std::this_thread::get_id();
  EXPECT_EQ(co_await call_on(other.ref(), [] { return std::this_thread::get_id(); }),
            other.thread());
  EXPECT_EQ(co_await call_on(other.ref(), doubled, 21), 42);
  EXPECT_EQ(std::this_thread::get_id(), here);
}

EDDY_TEST(call_on, gives_references_nothing_and_what_only_moves) {
  other_loop other;
  int target = 0;
  int& got = co_await call_on(other.ref(), [&]() -> int& { return target; });
  EXPECT_EQ(&got, &target);
  co_await call_on(other.ref(), [&] { target = 1; });
  EXPECT_EQ(target, 1);
  const auto box = co_await call_on(other.ref(), [] { return std::make_unique<int>(6); });
  EXPECT_EQ(*box, 6);
}

EDDY_TEST(call_on, rethrows_what_was_thrown_there) {
  other_loop other;
  EXPECT_THROW(co_await call_on(other.ref(), []() -> int { throw std::domain_error("there"); }),
               std::domain_error);
}

EDDY_TEST(call_on, the_callers_own_loop_is_a_task_beside_the_caller) {
  const loop_ref here = this_loop();
  const int got = co_await call_on(here, []() -> task<int> {
    co_await sleep(1h);  // the clock goes on
    co_return 4;
  });
  EXPECT_EQ(got, 4);
  EXPECT_EQ(now(), 1h);
}

EDDY_TEST(call_on, another_loop_holds_the_virtual_clock) {
  other_loop other;
  std::binary_semaphore go(0);
  const auto call = create_task([&]() -> task<duration> {
    co_await call_on(other.ref(), [&] { go.acquire(); });
    co_return now();
  });
  const auto late = create_task([]() -> task<> { co_await sleep(1h); });
  co_await yield();
  go.release();
  EXPECT_EQ(co_await call, 0s);
  late.cancel();
}

EDDY_TEST(call_on, a_loop_that_has_ended_throws) {
  other_loop other;
  other.end();
  bool ran = false;
  EXPECT_THROW(co_await call_on(other.ref(), [&] { ran = true; }), loop_ended);
  EXPECT_FALSE(ran);
}

EDDY_TEST(call_on, a_loop_that_ends_meanwhile_says_cancelled) {
  other_loop other;
  const auto call = create_task(
      [&]() -> task<> { co_await call_on(other.ref(), []() -> task<> { co_await sleep(24h); }); });
  co_await yield();
  other.let_end();
  std::optional<cancel_kind> why;
  try {
    co_await call;
  } catch (const task_cancelled& e) {
    why = e.reason().kind;
  }
  EXPECT_EQ(why, cancel_kind::shutdown);
}

// Cancel.

EDDY_TEST(call_on, cancelled_while_it_runs_it_is_cancelled_there_and_joined) {
  other_loop other;
  std::binary_semaphore begun(0);
  std::optional<std::thread::id> unwound_on;
  struct notes_end {
    std::optional<std::thread::id>& where;
    ~notes_end() { where = std::this_thread::get_id(); }
  };
  const auto call = create_task([&]() -> task<> {
    co_await call_on(other.ref(), [&]() -> task<> {
      const notes_end last(unwound_on);
      begun.release();
      co_await sleep(24h);
    });
  });
  co_await yield();
  begun.acquire();
  call.cancel();
  EXPECT_THROW(co_await call, task_cancelled);
  EXPECT_EQ(unwound_on, other.thread());
}

EDDY_TEST(call_on, cancelled_before_it_begins_it_never_runs) {
  other_loop other;
  std::binary_semaphore begun(0);
  std::binary_semaphore go(0);
  auto busy = post_to(other.ref(), [&] {
    begun.release();
    go.acquire();
  });
  begun.acquire();
  bool ran = false;
  const auto call =
      create_task([&]() -> task<> { co_await call_on(other.ref(), [&] { ran = true; }); });
  co_await yield();
  call.cancel();
  EXPECT_THROW(co_await call, task_cancelled);  // and does not wait for the loop that is busy
  go.release();
  busy.get();
  EXPECT_FALSE(ran);
}

EDDY_TEST(call_on, with_a_cancel_pending_is_never_sent) {
  other_loop other;
  gate g;
  bool ran = false;
  const auto call = create_task([&]() -> task<> {
    co_await g.wait();
    co_await call_on(other.ref(), [&] { ran = true; });
  });
  co_await yield();
  g.open();
  call.cancel();
  EXPECT_THROW(co_await call, task_cancelled);
  co_await call_on(other.ref(), [] {});
  EXPECT_FALSE(ran);
}

EDDY_TEST(call_on, that_ended_first_delivers_its_value) {
  other_loop other;
  int got = 0;
  bool went_on = false;
  const auto call = create_task([&]() -> task<> {
    got = co_await call_on(other.ref(), [] { return 4; });
    co_await yield();
    went_on = true;
  });
  co_await yield();
  post_to(other.ref(), [] {}).get();  // the call before it is over, but we have not heard
  call.cancel();
  EXPECT_THROW(co_await call, task_cancelled);
  EXPECT_EQ(got, 4);
  EXPECT_FALSE(went_on);
}

EDDY_TEST(call_on, that_refuses_to_stop_is_waited_for) {
  other_loop other;
  std::binary_semaphore begun(0);
  std::binary_semaphore go(0);
  int got = 0;
  const auto call = create_task([&]() -> task<> {
    got = co_await call_on(other.ref(), [&]() -> task<int> {
      co_await shield([](std::binary_semaphore& b) -> task<> {
        b.release();
        co_await yield();
      }(begun));
      go.acquire();
      co_return 5;
    });
  });
  co_await yield();
  begun.acquire();
  call.cancel();
  co_await yield();
  EXPECT_FALSE(call.done());
  go.release();
  co_await call;
  EXPECT_EQ(got, 5);
}

EDDY_TEST(call_on, can_be_used_again_after_a_cancel) {
  other_loop other;
  for (int i = 0; i < 3; ++i) {
    const auto call = create_task([&]() -> task<> {
      co_await call_on(other.ref(), []() -> task<> { co_await sleep(24h); });
    });
    co_await yield();
    call.cancel();
    EXPECT_THROW(co_await call, task_cancelled);
    EXPECT_EQ(co_await call_on(other.ref(), doubled, i), 2 * i);
  }
}

EDDY_IO_TEST(call_on, under_a_time_limit_is_joined_before_the_limit_throws) {
  other_loop other;
  int running = 0;  // 1 while the call runs over there; it may not even have begun by then
  struct counts {
    explicit counts(int& n) : running(n) { ++running; }
    ~counts() { --running; }
    int& running;
  };
  EXPECT_THROW(co_await wait_for(call_on(other.ref(),
                                         [&]() -> task<> {
                                           const counts here(running);
                                           co_await sleep(24h);
                                         }),
                                 1ms),
               timeout_error);
  EXPECT_EQ(running, 0);
}

}  // namespace
}  // namespace eddy
