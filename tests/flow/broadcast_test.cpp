// SPDX-License-Identifier: MIT
#include <eddy/flow/broadcast.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "shuffled.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

constexpr reader_options two{.capacity = 2};
constexpr reader_options lossy{.capacity = 2, .when_full = slow_reader::drop_oldest};
constexpr reader_options strict{.capacity = 2, .when_full = slow_reader::disconnect};

task<std::string> read_all(broadcast<char>::reader from) {
  std::string got;
  while (const auto item = co_await from.next()) got += *item;
  co_return got;
}

task<> send(broadcast<char>& to, char item) { co_await to.send(item); }

EDDY_TEST(broadcast, gives_every_item_to_every_reader_in_order) {
  broadcast<char> news;
  const auto first = create_task(read_all, news.subscribe());
  const auto second = create_task(read_all, news.subscribe());
  for (const char item : {'a', 'b', 'c'}) co_await news.send(item);
  news.close();
  EXPECT_EQ(co_await first, "abc");
  EXPECT_EQ(co_await second, "abc");
  EXPECT_EQ(news.readers(), 0U);
}

EDDY_TEST(broadcast, a_reader_gets_what_is_sent_from_its_subscription_on) {
  broadcast<char> news;
  co_await news.send('a');
  auto reader = news.subscribe();
  co_await news.send('b');
  EXPECT_EQ(co_await reader.next(), 'b');
  EXPECT_EQ(reader.size(), 0U);
}

EDDY_TEST(broadcast, wakes_readers_that_wait) {
  broadcast<char> news;
  std::string log;
  const auto listen = [&](broadcast<char>::reader from, char name) -> task<> {
    const auto item = co_await from.next();
    log += name;
    log += item.value_or('-');
  };
  const std::vector<task_handle<>> readers{create_task(listen, news.subscribe(), '1'),
                                           create_task(listen, news.subscribe(), '2')};
  co_await sleep(1s);
  EXPECT_TRUE(news.try_send('x'));
  EXPECT_EQ(log, "") << "waking goes through the run queue";
  co_await join_all(readers);
  EXPECT_EQ(log, "1x2x");
}

EDDY_TEST(broadcast, without_readers_loses_what_is_sent_and_waits_for_nobody) {
  broadcast<char> news;
  for (int i = 0; i < 100; ++i) co_await news.send('x');
  EXPECT_TRUE(co_await wait_for_optional(news.send('x'), 0s));
}

EDDY_TEST(broadcast, a_reader_can_be_moved_and_one_that_is_dropped_has_left) {
  broadcast<char> news;
  auto reader = news.subscribe(two);
  auto moved = std::move(reader);
  co_await news.send('a');
  EXPECT_EQ(co_await moved.next(), 'a');
  moved = news.subscribe(two);
  EXPECT_EQ(news.readers(), 1U);
}

EDDY_TEST(broadcast, refuses_a_reader_without_room) {
  broadcast<char> news;
  EXPECT_THROW((void)news.subscribe({.capacity = 0}), std::invalid_argument);
  co_return;
}

// Slow readers.

EDDY_TEST(broadcast, senders_wait_for_a_slow_reader_in_the_order_they_came) {
  broadcast<char> news;
  auto slow = news.subscribe(two);
  auto quick = news.subscribe({.capacity = 10});
  std::vector<task_handle<>> senders;
  for (const char item : {'a', 'b', 'c', 'd'}) {
    senders.push_back(create_task(send, std::ref(news), item));
  }
  co_await sleep(1s);
  EXPECT_EQ(quick.size(), 2U) << "all readers get an item at once";
  EXPECT_FALSE(news.try_send('x'));
  EXPECT_EQ(co_await slow.next(), 'a');
  EXPECT_EQ(quick.size(), 3U);
  EXPECT_FALSE(news.try_send('x')) << "it overtook a sender that waits";
  std::string got;
  for (int i = 0; i < 3; ++i) got += (co_await slow.next()).value_or('-');
  EXPECT_EQ(got, "bcd");
  co_await join_all(senders);
}

EDDY_TEST(broadcast, senders_go_on_when_the_slow_reader_leaves) {
  broadcast<char> news;
  auto slow = std::optional(news.subscribe(two));
  auto other = news.subscribe({.capacity = 3});
  co_await news.send('a');
  co_await news.send('b');
  const auto third = create_task(send, std::ref(news), 'c');
  const auto fourth = create_task(send, std::ref(news), 'd');
  co_await sleep(1s);
  EXPECT_FALSE(third.done());
  slow.reset();
  co_await third;
  co_await sleep(1s);
  EXPECT_FALSE(fourth.done()) << "the other is full now";
  EXPECT_EQ(co_await other.next(), 'a');
  co_await fourth;
}

EDDY_TEST(broadcast, a_reader_that_drops_its_oldest_items_holds_nobody_up_and_knows_how_many) {
  broadcast<char> news;
  auto reader = news.subscribe(lossy);
  for (const char item : {'a', 'b', 'c', 'd', 'e'}) EXPECT_TRUE(news.try_send(item));
  EXPECT_EQ(reader.dropped(), 3U);
  EXPECT_EQ(co_await reader.next(), 'd');
  EXPECT_EQ(co_await reader.next(), 'e');
  co_await news.send('f');
  EXPECT_EQ(co_await reader.next(), 'f');
  EXPECT_EQ(reader.dropped(), 3U);
}

EDDY_TEST(broadcast, a_reader_that_is_disconnected_reads_what_it_has_and_then_learns_of_it) {
  broadcast<char> news;
  auto reader = news.subscribe(strict);
  auto other = news.subscribe();
  for (const char item : {'a', 'b', 'c'}) EXPECT_TRUE(news.try_send(item));
  EXPECT_FALSE(reader.connected());
  EXPECT_EQ(news.readers(), 1U);
  EXPECT_EQ(co_await reader.next(), 'a');
  EXPECT_EQ(co_await reader.next(), 'b');
  EXPECT_THROW((void)co_await reader.next(), reader_disconnected);
  EXPECT_EQ(co_await reader.next(), std::nullopt);
  EXPECT_EQ(other.size(), 3U);
}

// Close.

EDDY_TEST(broadcast, a_closed_one_is_read_to_its_end_and_refuses_more) {
  broadcast<char> news;
  auto reader = news.subscribe();
  co_await news.send('a');
  news.close();
  EXPECT_TRUE(news.closed());
  EXPECT_THROW(co_await news.send('b'), broadcast_closed);
  EXPECT_THROW((void)news.try_send('b'), broadcast_closed);
  EXPECT_EQ(co_await reader.next(), 'a');
  EXPECT_EQ(co_await reader.next(), std::nullopt);
  EXPECT_EQ(co_await reader.next(), std::nullopt);
}

EDDY_TEST(broadcast, close_wakes_those_that_wait) {
  broadcast<char> news;
  const auto reader = create_task(read_all, news.subscribe());
  auto full = news.subscribe({.capacity = 1});
  co_await news.send('a');
  const auto sender = create_task(send, std::ref(news), 'b');
  co_await sleep(1s);
  news.close();
  EXPECT_THROW(co_await sender, broadcast_closed);
  EXPECT_EQ(co_await reader, "a");
}

EDDY_TEST(broadcast, always_ready_does_not_let_its_users_starve_the_others) {
  broadcast<char> news;
  auto reader = news.subscribe();
  bool stop = false;
  (void)create_task([&]() -> task<> {
    stop = true;
    co_return;
  });
  for (int i = 0; i < 1000 && !stop; ++i) {
    co_await news.send('x');
    (void)co_await reader.next();
  }
  EXPECT_TRUE(stop);
}

// Cancel.

EDDY_TEST(broadcast, a_cancelled_reader_loses_no_item) {
  broadcast<char> news;
  auto reader = news.subscribe();
  EXPECT_FALSE(co_await wait_for_optional(reader.next(), 1s));
  co_await news.send('a');
  EXPECT_EQ(co_await reader.next(), 'a');
}

EDDY_TEST(broadcast, a_reader_cancelled_in_the_step_it_was_given_an_item_receives_it) {
  broadcast<char> news;
  std::optional<char> got;
  const auto task = create_task([&, reader = news.subscribe()]() mutable -> eddy::task<> {
    got = co_await reader.next();
    co_await yield();
    ADD_FAILURE() << "it went on";
  });
  co_await yield();
  co_await news.send('a');
  task.cancel();
  EXPECT_THROW(co_await task, task_cancelled);
  EXPECT_EQ(got, 'a');
  EXPECT_EQ(news.readers(), 0U);
}

EDDY_TEST(broadcast, a_cancelled_sender_gave_nothing_to_anybody_and_frees_its_place) {
  broadcast<char> news;
  auto slow = news.subscribe({.capacity = 1});
  auto other = news.subscribe();
  co_await news.send('a');
  EXPECT_FALSE(co_await wait_for_optional(news.send('b'), 1s));
  const auto sender = create_task(send, std::ref(news), 'c');
  co_await yield();
  EXPECT_EQ(co_await slow.next(), 'a');
  EXPECT_EQ(co_await slow.next(), 'c');
  EXPECT_EQ(other.size(), 2U);
  co_await sender;
}

EDDY_TEST(broadcast, a_sender_cancelled_in_the_step_it_was_let_in_has_sent) {
  broadcast<char> news;
  auto slow = news.subscribe({.capacity = 1});
  co_await news.send('a');
  const auto sender = create_task(send, std::ref(news), 'b');
  co_await yield();
  EXPECT_EQ(co_await slow.next(), 'a');
  sender.cancel();
  co_await sender;
  EXPECT_EQ(co_await slow.next(), 'b');
}

EDDY_TEST(broadcast, waits_entered_with_a_cancel_pending_are_not_begun) {
  broadcast<char> news;
  gate g;
  auto full = news.subscribe({.capacity = 1});
  co_await news.send('a');
  const std::vector<task_handle<>> tasks{create_task([&]() -> task<> {
                                           co_await g.wait();
                                           co_await news.send('b');
                                         }),
                                         create_task([&]() -> task<> {
                                           auto reader = news.subscribe();
                                           co_await g.wait();
                                           (void)co_await reader.next();
                                         })};
  co_await yield();
  g.open();
  for (const auto& each : tasks) each.cancel();
  EXPECT_EQ(co_await join_all(tasks), 2);
  EXPECT_EQ(full.size(), 1U);
}

EDDY_TEST(broadcast, destroys_the_items_of_readers_that_leave) {
  broadcast<counted> news;
  {
    auto reader = news.subscribe(reader_options{.capacity = 1});
    co_await news.send(counted());
    EXPECT_FALSE(co_await wait_for_optional(news.send(counted()), 1s));
    EXPECT_EQ(counted::alive, 1);
  }
  EXPECT_EQ(counted::alive, 0);
}

EDDY_SHUFFLED_TEST(broadcast, loses_nothing_for_anybody_it_waits_for_whoever_is_cancelled_when) {
  chance random(seed());
  broadcast<int> news;
  std::vector<int> sent;
  std::vector<std::vector<int>> got(4);
  std::vector<task_handle<>> readers;
  const auto read = [&](broadcast<int>::reader from, std::vector<int>& into) -> task<> {
    while (const auto item = co_await from.next()) {
      into.push_back(*item);
      if (random.one_in(3)) co_await sleep(1ms);
    }
  };
  for (auto& each : got) {
    readers.push_back(
        create_task(read, news.subscribe({.capacity = 1 + random.below(4)}), std::ref(each)));
  }
  std::vector<task_handle<>> senders;
  const auto send_one = [&](int item) -> task<> {
    co_await news.send(item);
    sent.push_back(item);
  };
  for (int i = 0; i < 100; ++i) {
    senders.push_back(create_task(send_one, i));
    if (random.one_in(3)) co_await yield();
    if (random.one_in(4)) senders[random.below(senders.size())].cancel();
  }
  const int cancelled = co_await join_all(senders);
  news.close();
  co_await join_all(readers);
  EXPECT_EQ(sent.size() + static_cast<std::size_t>(cancelled), 100U);
  for (const auto& each : got) EXPECT_EQ(each, got[0]);
  // It is in the order in which the senders ran again, what they got in that in which they sent.
  std::ranges::sort(sent);
  std::ranges::sort(got[0]);
  EXPECT_EQ(got[0], sent);
}

}  // namespace
}  // namespace eddy
