// SPDX-License-Identifier: MIT
//
// `raise` runs the handler before it returns, so nothing here waits for the kernel.
#include <eddy/io/signals.hpp>

#include <chrono>
#include <csignal>
#include <optional>
#include <semaphore>
#include <stdexcept>
#include <thread>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/flow/stream/async_iterable.hpp>
#include <eddy/testing/test.hpp>

#include "tcp_pair.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;

static_assert(async_iterable<signal_stream>);

auto handler_of(int signal) {
  struct sigaction now{};
  ::sigaction(signal, nullptr, &now);
  return now.sa_handler;
}

EDDY_IO_TEST(signals, a_waiting_task_gets_the_number) {
  signal_stream stream = signals(SIGUSR1, SIGUSR2);
  auto next = create_task([&] { return stream.next(); });
  co_await until_waiting("signals");
  ::raise(SIGUSR2);
  EXPECT_EQ(co_await next, SIGUSR2);
}

EDDY_IO_TEST(signals, those_that_came_while_nobody_waited_are_kept_once_each) {
  signal_stream stream = signals(SIGUSR1, SIGUSR2);
  ::raise(SIGUSR2);
  ::raise(SIGUSR1);
  ::raise(SIGUSR1);
  EXPECT_EQ(co_await stream.next(), SIGUSR1);
  EXPECT_EQ(co_await stream.next(), SIGUSR2);
  EXPECT_EQ(co_await wait_for_optional(stream.next(), 5ms), std::nullopt);
}

EDDY_IO_TEST(signals, one_from_another_thread_wakes_the_loop) {
  signal_stream stream = signals(SIGUSR1);
  auto next = create_task([&] { return stream.next(); });
  co_await until_waiting("signals");
  std::thread([] { ::raise(SIGUSR1); }).join();
  EXPECT_EQ(co_await next, SIGUSR1);
}

EDDY_IO_TEST(signals, all_streams_for_a_signal_get_it) {
  signal_stream one = signals(SIGUSR1);
  signal_stream other = signals(SIGUSR2, SIGUSR1);
  ::raise(SIGUSR1);
  EXPECT_EQ(co_await one.next(), SIGUSR1);
  EXPECT_EQ(co_await other.next(), SIGUSR1);
}

EDDY_IO_TEST(signals, the_handler_before_is_back_when_the_last_stream_is_closed) {
  const auto before = handler_of(SIGUSR1);
  {
    std::optional<signal_stream> first = signals(SIGUSR1);
    const auto ours = handler_of(SIGUSR1);
    EXPECT_NE(ours, before);
    signal_stream second = signals(SIGUSR1);
    first.reset();
    EXPECT_EQ(handler_of(SIGUSR1), ours);
    second.close();
    EXPECT_EQ(handler_of(SIGUSR1), before);
  }
  EXPECT_EQ(handler_of(SIGUSR1), before);
  co_return;
}

EDDY_IO_TEST(signals, a_closed_stream_is_at_its_end) {
  signal_stream stream = signals(SIGUSR1);
  ::raise(SIGUSR1);
  stream.close();
  EXPECT_EQ(co_await stream.next(), std::nullopt);
  stream.close();
}

EDDY_IO_TEST(signals, a_cancelled_wait_loses_none) {
  signal_stream stream = signals(SIGUSR1);
  for (int turns = 0; turns < 6; ++turns) {
    std::optional<int> got;
    auto waiting = create_task([&]() -> task<> { got = co_await stream.next(); });
    co_await until_waiting("signals");
    ::raise(SIGUSR1);
    for (int i = 0; i < turns; ++i) co_await yield();
    waiting.cancel();
    try {
      co_await waiting;
    } catch (const task_cancelled&) {
    }
    if (!got) got = co_await stream.next();
    EXPECT_EQ(got, SIGUSR1);
  }
}

EDDY_IO_TEST(signals, a_task_cancelled_before_its_start_takes_none) {
  signal_stream stream = signals(SIGUSR1);
  ::raise(SIGUSR1);
  auto waiting = create_task([&] { return stream.next(); });
  waiting.cancel();
  EXPECT_THROW(co_await waiting, task_cancelled);
  EXPECT_EQ(co_await stream.next(), SIGUSR1);
}

EDDY_IO_TEST(signals, a_second_task_is_refused_and_so_is_closing) {
  signal_stream stream = signals(SIGUSR1);
  auto waiting = create_task([&] { return stream.next(); });
  co_await until_waiting("signals");
  EXPECT_THROW(co_await stream.next(), std::logic_error);
  EXPECT_THROW(stream.close(), std::logic_error);
  ::raise(SIGUSR1);
  EXPECT_EQ(co_await waiting, SIGUSR1);
}

EDDY_IO_TEST(signals, what_cannot_be_taken_over_is_an_error) {
  EXPECT_THROW((void)signals(SIGKILL), io_error);
  EXPECT_THROW((void)signals(SIGUSR1, SIGSTOP), io_error);
  EXPECT_THROW((void)signals(SIGUSR1, 32), io_error);  // the C library's own
  EXPECT_THROW((void)signals(0), io_error);
  EXPECT_THROW((void)signals(65), io_error);
  EXPECT_EQ(handler_of(SIGUSR1), SIG_DFL);
  try {
    (void)signals(SIGUSR1, SIGKILL);
  } catch (const io_error& e) {
    EXPECT_STREQ(e.what(), "take over signal 9: Invalid argument");
  }
  co_return;
}

EDDY_TEST(signals, the_virtual_clock_has_none) {
  EXPECT_THROW((void)signals(SIGUSR1), io_error);
  co_return;
}

TEST(signals, outside_a_loop_are_refused) {
  EXPECT_THROW((void)signals(SIGUSR1), std::logic_error);
}

// Beside run, which takes SIGINT and SIGTERM by itself.

TEST(signals_and_run, a_stream_takes_them_over) {
  int ended = 0;
  run([&]() -> task<> {
    signal_stream stream = signals(SIGINT, SIGTERM);
    for (int i = 0; i < 5; ++i) {
      ::raise(SIGINT);
      ended += co_await stream.next() == SIGINT ? 1 : 0;
    }
  });
  EXPECT_EQ(ended, 5);
}

TEST(signals_and_run, of_those_that_no_stream_has_run_takes_care) {
  const int status = run([]() -> task<> {
    const signal_stream stream = signals(SIGINT);
    ::raise(SIGTERM);
    co_await sleep(10s);
  });
  EXPECT_EQ(status, 128 + SIGTERM);
}

TEST(signals_and_run, once_the_stream_is_closed_they_are_its_own_again) {
  const int status = run([]() -> task<> {
    signals(SIGTERM).close();
    ::raise(SIGTERM);
    co_await sleep(10s);
  });
  EXPECT_EQ(status, 128 + SIGTERM);
}

// Each puts back what it found, and neither in the order of the other.
TEST(signals_and_run, a_run_that_ends_before_a_stream_of_another_thread_leaves_it_its_signal) {
  const auto before = handler_of(SIGTERM);
  std::binary_semaphore opened{0};
  std::binary_semaphore ended{0};
  std::optional<int> got;
  std::thread other;
  run([&]() -> task<> {
    other = std::thread([&] {
      run(
          [&]() -> task<> {
            signal_stream stream = signals(SIGTERM);
            opened.release();
            ended.acquire();
            ::raise(SIGTERM);
            got = co_await stream.next();
          },
          {.handle_signals = false});
    });
    opened.acquire();
    co_return;
  });
  ended.release();
  other.join();
  EXPECT_EQ(got, SIGTERM);
  EXPECT_EQ(handler_of(SIGTERM), before);
}

}  // namespace
}  // namespace eddy
