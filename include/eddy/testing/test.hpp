// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <gtest/gtest.h>

#include <eddy/core/run.hpp>
#include <eddy/core/task.hpp>

namespace eddy::testing {

/// Runs a test's coroutine on a loop of its own under the virtual clock: time jumps when every task
/// waits. Fails the test on an exception, on a deadlock (with the task tree) and on anything left
/// over: frames, file descriptors.
void run_virtual(task<> (*body)());

/// Runs it on the real clock with real descriptors, on `backend`; a test that takes more than 5 s
/// ends the process with the task tree. Skips the test where the kernel refuses the backend.
void run_real(task<> (*body)(), backend_kind backend);

/// The parameter of an EDDY_IO_TEST: each runs once on io_uring and once on epoll.
class io_test : public ::testing::TestWithParam<backend_kind> {};

std::string backend_label(const ::testing::TestParamInfo<backend_kind>& info);

}  // namespace eddy::testing

/// A test that is a coroutine, under the virtual clock:
/// `EDDY_TEST(semaphore, a_released_permit_goes_to_the_oldest_waiter) { ... co_return; }`
///
/// Inside, use EXPECT_…: ASSERT_… returns, which a coroutine cannot.
// A macro because the name must become a function and be registered with GoogleTest.
#define EDDY_TEST(suite, name)                                                    \
  static ::eddy::task<> eddy_test_##suite##_##name();                             \
  TEST(suite, name) { ::eddy::testing::run_virtual(eddy_test_##suite##_##name); } \
  static ::eddy::task<> eddy_test_##suite##_##name()

/// The same on the real clock and real descriptors, once on io_uring and once on epoll, with a 5 s
/// watchdog.
#define EDDY_IO_TEST(suite, name)                                                  \
  static ::eddy::task<> eddy_io_test_##suite##_##name();                           \
  class suite##_##name : public ::eddy::testing::io_test {};                       \
  TEST_P(suite##_##name, on) {                                                     \
    ::eddy::testing::run_real(eddy_io_test_##suite##_##name, GetParam());          \
  }                                                                                \
  INSTANTIATE_TEST_SUITE_P(                                                        \
      suite, suite##_##name,                                                       \
      ::testing::Values(::eddy::backend_kind::uring, ::eddy::backend_kind::epoll), \
      ::eddy::testing::backend_label);                                             \
  static ::eddy::task<> eddy_io_test_##suite##_##name()
