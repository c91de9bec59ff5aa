// SPDX-License-Identifier: MIT
// Races that no single schedule shows: bounded by count, for ThreadSanitizer as much as for the
// assertions.
#include <atomic>
#include <cstddef>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/run_on_each.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/channel.hpp>
#include <eddy/flow/stream/async_iterable.hpp>

namespace eddy {
namespace {

constexpr run_options quiet{.handle_signals = false};
constexpr int loops = 4;
constexpr int items_each = 500;
constexpr int all_items = loops * items_each;

/// Who sent it, and the how-manieth of theirs it is. Moves only, like most things worth sending.
struct parcel {
  int sender;
  int number;
  std::unique_ptr<int> content = std::make_unique<int>(0);
};

/// What arrived: each once, and those of one sender in order for one receiver.
class ledger {
 public:
  void enter(const parcel& p, std::vector<int>& last_of) {
    ++seen_[static_cast<std::size_t>(p.sender * items_each + p.number)];
    int& last = last_of[static_cast<std::size_t>(p.sender)];
    EXPECT_LT(last, p.number);
    last = p.number;
  }
  void expect_all_once() const {
    int wrong = 0;
    for (const auto& count : seen_) wrong += count == 1 ? 0 : 1;
    EXPECT_EQ(wrong, 0);
  }

 private:
  std::vector<std::atomic<int>> seen_ = std::vector<std::atomic<int>>(all_items);
};

task<> send_all(channel<parcel>& ch, int sender) {
  for (int i = 0; i < items_each; ++i) EXPECT_TRUE(co_await ch.send({sender, i}));
}

task<> receive_all(channel<parcel>& ch, ledger& got) {
  std::vector<int> last(loops, -1);
  EDDY_FOR (const parcel& p, ch) got.enter(p, last);
}

void four_loops(std::size_t capacity) {
  channel<parcel> ch(capacity);
  ledger got;
  std::atomic<int> sending = loops;
  run_on_each({.loops = loops, .run = quiet}, [&](int index) -> task<> {
    const auto one = create_task(receive_all, std::ref(ch), std::ref(got));
    const auto two = create_task(receive_all, std::ref(ch), std::ref(got));
    co_await send_all(ch, index);
    if (--sending == 0) ch.close();
    co_await one;
    co_await two;
  });
  got.expect_all_once();
}

TEST(channel_stress, four_loops_exchange_every_item_once) { four_loops(16); }
TEST(channel_stress, four_loops_exchange_every_item_once_by_hand) { four_loops(0); }

TEST(channel_stress, threads_and_loops_exchange_every_item_once) {
  channel<parcel> ch(4);
  ledger got;
  std::atomic<int> sending = loops;
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < items_each; ++i) EXPECT_TRUE(ch.send_blocking({2 + t, i}));
      if (--sending == 0) ch.close();
    });
    threads.emplace_back([&] {
      std::vector<int> last(loops, -1);
      while (const auto p = ch.receive_blocking()) got.enter(*p, last);
    });
  }
  run_on_each({.loops = 2, .run = quiet}, [&](int index) -> task<> {
    const auto receiver = create_task(receive_all, std::ref(ch), std::ref(got));
    co_await send_all(ch, index);
    if (--sending == 0) ch.close();
    co_await receiver;
  });
  for (auto& t : threads) t.join();
  got.expect_all_once();
}

/// Receives until it is cancelled, or the channel is closed. An item that was handed over arrives.
task<> receive_for_a_while(channel<parcel>& ch, ledger& got, std::vector<int>& last) {
  while (const auto p = co_await ch.receive()) got.enter(*p, last);
}

/// Sends what is left, from `next` on.
task<> send_for_a_while(channel<parcel>& ch, int sender, int& next) {
  while (next < items_each) {
    EXPECT_TRUE(co_await ch.send({sender, next}));
    ++next;
  }
}

TEST(channel_stress, nothing_is_lost_or_sent_twice_by_cancels_at_any_moment) {
  channel<parcel> ch(2);
  ledger got;
  std::atomic<int> sending = loops;
  run_on_each({.loops = loops, .run = quiet}, [&](int index) -> task<> {
    std::minstd_rand chance(static_cast<unsigned>(index) + 1);
    const auto disturb = [&](const task_handle<>& victim) -> task<> {
      for (auto turns = chance() % 64; turns > 0; --turns) co_await yield();
      victim.cancel();
      try {
        co_await victim;
      } catch (const task_cancelled&) {
      }
    };
    const auto receiver = create_task([&]() -> task<> {
      std::vector<int> last(loops, -1);
      while (!ch.closed()) {
        co_await disturb(
            create_task(receive_for_a_while, std::ref(ch), std::ref(got), std::ref(last)));
      }
      co_await receive_for_a_while(ch, got, last);
    });
    int next = 0;
    while (next < items_each) {
      co_await disturb(create_task(send_for_a_while, std::ref(ch), index, std::ref(next)));
    }
    if (--sending == 0) ch.close();
    co_await receiver;
  });
  got.expect_all_once();
}

}  // namespace
}  // namespace eddy
