// SPDX-License-Identifier: MIT
#include <eddy/flow/channel.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/run_on_each.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/to_thread.hpp>
#include <eddy/flow/stream/async_iterable.hpp>
#include <eddy/testing/test.hpp>

namespace eddy {
namespace {

using namespace std::chrono_literals;

static_assert(async_iterable<channel<int>>);

EDDY_TEST(channel, gives_items_in_the_order_they_were_sent) {
  channel<int> ch(3);
  for (const int i : {1, 2, 3}) EXPECT_TRUE(co_await ch.send(i));
  EXPECT_EQ(ch.size(), 3U);
  for (const int i : {1, 2, 3}) EXPECT_EQ(co_await ch.receive(), i);
  EXPECT_EQ(ch.size(), 0U);
}

EDDY_TEST(channel, that_is_full_makes_senders_wait_in_line) {
  channel<int> ch(1);
  std::vector<int> sent;
  std::vector<task_handle<>> senders;
  for (int i = 0; i < 4; ++i) {
    senders.push_back(create_task([&, i]() -> task<> {
      EXPECT_TRUE(co_await ch.send(i));
      sent.push_back(i);
    }));
  }
  co_await yield();
  EXPECT_EQ(sent, (std::vector{0}));
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(co_await ch.receive(), i);
    co_await yield();
    EXPECT_EQ(std::ssize(sent), std::min(i + 2, 4));
  }
  for (const auto& s : senders) co_await s;
}

EDDY_TEST(channel, hands_an_item_to_the_oldest_receiver) {
  channel<int> ch(1);
  std::vector<std::pair<int, int>> got;
  std::vector<task_handle<>> receivers;
  for (int i = 0; i < 3; ++i) {
    receivers.push_back(create_task([&, i]() -> task<> {
      const auto item = co_await ch.receive();
      got.emplace_back(i, item.value_or(-1));
    }));
  }
  co_await yield();
  for (const int i : {10, 11, 12}) EXPECT_TRUE(ch.try_send(int{i}));
  // Handed over: nobody can take it before they run.
  EXPECT_EQ(ch.try_receive(), std::nullopt);
  for (const auto& r : receivers) co_await r;
  EXPECT_EQ(got, (std::vector<std::pair<int, int>>{{0, 10}, {1, 11}, {2, 12}}));
}

EDDY_TEST(channel, without_capacity_a_sender_waits_for_its_receiver) {
  channel<int> ch(0);
  EXPECT_FALSE(ch.try_send(1));
  bool sent = false;
  const auto sender = create_task([&]() -> task<> { sent = co_await ch.send(7); });
  co_await yield();
  EXPECT_FALSE(sent);
  EXPECT_EQ(co_await ch.receive(), 7);
  co_await sender;
  EXPECT_TRUE(sent);
}

EDDY_TEST(channel, tries_without_waiting) {
  channel<std::unique_ptr<int>> ch(1);
  EXPECT_EQ(ch.try_receive(), std::nullopt);
  EXPECT_TRUE(ch.try_send(std::make_unique<int>(1)));
  auto second = std::make_unique<int>(2);
  EXPECT_FALSE(ch.try_send(std::move(second)));
  EXPECT_NE(second, nullptr);  // untouched
  EXPECT_EQ(**ch.try_receive(), 1);
  ch.close();
  EXPECT_FALSE(ch.try_send(std::move(second)));
  co_return;
}

EDDY_TEST(channel, that_is_closed_drains_and_then_ends) {
  channel<int> ch(2);
  EXPECT_TRUE(co_await ch.send(1));
  EXPECT_TRUE(co_await ch.send(2));
  const auto late = create_task([&]() -> task<bool> { co_return co_await ch.send(3); });
  co_await yield();
  ch.close();
  ch.close();
  EXPECT_TRUE(ch.closed());
  EXPECT_FALSE(co_await late);  // it waited, and was not sent
  EXPECT_FALSE(co_await ch.send(4));
  EXPECT_EQ(co_await ch.receive(), 1);
  EXPECT_EQ(co_await ch.receive(), 2);
  EXPECT_EQ(co_await ch.receive(), std::nullopt);
}

EDDY_TEST(channel, that_is_closed_wakes_all_receivers) {
  channel<int> ch(2);
  std::vector<task_handle<bool>> receivers;
  for (int i = 0; i < 3; ++i) {
    receivers.push_back(
        create_task([&]() -> task<bool> { co_return (co_await ch.receive()).has_value(); }));
  }
  co_await yield();
  ch.close();
  for (const auto& r : receivers) EXPECT_FALSE(co_await r);
}

EDDY_TEST(channel, is_a_stream) {
  channel<int> ch(2);
  const auto sender = create_task([&]() -> task<> {
    for (int i = 0; i < 5; ++i) co_await ch.send(i);
    ch.close();
  });
  std::vector<int> got;
  EDDY_FOR (const int x, ch) got.push_back(x);
  EXPECT_EQ(got, (std::vector{0, 1, 2, 3, 4}));
  co_await sender;
}

EDDY_TEST(channel, lets_the_virtual_clock_go_on) {
  channel<int> ch(1);
  const auto sender = create_task([&]() -> task<> {
    co_await sleep(1h);
    co_await ch.send(1);
  });
  EXPECT_EQ(co_await ch.receive(), 1);
  EXPECT_EQ(loop::current()->now().time_since_epoch(), 1h);
  co_await sender;
}

// Cancel.

EDDY_TEST(channel, a_cancelled_receiver_leaves_the_line_and_loses_nothing) {
  channel<int> ch(1);
  std::array<int, 3> got{};
  std::vector<task_handle<>> receivers;
  for (std::size_t i = 0; i < 3; ++i) {
    receivers.push_back(
        create_task([&, i]() -> task<> { got[i] = (co_await ch.receive()).value_or(-1); }));
  }
  co_await yield();
  receivers[0].cancel();
  EXPECT_THROW(co_await receivers[0], task_cancelled);
  EXPECT_TRUE(ch.try_send(1));
  EXPECT_TRUE(ch.try_send(2));
  co_await receivers[1];
  co_await receivers[2];
  EXPECT_EQ(got, (std::array{0, 1, 2}));
}

EDDY_TEST(channel, a_receiver_cancelled_in_the_step_it_was_given_an_item_keeps_it) {
  channel<int> ch(1);
  int got = 0;
  bool went_on = false;
  const auto receiver = create_task([&]() -> task<> {
    got = (co_await ch.receive()).value_or(-1);
    co_await yield();
    went_on = true;
  });
  co_await yield();
  EXPECT_TRUE(ch.try_send(5));
  receiver.cancel();
  EXPECT_THROW(co_await receiver, task_cancelled);
  EXPECT_EQ(got, 5);
  EXPECT_FALSE(went_on);
}

EDDY_TEST(channel, a_cancelled_sender_did_not_send) {
  channel<int> ch(1);
  EXPECT_TRUE(ch.try_send(1));
  const auto first = create_task([&]() -> task<> { co_await ch.send(2); });
  const auto second = create_task([&]() -> task<> { co_await ch.send(3); });
  co_await yield();
  first.cancel();
  EXPECT_THROW(co_await first, task_cancelled);
  EXPECT_EQ(co_await ch.receive(), 1);
  EXPECT_EQ(co_await ch.receive(), 3);
  co_await second;
}

EDDY_TEST(channel, a_sender_cancelled_in_the_step_its_item_was_taken_knows_that_it_was) {
  channel<int> ch(0);
  bool sent = false;
  const auto sender = create_task([&]() -> task<> {
    sent = co_await ch.send(2);
    co_await yield();
  });
  co_await yield();
  EXPECT_EQ(ch.try_receive(), 2);
  sender.cancel();
  EXPECT_THROW(co_await sender, task_cancelled);
  EXPECT_TRUE(sent);
}

EDDY_TEST(channel, with_a_cancel_pending_only_what_is_ready_goes_through) {
  channel<int> ch(1);
  std::optional<int> got;
  bool waited = false;
  channel<int> never(1);
  channel<int> start(0);
  const auto both = create_task([&]() -> task<> {
    co_await start.receive();
    EXPECT_TRUE(co_await ch.send(4));
    got = co_await ch.receive();
    co_await never.receive();
    waited = true;
  });
  co_await yield();
  EXPECT_TRUE(start.try_send(0));
  both.cancel();
  EXPECT_THROW(co_await both, task_cancelled);
  EXPECT_EQ(got, 4);
  EXPECT_FALSE(waited);
  EXPECT_TRUE(never.try_send(1));  // nobody in line took it
  EXPECT_EQ(never.size(), 1U);
}

// Threads.

EDDY_TEST(channel, feeds_a_task_from_a_thread_and_back) {
  channel<int> there(2);
  channel<int> back(2);
  std::thread worker([&] {
    while (const auto x = there.receive_blocking()) EXPECT_TRUE(back.send_blocking(2 * *x));
    back.close();
  });
  const auto feeder = create_task([&]() -> task<> {
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(co_await there.send(i));
    there.close();
  });
  int expected = 0;
  EDDY_FOR (const int x, back) {
    EXPECT_EQ(x, 2 * expected);
    ++expected;
  }
  EXPECT_EQ(expected, 100);
  co_await feeder;
  worker.join();
}

EDDY_TEST(channel, refuses_to_block_a_loop) {
  channel<int> ch(1);
  EXPECT_THROW(ch.send_blocking(1), std::logic_error);
  EXPECT_THROW(static_cast<void>(ch.receive_blocking()), std::logic_error);
  co_return;
}

TEST(channel, wakes_threads_when_it_is_closed) {
  channel<int> empty(1);
  channel<int> full(0);
  std::thread receiver([&] { EXPECT_EQ(empty.receive_blocking(), std::nullopt); });
  std::thread sender([&] { EXPECT_FALSE(full.send_blocking(1)); });
  empty.close();
  full.close();
  receiver.join();
  sender.join();
}

TEST(channel, a_loop_that_ends_takes_its_waiters_out_of_the_line) {
  channel<int> ch(1);
  run(
      [&]() -> task<> {
        create_task([&]() -> task<> { co_await ch.receive(); });
        create_task([&]() -> task<> { co_await ch.receive(); });
        co_await yield();
      },
      {.handle_signals = false});
  EXPECT_TRUE(ch.try_send(1));
  EXPECT_EQ(ch.try_receive(), 1);
}

}  // namespace
}  // namespace eddy
