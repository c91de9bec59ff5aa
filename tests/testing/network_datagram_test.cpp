// SPDX-License-Identifier: MIT
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <set>
#include <string>

#include <eddy/core/wait_for.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/network.hpp>
#include <eddy/testing/test.hpp>

#include "raw_socket.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;
using namespace std::chrono_literals;

sockaddr_in at(std::uint32_t host, std::uint16_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  name.sin_addr.s_addr = htonl(host);
  return name;
}

constexpr std::uint32_t here = 0x0a000001;   // 10.0.0.1
constexpr std::uint32_t there = 0x0a000002;  // 10.0.0.2

/// A socket on each of two hosts.
struct two_sockets {
  two_sockets() {
    EXPECT_EQ(near.bind(at(here, 1000)), 0);
    EXPECT_EQ(far.bind(at(there, 2000)), 0);
  }
  task<int> send(std::string text) { return near.send_to(std::move(text), at(there, 2000)); }

  raw_socket near{AF_INET, SOCK_DGRAM};
  raw_socket far{AF_INET, SOCK_DGRAM};
};

EDDY_TEST(network_datagram, one_arrives_whole_after_the_latency) {
  network().set_link({.latency = 30ms});
  two_sockets sockets;
  EXPECT_EQ(co_await sockets.send("whole"), 5);
  EXPECT_EQ(co_await sockets.far.receive(), "whole");
  EXPECT_EQ(now(), 30ms);
}

EDDY_TEST(network_datagram, one_that_is_too_long_for_its_reader_is_cut) {
  two_sockets sockets;
  (void)co_await sockets.send("longer than that");
  (void)co_await sockets.send("next");
  EXPECT_EQ(co_await sockets.far.receive(6), "longer");
  EXPECT_EQ(co_await sockets.far.receive(), "next");
}

EDDY_TEST(network_datagram, one_that_no_packet_can_carry_is_refused) {
  two_sockets sockets;
  EXPECT_EQ(co_await sockets.send(std::string(65'508, 'x')), -EMSGSIZE);
}

EDDY_TEST(network_datagram, a_part_of_them_is_lost) {
  network().set_link({.loss = 0.5});
  two_sockets sockets;
  for (int i = 0; i < 100; ++i) (void)co_await sockets.send("x");
  int came = 0;
  while (co_await wait_for_optional(sockets.far.receive(), 1s)) ++came;
  EXPECT_GT(came, 20);
  EXPECT_LT(came, 80);
}

EDDY_TEST(network_datagram, jitter_lets_them_overtake_and_duplication_come_twice) {
  network().set_link({.latency = 1ms, .jitter = 50ms, .duplication = 0.2});
  two_sockets sockets;
  std::string sent;
  for (char c = 'a'; c <= 'z'; ++c) {
    (void)co_await sockets.send(std::string(1, c));
    sent += c;
  }
  std::string came;
  while (const auto one = co_await wait_for_optional(sockets.far.receive(), 1s)) came += *one;
  EXPECT_GT(came.size(), sent.size());
  EXPECT_EQ(std::set(came.begin(), came.end()).size(), sent.size());
  EXPECT_FALSE(std::ranges::is_sorted(came));
}

EDDY_TEST(network_datagram, a_sender_that_is_connected_hears_that_nobody_is_there) {
  network().set_link({.latency = 10ms});
  raw_socket sender(AF_INET, SOCK_DGRAM);
  EXPECT_EQ(co_await sender.connect(at(there, 2000)), 0);
  EXPECT_EQ(co_await sender.send("anybody?"), 8);
  EXPECT_EQ(co_await sender.receive(), std::to_string(-ECONNREFUSED));
  EXPECT_EQ(now(), 20ms);
}

EDDY_TEST(network_datagram, a_call_sees_all_that_came_before_it) {
  raw_socket sender(AF_INET, SOCK_DGRAM);
  EXPECT_EQ(co_await sender.connect(at(there, 2000)), 0);
  EXPECT_EQ(co_await sender.send("anybody?"), 8);
  EXPECT_EQ(co_await sender.send("anybody?"), -ECONNREFUSED) << "without a turn of the loop";
}

EDDY_TEST(network_datagram, one_that_is_connected_takes_only_what_its_peer_sends) {
  two_sockets sockets;
  EXPECT_EQ(co_await sockets.far.connect(at(here, 1001)), 0);
  (void)co_await sockets.send("from a stranger");
  EXPECT_FALSE(co_await wait_for_optional(sockets.far.receive(), 1s));
}

EDDY_TEST(network_datagram, an_ipv6_socket_of_all_hosts_talks_to_ipv4) {
  sockaddr_in6 all{};
  all.sin6_family = AF_INET6;
  all.sin6_port = htons(2000);
  raw_socket server(AF_INET6, SOCK_DGRAM);
  EXPECT_EQ(server.bind(all), 0);
  raw_socket client(AF_INET, SOCK_DGRAM);
  EXPECT_EQ(client.bind(at(here, 1000)), 0);
  EXPECT_EQ(co_await client.send_to("four", at(there, 2000)), 4);
  EXPECT_EQ(co_await server.receive(), "four");
  sockaddr_in6 mapped{};
  mapped.sin6_family = AF_INET6;
  mapped.sin6_port = htons(1000);
  mapped.sin6_addr.s6_addr[10] = mapped.sin6_addr.s6_addr[11] = 0xff;
  mapped.sin6_addr.s6_addr[12] = 10;
  mapped.sin6_addr.s6_addr[15] = 1;
  EXPECT_EQ(co_await server.send_to("six", mapped), 3);
  EXPECT_EQ(co_await client.receive(), "six");
}

EDDY_TEST(network_datagram, what_finds_the_buffer_full_is_lost) {
  two_sockets sockets;
  const std::string much(50'000, 'x');
  for (int i = 0; i < 10; ++i) (void)co_await sockets.send(much);
  int came = 0;
  while (co_await wait_for_optional(sockets.far.receive(), 1s)) ++came;
  EXPECT_EQ(came, 4);
}

}  // namespace
}  // namespace eddy
