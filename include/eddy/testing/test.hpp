// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include <eddy/core/run.hpp>
#include <eddy/core/task.hpp>

namespace eddy::testing {

/// Runs a test's coroutine on a loop of its own under the virtual clock: time jumps when every task
/// waits. Fails the test on an exception, on a deadlock (with the task tree) and on anything left
/// over: tasks, timers, operations, frames, file descriptors, tracked values. Ends the process,
/// with the tree, when the clock stands still for 5 to 10 s because a thread keeps it waiting, and
/// when the whole takes 60 s.
void run_virtual(const std::function<task<>()>& body);

/// Runs it so under fifty seeds, which shuffle the run queue, until one fails; says which.
void run_shuffled(const std::function<task<>()>& body);

/// The seed of the EDDY_SHUFFLED_TEST that runs, for chance of the test's own; 0 in other tests.
[[nodiscard]] std::uint64_t seed() noexcept;

/// Runs it on the real clock with real descriptors, on `backend`; a test that takes more than 5 s
/// ends the process with the task tree. Skips the test where the kernel refuses the backend.
void run_real(const std::function<task<>()>& body, backend_kind backend);

/// The same, and with `backend_kind::sim` under the virtual clock, on its simulated network: for
/// what sockets do on all of them alike.
void run_network(const std::function<task<>()>& body, backend_kind backend);

/// The parameter of an EDDY_IO_TEST, and the base of fixtures for such tests: each runs once on
/// io_uring and once on epoll.
class io_test : public ::testing::TestWithParam<backend_kind> {};

/// The name of a backend, for INSTANTIATE_TEST_SUITE_P of an `io_test` of one's own.
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

/// A test that must hold in whatever order ready tasks run: under the virtual clock, with fifty
/// seeds that shuffle the run queue. A failure names its seed.
///
/// In the environment, `EDDY_SEED=n` runs that one alone and `EDDY_SEEDS=n` that many.
#define EDDY_SHUFFLED_TEST(suite, name)                                                     \
  static ::eddy::task<> eddy_shuffled_test_##suite##_##name();                              \
  TEST(suite, name) { ::eddy::testing::run_shuffled(eddy_shuffled_test_##suite##_##name); } \
  static ::eddy::task<> eddy_shuffled_test_##suite##_##name()

/// EDDY_TEST on the real clock and real descriptors, once on io_uring and once on epoll, with a 5 s
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

/// EDDY_IO_TEST for what sockets do alike everywhere: once on io_uring, once on epoll, and once
/// under the virtual clock on the simulated network.
#define EDDY_NETWORK_TEST(suite, name)                                            \
  static ::eddy::task<> eddy_network_test_##suite##_##name();                     \
  class suite##_##name : public ::eddy::testing::io_test {};                      \
  TEST_P(suite##_##name, on) {                                                    \
    ::eddy::testing::run_network(eddy_network_test_##suite##_##name, GetParam()); \
  }                                                                               \
  INSTANTIATE_TEST_SUITE_P(                                                       \
      suite, suite##_##name,                                                      \
      ::testing::Values(::eddy::backend_kind::uring, ::eddy::backend_kind::epoll, \
                        ::eddy::backend_kind::sim),                               \
      ::eddy::testing::backend_label);                                            \
  static ::eddy::task<> eddy_network_test_##suite##_##name()
