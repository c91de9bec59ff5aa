// SPDX-License-Identifier: MIT
//
// The cancellation checklist, for each operation of a socket and a listener.
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "tcp_pair.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;

EDDY_NETWORK_TEST(tcp_cancel, a_waiting_read_ends_and_the_next_gets_the_bytes) {
  tcp_pair pair = co_await connect_pair();
  for (int round = 0; round < 3; ++round) {
    auto reader = create_task([&] { return read_text(pair.server); });
    co_await until_waiting("socket read");
    reader.cancel();
    co_await expect_cancelled(reader);
  }
  co_await pair.client.write_all("for the next");
  co_await expect_text(pair.server, "for the next");
}

EDDY_NETWORK_TEST(tcp_cancel, a_task_cancelled_before_its_start_takes_nothing) {
  tcp_pair pair = co_await connect_pair();
  co_await pair.client.write_all("untouched");
  auto reader = create_task([&] { return read_text(pair.server); });
  reader.cancel();
  co_await expect_cancelled(reader);
  co_await expect_text(pair.server, "untouched");
}

EDDY_NETWORK_TEST(tcp_cancel, a_pending_cancel_keeps_a_read_from_starting) {
  tcp_pair pair = co_await connect_pair();
  co_await pair.client.write_all("untouched");
  std::optional<task_handle<>> reader;
  reader = create_task([&]() -> task<> {
    reader->cancel();
    co_await read_text(pair.server);
  });
  co_await expect_cancelled(*reader);
  co_await expect_text(pair.server, "untouched");
}

EDDY_NETWORK_TEST(tcp_cancel, a_pending_cancel_keeps_a_write_from_starting) {
  tcp_pair pair = co_await connect_pair();
  std::optional<task_handle<>> writer;
  writer = create_task([&]() -> task<> {
    writer->cancel();
    co_await pair.client.write_all("never sent");
  });
  co_await expect_cancelled(*writer);
  co_await pair.client.shutdown();
  EXPECT_EQ(co_await read_to_end(pair.server), "");
}

EDDY_NETWORK_TEST(tcp_cancel, bytes_that_had_come_are_delivered_or_stay_in_the_socket) {
  tcp_pair pair = co_await connect_pair();
  for (int ticks_between = 0; ticks_between < 4; ++ticks_between) {
    std::string received;
    auto reader = create_task([&]() -> task<> { received = co_await read_text(pair.server); });
    co_await until_waiting("socket read");
    co_await pair.client.write_all("once");
    for (int i = 0; i < ticks_between; ++i) co_await yield();
    reader.cancel();
    try {
      co_await reader;
    } catch (const task_cancelled&) {
    }
    received += co_await read_exactly(pair.server, 4 - received.size());
    EXPECT_EQ(received, "once");
  }
}

EDDY_NETWORK_TEST(tcp_cancel, a_read_that_won_delivers_and_the_cancel_comes_next) {
  tcp_pair pair = co_await connect_pair();
  std::string received;
  bool went_on = false;
  auto reader = create_task([&]() -> task<> {
    received = co_await read_text(pair.server);
    co_await yield();
    went_on = true;
  });
  co_await until_waiting("socket read");
  co_await pair.client.write_all("!");
  // The reader is in the run queue now: its operation is over, and it has not run yet.
  while (task_tree(*loop::current()).contains("waits: socket read")) co_await sleep(0s);
  reader.cancel();
  try {
    co_await reader;
  } catch (const task_cancelled&) {
    EXPECT_FALSE(went_on);
  }
  EXPECT_EQ(received, "!");
}

EDDY_NETWORK_TEST(tcp_cancel, a_waiting_write_ends) {
  tcp_pair pair = co_await connect_pair();
  const std::string much(16 << 20, 'x');
  auto writer = create_task([&]() -> task<> { co_await pair.client.write_all(much); });
  co_await until_waiting("socket write");
  writer.cancel();
  co_await expect_cancelled(writer);
  co_await pair.client.shutdown();
  const std::string received = co_await read_to_end(pair.server);
  EXPECT_LT(received.size(), much.size());
}

EDDY_NETWORK_TEST(tcp_cancel, of_one_direction_leaves_the_other_alone) {
  tcp_pair pair = co_await connect_pair();
  const std::string much(16 << 20, 'x');
  auto writer = create_task([&]() -> task<> { co_await pair.client.write_all(much); });
  auto reader = create_task([&] { return read_exactly(pair.client, 10); });
  co_await until_waiting("socket write");
  co_await until_waiting("socket read");
  writer.cancel();
  co_await expect_cancelled(writer);
  co_await pair.server.write_all("still read");
  EXPECT_EQ(co_await reader, "still read");
}

EDDY_NETWORK_TEST(tcp_cancel, a_waiting_accept_ends_and_the_next_works) {
  tcp::listener listener = listen_on_loopback();
  for (int round = 0; round < 3; ++round) {
    auto accepting = create_task([&] { return listener.accept(); });
    co_await until_waiting("accept");
    accepting.cancel();
    co_await expect_cancelled(accepting);
  }
  auto [client, server] =
      co_await gather(tcp::connect(listener.local_endpoint()), listener.accept());
  EXPECT_TRUE(server.is_open());
}

EDDY_NETWORK_TEST(tcp_cancel, a_connection_that_had_come_is_delivered_or_stays_in_the_backlog) {
  tcp::listener listener = listen_on_loopback();
  for (int ticks_between = 0; ticks_between < 4; ++ticks_between) {
    std::optional<tcp::socket> accepted;
    auto accepting = create_task([&]() -> task<> { accepted = co_await listener.accept(); });
    co_await until_waiting("accept");
    const tcp::socket client = co_await tcp::connect(listener.local_endpoint());
    for (int i = 0; i < ticks_between; ++i) co_await yield();
    accepting.cancel();
    try {
      co_await accepting;
    } catch (const task_cancelled&) {
    }
    if (!accepted) accepted = co_await listener.accept();
    EXPECT_EQ(accepted->peer_endpoint(), client.local_endpoint());
  }
}

EDDY_NETWORK_TEST(tcp_cancel, an_accepted_socket_that_nobody_gets_closes_itself) {
  tcp::listener listener = listen_on_loopback();
  tcp::socket client = co_await tcp::connect(listener.local_endpoint());
  const auto fail = [&]() -> task<> {
    co_await settle();
    throw std::runtime_error("sibling");
  };
  EXPECT_THROW(co_await gather(listener.accept(), fail()), std::runtime_error);
  EXPECT_EQ(co_await read_to_end(client), "");
}

EDDY_NETWORK_TEST(tcp_cancel, a_waiting_connect_ends) {
  // A full backlog swallows what comes: connecting takes for ever.
  const tcp::listener full = tcp::listen({ip_address::loopback_v4(), 0}, {.backlog = 0});
  std::vector<tcp::socket> clients;
  bool limit_came = false;
  for (int i = 0; i < 4 && !limit_came; ++i) {
    try {
      clients.push_back(co_await wait_for(tcp::connect(full.local_endpoint()), 50ms));
    } catch (const timeout_error&) {
      limit_came = true;
    }
  }
  EXPECT_TRUE(limit_came);
}

EDDY_NETWORK_TEST(tcp_cancel, many_reads_at_once) {
  std::vector<tcp_pair> pairs;
  for (int i = 0; i < 100; ++i) pairs.push_back(co_await connect_pair());
  std::vector<task_handle<std::string>> readers;
  for (tcp_pair& pair : pairs)
    readers.push_back(create_task([&pair] { return read_text(pair.server); }));
  co_await settle();
  for (auto& reader : readers) reader.cancel();
  for (auto& reader : readers) co_await expect_cancelled(reader);
  co_await pairs.back().client.write_all("alive");
  co_await expect_text(pairs.back().server, "alive");
}

}  // namespace
}  // namespace eddy
