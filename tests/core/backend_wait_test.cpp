// SPDX-License-Identifier: MIT
#include <atomic>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include "backend_harness.hpp"

namespace eddy::detail {
namespace {

using namespace std::chrono_literals;

using backend_wait = backend_test;
INSTANTIATE_TEST_SUITE_P(on, backend_wait, both_backends, backend_name);

TEST_P(backend_wait, does_not_end_before_its_time) {
  for (const duration span : {duration(1), duration(300us), duration(5ms)}) {
    const time_point until = backend_->now() + span;
    while (backend_->now() < until) backend_->run_once(until);
    EXPECT_GE(backend_->now(), until);
  }
}

TEST_P(backend_wait, polling_does_not_wait) {
  socket_pair pair;
  std::string buffer(8, '.');
  recorded_op op(recv_into(pair.ours, buffer));
  start(op);
  backend_->run_once(time_point::min());
  backend_->run_once(backend_->now() - 1h);
  EXPECT_EQ(op.completions, 0);
  backend_->cancel(op);
  EXPECT_EQ(finish(op), -ECANCELED);
}

TEST_P(backend_wait, a_wake_from_another_thread_ends_it) {
  for (int round = 0; round < 100; ++round) {
    std::thread other([&] { backend_->wake(); });
    backend_->run_once(time_point::max());
    other.join();
  }
}

TEST_P(backend_wait, a_wake_before_it_ends_the_next) {
  backend_->wake();
  backend_->wake();
  backend_->run_once(time_point::max());
  backend_->wake();
  backend_->run_once(time_point::max());
}

TEST_P(backend_wait, wakes_are_used_up) {
  backend_->run_once(backend_->now() + 1ms);
  for (int i = 0; i < 10; ++i) backend_->wake();
  backend_->run_once(time_point::max());
  const time_point until = backend_->now() + 2ms;
  int calls = 0;
  for (; backend_->now() < until; ++calls) backend_->run_once(until);
  EXPECT_LT(calls, 5) << "a busy loop; one or two may be cut short by signals";
}

std::atomic<backend*> to_wake = nullptr;

TEST_P(backend_wait, a_signal_handler_may_wake) {
  to_wake = backend_.get();
  struct sigaction action{};
  action.sa_handler = [](int) {
    errno = 0;
    to_wake.load()->wake();
  };
  struct sigaction previous{};
  ::sigaction(SIGUSR1, &action, &previous);
  errno = EBADMSG;
  ::raise(SIGUSR1);
  backend_->run_once(time_point::max());
  ::sigaction(SIGUSR1, &previous, nullptr);
}

TEST_P(backend_wait, events_and_wakes_do_not_hide_each_other) {
  socket_pair pair;
  std::string buffer(8, '.');
  recorded_op op(recv_into(pair.ours, buffer));
  start(op);
  expect_pending(op);
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) backend_->wake();
    pair.they_write("abc");
  });
  EXPECT_EQ(finish(op), 3);
  other.join();
}

TEST(sim_backend, time_jumps_to_where_it_is_asked_to) {
  const auto sim = make_sim_backend();
  const time_point start = sim->now();
  EXPECT_TRUE(sim->owns_clock());
  sim->run_once(start + 100h);
  EXPECT_EQ(sim->now(), start + 100h);
}

TEST(sim_backend, time_never_goes_back) {
  const auto sim = make_sim_backend();
  const time_point start = sim->now();
  sim->run_once(start - 1s);
  sim->run_once(time_point::min());
  EXPECT_EQ(sim->now(), start);
}

TEST(sim_backend, a_wait_without_limit_ends_by_a_wake_and_leaves_the_time_alone) {
  const auto sim = make_sim_backend();
  const time_point start = sim->now();
  std::thread other([&] { sim->wake(); });
  sim->run_once(time_point::max());
  other.join();
  EXPECT_EQ(sim->now(), start);
}

TEST(sim_backend, a_wake_comes_before_the_jump) {
  const auto sim = make_sim_backend();
  const time_point start = sim->now();
  sim->wake();
  sim->run_once(start + 1h);
  EXPECT_EQ(sim->now(), start);
  sim->run_once(start + 1h);
  EXPECT_EQ(sim->now(), start + 1h);
}

TEST(sim_backend, requests_are_refused) {
  const auto sim = make_sim_backend();
  recorded_op op({.code = io_code::recv, .fd = 0});
  EXPECT_EQ(sim->submit(op), -EOPNOTSUPP);
}

}  // namespace
}  // namespace eddy::detail
