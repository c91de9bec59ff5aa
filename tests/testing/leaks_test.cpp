// SPDX-License-Identifier: MIT
// Each test that leaks must fail, and say what it leaked.
#include <fcntl.h>
#include <sys/socket.h>
#include <chrono>
#include <memory>
#include <stdexcept>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/testing/frame_count.hpp>
#include <eddy/testing/test.hpp>
#include <eddy/testing/tracked.hpp>

#include "in_child.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;
using namespace std::chrono_literals;

task<> nothing() { co_return; }

void expect_failure(task<> (*body)(), const char* what) {
  EXPECT_TEST_FAILS([body] { run_virtual(body); }, what);
}

TEST(leaks_death, a_leaked_frame_fails_the_test) {
  expect_failure(
      []() -> task<> {
        (void)nothing().release();
        co_return;
      },
      "coroutine frames or control blocks were leaked");
}

TEST(leaks_death, a_leaked_descriptor_fails_the_test_and_is_named) {
  expect_failure(
      []() -> task<> {
        (void)open("/dev/null", O_RDONLY | O_CLOEXEC);
        co_return;
      },
      "→ /dev/null(.*\n)*file descriptors were leaked");
}

TEST(leaks_death, a_leaked_timer_fails_the_test) {
  struct quiet final : detail::timer {
    void fire() noexcept override {}
  };
  expect_failure(
      []() -> task<> {
        static quiet timer;
        loop::current()->arm(timer, time_point::max());
        co_return;
      },
      "timers were leaked");
}

TEST(leaks_death, a_leaked_operation_fails_the_test) {
  struct endless final : detail::io_op {
    void complete(int) noexcept override { loop::current()->completed(); }
  };
  EXPECT_TEST_FAILS(
      [] {
        run_real(
            []() -> task<> {
              static endless operation;
              static int ends[2];
              EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
              static char byte;
              operation.request = {
                  .code = detail::io_code::recv, .fd = ends[0], .data = &byte, .size = 1};
              EXPECT_FALSE(loop::current()->submit(operation));
              co_return;
            },
            backend_kind::epoll);
      },
      "operations were leaked");
}

TEST(leaks_death, work_that_never_comes_back_from_a_thread_fails_the_test) {
  expect_failure(
      []() -> task<> {
        loop::current()->expect_remote();
        co_return;
      },
      "work for other threads was leaked");
}

TEST(leaks_death, a_leaked_task_fails_the_test_and_is_named) {
  struct stray final : detail::task_record {};
  expect_failure(
      []() -> task<> {
        static stray record;
        record.set_name("stray");
        detail::frame& root = nothing().release();
        loop::current()->enlist(record, root, 0);
        co_return;
      },
      "tasks were leaked:\nstray#2");
}

TEST(leaks_death, a_leaked_tracked_value_fails_the_test) {
  expect_failure(
      []() -> task<> {
        (void)new tracked(1);
        co_return;
      },
      "tracked values were leaked");
}

TEST(leaks_death, a_deadlock_fails_the_test_with_the_tree) {
  expect_failure([]() -> task<> { co_await sleep_until(time_point::max()); },
                 "deadlock: .*\n.*main#1  waits: sleep");
}

TEST(leaks_death, an_exception_fails_the_test) {
  expect_failure(
      []() -> task<> {
        co_await nothing();
        throw std::runtime_error("no luck");
      },
      "no luck");
}

EDDY_TEST(frame_count, an_await_takes_one_frame_and_gives_it_back) {
  const frame_count cost;
  co_await nothing();
  EXPECT_EQ(cost.allocated(), 1);
  EXPECT_EQ(cost.live(), 0);
  const auto handle = create_task(nothing);
  EXPECT_EQ(cost.live(), 2) << "a frame and a control block";
  co_await handle;
}

}  // namespace
}  // namespace eddy
