// SPDX-License-Identifier: MIT
#include <eddy/io/tcp.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/detail/frame_pool.hpp>
#include <eddy/core/error.hpp>
#include <eddy/testing/test.hpp>

#include "tcp_pair.hpp"

namespace eddy {
namespace {

EDDY_NETWORK_TEST(tcp, what_one_end_writes_the_other_reads) {
  tcp_pair pair = co_await connect_pair();
  co_await pair.client.write_all("ping");
  co_await expect_text(pair.server, "ping");
  co_await pair.server.write_all("pong");
  co_await expect_text(pair.client, "pong");
}

EDDY_NETWORK_TEST(tcp, bytes_are_as_good_as_characters) {
  tcp_pair pair = co_await connect_pair();
  const std::vector<std::byte> sent(3, std::byte{7});
  co_await pair.client.write_all(sent);
  std::array<std::byte, 8> received{};
  EXPECT_EQ(co_await pair.server.read_some(received), 3U);
  EXPECT_EQ(received[2], std::byte{7});
  EXPECT_EQ(received[3], std::byte{0});
}

EDDY_NETWORK_TEST(tcp, a_read_leaves_what_does_not_fit) {
  tcp_pair pair = co_await connect_pair();
  co_await pair.client.write_all("abcdef");
  std::array<char, 1> small{};
  EXPECT_EQ(co_await pair.server.read_some(small), 1U);
  co_await expect_text(pair.server, "bcdef");
}

EDDY_NETWORK_TEST(tcp, a_read_into_nothing_gives_zero_and_takes_nothing) {
  tcp_pair pair = co_await connect_pair();
  co_await pair.client.write_all("abc");
  EXPECT_EQ(co_await pair.server.read_some(std::span<char>()), 0U);
  co_await expect_text(pair.server, "abc");
}

EDDY_NETWORK_TEST(tcp, the_end_of_one_direction_leaves_the_other_open) {
  tcp_pair pair = co_await connect_pair();
  co_await pair.client.write_all("request");
  co_await pair.client.shutdown();
  EXPECT_EQ(co_await read_to_end(pair.server), "request");
  co_await pair.server.write_all("answer");
  co_await expect_text(pair.client, "answer");
  pair.server.close();
  EXPECT_EQ(co_await read_text(pair.client), "");
}

EDDY_NETWORK_TEST(tcp, write_all_sends_more_than_the_kernel_holds) {
  tcp_pair pair = co_await connect_pair();
  std::string sent(16 << 20, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 31 + i / 997);
  auto writing = create_task([&]() -> task<> {
    co_await pair.client.write_all(sent);
    co_await pair.client.shutdown();
  });
  co_await until_waiting("socket write");
  const std::string received = co_await read_to_end(pair.server);
  EXPECT_TRUE(received == sent);
  co_await writing;
}

EDDY_NETWORK_TEST(tcp, write_some_says_how_much_it_sent) {
  tcp_pair pair = co_await connect_pair();
  EXPECT_EQ(co_await pair.client.write_some("abc"), 3U);
  const std::string much(16 << 20, 'x');
  const std::size_t sent = co_await pair.client.write_some(much);
  EXPECT_GT(sent, 0U);
  EXPECT_LT(sent, much.size());
  co_await pair.client.shutdown();
  EXPECT_EQ((co_await read_to_end(pair.server)).size(), sent + 3);
}

EDDY_NETWORK_TEST(tcp, both_directions_work_at_once) {
  tcp_pair pair = co_await connect_pair();
  const std::string much(4 << 20, 'x');
  const auto send_and_end = [&](tcp::socket& s) -> task<> {
    co_await s.write_all(much);
    co_await s.shutdown();
  };
  auto [a, b, to_server, to_client] =
      co_await gather(send_and_end(pair.client), send_and_end(pair.server),
                      read_to_end(pair.server), read_to_end(pair.client));
  EXPECT_EQ(to_server.size(), much.size());
  EXPECT_EQ(to_client.size(), much.size());
}

EDDY_NETWORK_TEST(tcp, a_second_reader_is_refused_and_the_first_goes_on) {
  tcp_pair pair = co_await connect_pair();
  auto first = create_task([&] { return read_exactly(pair.server, 13); });
  co_await until_waiting("socket read");
  try {
    co_await read_text(pair.server);
    ADD_FAILURE() << "no exception";
  } catch (const std::logic_error& e) {
    EXPECT_STREQ(
        e.what(),
        "eddy: socket read while another task is in one: give each direction of a socket, and "
        "the position of a file, to one task at a time");
  }
  co_await pair.client.write_all("for the first");
  EXPECT_EQ(co_await first, "for the first");
}

EDDY_NETWORK_TEST(tcp, a_direction_cannot_be_ended_under_a_write) {
  tcp_pair pair = co_await connect_pair();
  const std::string much(16 << 20, 'x');
  auto writer = create_task([&]() -> task<> { co_await pair.client.write_all(much); });
  co_await until_waiting("socket write");
  EXPECT_THROW(co_await pair.client.shutdown(), std::logic_error);
  writer.cancel();
  EXPECT_THROW(co_await writer, task_cancelled);
}

EDDY_NETWORK_TEST(tcp, a_socket_in_use_cannot_be_closed) {
  tcp_pair pair = co_await connect_pair();
  auto reader = create_task([&] { return read_exactly(pair.server, 10); });
  co_await until_waiting("socket read");
  EXPECT_THROW(pair.server.close(), std::logic_error);
  co_await pair.client.write_all("still here");
  EXPECT_EQ(co_await reader, "still here");
}

EDDY_NETWORK_TEST(tcp, a_closed_socket_fails_each_operation) {
  tcp_pair pair = co_await connect_pair();
  pair.client.close();
  EXPECT_FALSE(pair.client.is_open());
  std::optional<int> error;
  try {
    co_await read_text(pair.client);
  } catch (const io_error& e) {
    error = e.code().value();
  }
  EXPECT_EQ(error, EBADF);
  EXPECT_THROW(co_await pair.client.write_all("x"), io_error);
}

EDDY_NETWORK_TEST(tcp, a_moved_socket_works_and_its_source_is_closed) {
  tcp_pair pair = co_await connect_pair();
  tcp::socket moved = std::move(pair.client);
  EXPECT_FALSE(pair.client.is_open());
  co_await moved.write_all("moved");
  co_await expect_text(pair.server, "moved");
  pair.client = std::move(moved);
  co_await pair.client.write_all("back");
  co_await expect_text(pair.server, "back");
}

EDDY_NETWORK_TEST(tcp, a_reset_is_an_error_that_names_the_peer) {
  tcp_pair pair = co_await connect_pair();
  co_await pair.server.write_all("never read");
  const std::string peer = pair.client.local_endpoint().to_string();
  pair.client.close();  // with unread bytes: that resets the connection
  try {
    co_await read_text(pair.server);
    ADD_FAILURE() << "no exception";
  } catch (const io_error& e) {
    EXPECT_EQ(e.what(), "read " + peer + ": Connection reset by peer");
    EXPECT_EQ(e.code().value(), ECONNRESET);
  }
  EXPECT_THROW(co_await pair.server.write_all("x"), io_error);
}

EDDY_NETWORK_TEST(tcp, the_ends_agree_on_their_endpoints) {
  tcp_pair pair = co_await connect_pair();
  EXPECT_EQ(pair.client.peer_endpoint(), pair.server.local_endpoint());
  EXPECT_EQ(pair.server.peer_endpoint(), pair.client.local_endpoint());
  EXPECT_NE(pair.client.local_endpoint().port, 0);
}

EDDY_IO_TEST(tcp, small_writes_are_not_held_back) {
  const tcp_pair pair = co_await connect_pair();
  int connected = 0;
  for (int fd = 0; fd < 64; ++fd) {
    tcp_info state{};
    socklen_t size = sizeof state;
    if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &state, &size) != 0) continue;
    if (state.tcpi_state != TCP_ESTABLISHED) continue;
    ++connected;
    int no_delay = 0;
    size = sizeof no_delay;
    EXPECT_EQ(::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &size), 0);
    EXPECT_NE(no_delay, 0);
  }
  EXPECT_EQ(connected, 2);
}

EDDY_NETWORK_TEST(tcp, ipv6_works_where_there_is_any) {
  std::optional<tcp::listener> listener;
  try {
    listener = tcp::listen({ip_address::loopback_v6(), 0});
  } catch (const io_error&) {
    co_return;  // a machine without IPv6
  }
  auto [client, server] =
      co_await gather(tcp::connect(listener->local_endpoint()), listener->accept());
  EXPECT_TRUE(server.peer_endpoint().address.is_v6());
  co_await client.write_all("six");
  co_await expect_text(server, "six");
}

EDDY_NETWORK_TEST(tcp, reads_and_writes_allocate_no_frames) {
  tcp_pair pair = co_await connect_pair();
  std::array<char, 8> buffer{};
  const long before = detail::allocated_frames();
  for (int i = 0; i < 10; ++i) {
    co_await pair.client.write_all("?");
    EXPECT_EQ(co_await pair.server.read_some(buffer), 1U);
    EXPECT_EQ(co_await pair.server.write_some("!"), 1U);
    EXPECT_EQ(co_await pair.client.read_some(buffer), 1U);
  }
  EXPECT_EQ(detail::allocated_frames(), before);
}

EDDY_NETWORK_TEST(tcp, many_connections_at_once) {
  tcp::listener listener = listen_on_loopback();
  std::vector<task_handle<std::string>> answers;
  const auto ask = [&](int number) -> task<std::string> {
    tcp::socket s = co_await tcp::connect(listener.local_endpoint());
    co_await s.write_all(std::to_string(number));
    co_await s.shutdown();
    co_return co_await read_to_end(s);
  };
  for (int i = 0; i < 200; ++i) answers.push_back(create_task(ask, i));
  for (int i = 0; i < 200; ++i) {
    tcp::socket s = co_await listener.accept();
    const std::string question = co_await read_to_end(s);
    co_await s.write_all(question + "!");
  }
  for (int i = 0; i < 200; ++i) EXPECT_EQ(co_await answers[i], std::to_string(i) + "!");
}

EDDY_IO_TEST(tcp_socket, one_that_was_closed_on_another_thread_leaves_its_number_usable) {
  {
    tcp_pair pair = co_await connect_pair();
    auto reading = create_task([&] { return read_text(pair.server); });
    co_await until_waiting("socket read");
    co_await pair.client.write_all("x");
    co_await reading;
    std::thread([moved = std::move(pair)]() mutable {
      const tcp_pair gone = std::move(moved);
    }).join();
  }
  tcp_pair pair = co_await connect_pair();  // the numbers of those
  auto reading = create_task([&] { return read_text(pair.server); });
  co_await until_waiting("socket read");
  co_await pair.client.write_all("x");
  EXPECT_EQ(co_await reading, "x");
}

}  // namespace
}  // namespace eddy
