// SPDX-License-Identifier: MIT
//
// What streams and sockets do must not depend on how well the network behaves. The suites once
// more, on simulated networks that lose, delay and cut into pieces; each seed is another one.
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/io/tcp.hpp>
#include <eddy/io/udp.hpp>
#include <eddy/testing/network.hpp>
#include <eddy/testing/stream_suite.hpp>
#include <eddy/testing/test.hpp>

#include "socket_suite.hpp"
#include "unix_network.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;

const endpoint far_host{ip_address::v4({10, 0, 0, 2}), 0};
constexpr std::size_t small_buffer = 4096;

/// Makes the network of the running test a bad one.
void spoil() {
  std::mt19937_64 random(testing::seed());
  const auto below = [&](std::uint64_t n) { return random() % n; };
  testing::simulated_network& net = testing::network();
  net.set_faults({.chunk = 7, .interrupted = 0.3});
  net.set_link({.latency = below(30) * 1ms,
                .jitter = below(20) * 1ms,
                .loss = static_cast<double>(below(4)) * 0.05,
                .duplication = static_cast<double>(below(4)) * 0.05});
  // What a listener outlives; a connection or a send would fail with them, as it should.
  constexpr int passing[] = {ENOBUFS, EMFILE, ECONNABORTED, ENOMEM};
  for (std::uint64_t times = below(3); times > 0; --times) {
    net.fail_next(testing::network_call::accept, passing[below(std::size(passing))]);
  }
}

struct far_tcp_network {
  using listener = tcp::listener;
  using socket = tcp::socket;
  static constexpr bool resets = true;
  static listener listen() {
    return tcp::listen(far_host, {.send_buffer = small_buffer, .receive_buffer = small_buffer});
  }
  static task<socket> connect(const listener& to) {
    return tcp::connect(to.local_endpoint(),
                        {.send_buffer = small_buffer, .receive_buffer = small_buffer});
  }
  static std::string name(const listener& of) { return of.local_endpoint().to_string(); }
};

task<std::pair<tcp::socket, tcp::socket>> connect_far_tcp() {
  spoil();
  tcp::listener listener = far_tcp_network::listen();
  auto [client, server] = co_await gather(far_tcp_network::connect(listener), listener.accept());
  co_return std::pair(std::move(client), std::move(server));
}

/// Answers each datagram with itself.
task<> echo_datagrams(udp::socket& on) {
  std::array<char, 64> buffer{};
  for (;;) {
    const udp::received got = co_await on.receive_from(buffer);
    co_await on.send_to(std::string_view(buffer.data(), got.size), got.from);
  }
}

/// Leaves out all others: answers to older questions come late or twice.
task<> receive_until(udp::socket& from, std::string_view answer) {
  std::array<char, 64> buffer{};
  for (;;) {
    const std::size_t size = (co_await from.receive_from(buffer)).size;
    if (std::string_view(buffer.data(), size) == answer) co_return;
  }
}

/// Asks again and again until it is answered.
task<> ask(udp::socket& peer, std::string_view question) {
  for (;;) {
    try {
      co_await peer.send(question);
    } catch (const io_error& e) {
      EXPECT_EQ(e.code().value(), ENOBUFS);
    }
    if (co_await wait_for_optional(receive_until(peer, question), 100ms)) co_return;
  }
}

EDDY_SHUFFLED_TEST(udp_on_bad_networks, questions_that_are_repeated_get_their_answers) {
  spoil();
  testing::network().fail_next(testing::network_call::send, ENOBUFS);
  udp::socket server = udp::bind(far_host);
  udp::socket client = co_await udp::connect(server.local_endpoint());
  const auto serving = create_task([&]() -> task<> { co_await echo_datagrams(server); });
  for (int i = 0; i < 20; ++i) co_await ask(client, "question " + std::to_string(i));
  serving.cancel();
  EXPECT_THROW(co_await serving, task_cancelled);
}

EDDY_SHUFFLED_TEST(udp_on_bad_networks, a_receiver_cancelled_again_and_again_loses_no_datagram) {
  testing::network().set_faults({.interrupted = 0.3});
  udp::socket a = udp::bind(far_host);
  udp::socket b = udp::bind(far_host);
  std::mt19937_64 random(testing::seed());
  std::string received;
  for (char each = 'a'; each <= 'z'; ++each) {
    co_await a.send_to(std::string(1, each), b.local_endpoint());
    for (bool here = false; !here;) {
      auto receiving = create_task([&]() -> task<> {
        std::array<char, 8> buffer{};
        received.append(buffer.data(), (co_await b.receive_from(buffer)).size);
        here = true;
      });
      for (std::uint64_t turns = random() % 5; turns > 0; --turns) co_await yield();
      receiving.cancel();
      try {
        co_await receiving;
      } catch (const task_cancelled&) {
      }
    }
  }
  EXPECT_EQ(received, "abcdefghijklmnopqrstuvwxyz");
}

const bool registered[] = {
    testing::register_shuffled_socket_suite<far_tcp_network>("tcp_sockets_on_bad_networks", spoil),
    testing::register_shuffled_socket_suite<unix_network>("unix_sockets_on_bad_days", spoil),
    testing::register_shuffled_stream_suite("tcp_stream_on_bad_networks", connect_far_tcp,
                                            20 << 10),
};

}  // namespace
}  // namespace eddy
