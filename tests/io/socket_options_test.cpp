// SPDX-License-Identifier: MIT
#include <eddy/io/socket_options.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>
#include <optional>

#include <eddy/core/error.hpp>
#include <eddy/io/udp.hpp>
#include <eddy/testing/test.hpp>

#include "tcp_pair.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;

template <class Socket>
int option_of(const Socket& s, int level, int option) {
  int value = -1;
  socklen_t size = sizeof value;
  EXPECT_EQ(::getsockopt(s.native_handle(), level, option, &value, &size), 0);
  return value;
}

task<tcp_pair> connect_pair_with(tcp::listen_options listen, tcp::connect_options connect) {
  tcp::listener listener = tcp::listen({ip_address::loopback_v4(), 0}, listen);
  auto [client, server] =
      co_await gather(tcp::connect(listener.local_endpoint(), connect), listener.accept());
  co_return tcp_pair{std::move(client), std::move(server)};
}

EDDY_IO_TEST(socket_options, small_writes_go_out_at_once_unless_told_otherwise) {
  tcp_pair pair = co_await connect_pair();
  EXPECT_NE(option_of(pair.client, IPPROTO_TCP, TCP_NODELAY), 0);
  EXPECT_NE(option_of(pair.server, IPPROTO_TCP, TCP_NODELAY), 0);
  pair.client.set_nodelay(false);
  EXPECT_EQ(option_of(pair.client, IPPROTO_TCP, TCP_NODELAY), 0);
  const tcp_pair slow = co_await connect_pair_with({.nodelay = false}, {.nodelay = false});
  EXPECT_EQ(option_of(slow.client, IPPROTO_TCP, TCP_NODELAY), 0);
  EXPECT_EQ(option_of(slow.server, IPPROTO_TCP, TCP_NODELAY), 0);
}

EDDY_IO_TEST(socket_options, keepalive_is_that_of_the_connect_and_of_the_listener) {
  const keepalive_options asked{.idle = 30s, .interval = 1500ms, .count = 4};
  tcp_pair pair = co_await connect_pair_with({.keepalive = asked}, {.keepalive = asked});
  for (const tcp::socket* s : {&pair.client, &pair.server}) {
    EXPECT_EQ(option_of(*s, SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(option_of(*s, IPPROTO_TCP, TCP_KEEPIDLE), 30);
    EXPECT_EQ(option_of(*s, IPPROTO_TCP, TCP_KEEPINTVL), 2);  // rounded up
    EXPECT_EQ(option_of(*s, IPPROTO_TCP, TCP_KEEPCNT), 4);
  }
  pair.client.set_keepalive(std::nullopt);
  EXPECT_EQ(option_of(pair.client, SOL_SOCKET, SO_KEEPALIVE), 0);
  pair.client.set_keepalive(keepalive_options{.idle = 0s});
  EXPECT_EQ(option_of(pair.client, IPPROTO_TCP, TCP_KEEPIDLE), 1);
}

// The kernel doubles what it is given, for its own book-keeping.
EDDY_IO_TEST(socket_options, buffers_have_the_size_asked_for) {
  const tcp_pair pair = co_await connect_pair_with({.send_buffer = 8192, .receive_buffer = 16384},
                                                   {.send_buffer = 16384, .receive_buffer = 8192});
  EXPECT_EQ(option_of(pair.client, SOL_SOCKET, SO_SNDBUF), 2 * 16384);
  EXPECT_EQ(option_of(pair.client, SOL_SOCKET, SO_RCVBUF), 2 * 8192);
  EXPECT_EQ(option_of(pair.server, SOL_SOCKET, SO_SNDBUF), 2 * 8192);
  const udp::socket datagrams =
      udp::bind({ip_address::loopback_v4(), 0}, {.send_buffer = 8192, .receive_buffer = 16384});
  EXPECT_EQ(option_of(datagrams, SOL_SOCKET, SO_SNDBUF), 2 * 8192);
  EXPECT_EQ(option_of(datagrams, SOL_SOCKET, SO_RCVBUF), 2 * 16384);
}

EDDY_IO_TEST(socket_options, a_connection_may_choose_where_it_comes_from) {
  const endpoint from{ip_address::v4({127, 0, 0, 5}), 0};
  const tcp_pair pair = co_await connect_pair_with({}, {.bind = from});
  EXPECT_EQ(pair.server.peer_endpoint().address, from.address);
  const tcp::listener listener = listen_on_loopback();
  const endpoint not_ours{ip_address::v4({192, 0, 2, 1}), 0};
  EXPECT_EQ(co_await error_of(
                [&] { return tcp::connect(listener.local_endpoint(), {.bind = not_ours}); }),
            "bind 192.0.2.1:0: Cannot assign requested address");
}

EDDY_IO_TEST(socket_options, an_ipv6_listener_takes_ipv4_unless_told_otherwise) {
  std::optional<tcp::listener> both;
  try {
    both = tcp::listen({ip_address::any_v6(), 0});
  } catch (const io_error&) {
    co_return;  // a machine without IPv6
  }
  const endpoint over_v4{ip_address::loopback_v4(), both->local_endpoint().port};
  EXPECT_TRUE((co_await tcp::connect(over_v4)).is_open());
  both->close();
  const tcp::listener six = tcp::listen({ip_address::any_v6(), over_v4.port}, {.v6_only = true});
  EXPECT_EQ(co_await error_of([&] { return tcp::connect(over_v4); }),
            "connect " + over_v4.to_string() + ": Connection refused");
}

EDDY_IO_TEST(socket_options, an_option_of_a_closed_socket_is_an_error) {
  tcp_pair pair = co_await connect_pair();
  pair.client.close();
  EXPECT_EQ(error_text([&] { pair.client.set_nodelay(true); }),
            "set TCP_NODELAY: Bad file descriptor");
}

}  // namespace
}  // namespace eddy
