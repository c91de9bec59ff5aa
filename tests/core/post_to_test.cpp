// SPDX-License-Identifier: MIT
#include <eddy/core/post_to.hpp>

#include <algorithm>
#include <future>
#include <memory>
#include <optional>
#include <semaphore>
#include <stdexcept>
#include <thread>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/shield.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/testing/test.hpp>

#include "other_loop.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<int> doubled(int x) {
  co_await yield();
  co_return 2 * x;
}

/// Where its instances were destroyed.
struct notes_thread {
  explicit notes_thread(std::thread::id* to) : where(to) {}
  notes_thread(notes_thread&& other) noexcept : where(std::exchange(other.where, nullptr)) {}
  ~notes_thread() {
    if (where != nullptr) *where = std::this_thread::get_id();
  }
  std::thread::id* where;
};

TEST(post_to, runs_a_function_on_the_loops_thread) {
  other_loop other;
  EXPECT_EQ(post_to(other.ref(), [] { return std::this_thread::get_id(); }).get(), other.thread());
  EXPECT_EQ(post_to(other.ref(), [](int a, int b) { return a - b; }, 7, 3).get(), 4);
}

TEST(post_to, runs_a_coroutine_as_a_task_of_that_loop) {
  other_loop other;
  EXPECT_EQ(post_to(other.ref(), doubled, 21).get(), 42);
}

TEST(post_to, gives_references_nothing_and_what_only_moves) {
  other_loop other;
  int target = 0;
  std::future<int&> got = post_to(other.ref(), [&]() -> int& { return target; });
  EXPECT_EQ(&got.get(), &target);
  std::future<void> done = post_to(other.ref(), [&] { target = 1; });
  done.get();
  EXPECT_EQ(target, 1);
  auto box = std::make_unique<int>(6);
  EXPECT_EQ(
      *post_to(other.ref(), [](std::unique_ptr<int> b) { return b; }, std::move(box)).get(), 6);
}

TEST(post_to, brings_what_was_thrown) {
  other_loop other;
  EXPECT_THROW(post_to(other.ref(), [] { throw std::domain_error("there"); }).get(),
               std::domain_error);
  const auto fails = []() -> task<int> {
    co_await yield();
    throw std::range_error("there");
  };
  EXPECT_THROW(post_to(other.ref(), fails).get(), std::range_error);
}

TEST(post_to, destroys_the_arguments_on_the_loops_thread_before_the_result_is_there) {
  other_loop other;
  std::thread::id where;
  post_to(other.ref(), [](const notes_thread&) {}, notes_thread(&where)).get();
  EXPECT_EQ(where, other.thread());
}

TEST(post_to, says_cancelled_when_the_loops_main_ends_before_the_task) {
  other_loop other;
  std::thread::id destroyed_on;
  auto endless = post_to(other.ref(), [last = notes_thread(&destroyed_on)]() -> task<int> {
    co_await sleep(24h);
    co_return 1;
  });
  const auto thread = other.thread();
  other.end();
  try {
    endless.get();
    ADD_FAILURE() << "it was cancelled";
  } catch (const task_cancelled& e) {
    EXPECT_EQ(e.reason().kind, cancel_kind::shutdown);
  }
  EXPECT_EQ(destroyed_on, thread);
}

TEST(post_to, says_that_the_loop_has_ended_and_does_not_run) {
  other_loop other;
  other.end();
  bool ran = false;
  auto late = post_to(other.ref(), [&] { ran = true; });
  EXPECT_THROW(late.get(), loop_ended);
  EXPECT_FALSE(ran);
}

TEST(post_to, returns_what_a_loop_that_ends_never_came_to) {
  std::optional<loop_ref> ref;
  std::future<void> late;
  bool ran = false;
  run([&]() -> task<> {
    ref = this_loop();
    late = post_to(*ref, [&] { ran = true; });
    co_return;
  });
  EXPECT_THROW(late.get(), loop_ended);
  EXPECT_FALSE(ran);
}

TEST(post_to, is_refused_while_what_main_left_is_being_joined) {
  std::future<void> late;
  bool ran = false;
  run(
      [&]() -> task<> {
        create_task([&]() -> task<> {
          co_await shield([&]() -> task<> {
            co_await sleep(1s);
            late = post_to(this_loop(), [&] { ran = true; });
            co_await sleep(1s);
          }());
        });
        co_await yield();
      },
      virtual_time);
  EXPECT_THROW(late.get(), loop_ended);
  EXPECT_FALSE(ran);
}

TEST(post_to, keeps_the_order_of_one_sender) {
  other_loop other;
  std::vector<int> order;
  std::future<void> last;
  for (int i = 0; i < 1000; ++i) last = post_to(other.ref(), [&, i] { order.push_back(i); });
  last.get();
  EXPECT_EQ(order.size(), 1000U);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

// The address.

TEST(loop_ref, that_is_held_keeps_an_idle_loop_from_being_a_deadlock) {
  // Its main waits for what only a post can do.
  other_loop other(backend_kind::sim);
  EXPECT_EQ(post_to(other.ref(), [] { return 1; }).get(), 1);
}

TEST(loop_ref, whose_last_copy_goes_leaves_an_idle_loop_a_deadlock) {
  std::optional<loop_ref> held;
  std::binary_semaphore ready(0);
  std::promise<void> ended;
  std::thread other([&] {
    gate g;
    try {
      run(
          [&]() -> task<> {
            held = this_loop();
            ready.release();
            co_await g.wait();
          },
          virtual_time);
      ended.set_value();
    } catch (...) {
      ended.set_exception(std::current_exception());
    }
  });
  ready.acquire();
  held.reset();
  EXPECT_THROW(ended.get_future().get(), deadlock_error);
  other.join();
}

TEST(loop_ref, is_for_running_loops_only) {
  EXPECT_THROW(static_cast<void>(this_loop()), std::logic_error);
}

EDDY_TEST(loop_ref, does_not_hold_the_virtual_clock) {
  const loop_ref here = this_loop();
  co_await sleep(1h);
  EXPECT_EQ(now(), 1h);
}

}  // namespace
}  // namespace eddy
