// SPDX-License-Identifier: MIT
#include <sys/resource.h>

#include <chrono>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/io/dns.hpp>
#include <eddy/testing/test.hpp>

#include "tcp_pair.hpp"

namespace eddy {
namespace {

/// one.test is 127.0.0.1; three.test comes to it last.
void name_hosts() {
  const auto address = [](std::string_view text) { return ip_address::parse(text).value(); };
  dns::configure({.hosts = {{"one.test", {address("127.0.0.1")}},
                            {"three.test",
                             {address("127.0.0.3"), address("127.0.0.2"), address("127.0.0.1")}}}});
}

// Closed again at once: for a moment nobody listens there.
std::uint16_t port_without_listener() { return listen_on_loopback().local_endpoint().port; }

EDDY_NETWORK_TEST(tcp_connect, a_refusal_names_the_endpoint) {
  const std::uint16_t port = port_without_listener();
  EXPECT_EQ(co_await error_of([&] { return tcp::connect("127.0.0.1", port); }),
            "connect 127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

EDDY_NETWORK_TEST(tcp_connect, a_name_is_looked_up) {
  name_hosts();
  tcp::listener listener = listen_on_loopback();
  auto [client, server] =
      co_await gather(tcp::connect("one.test", listener.local_endpoint().port), listener.accept());
  EXPECT_EQ(client.peer_endpoint(), listener.local_endpoint());
}

EDDY_NETWORK_TEST(tcp_connect, the_next_address_is_tried_where_one_refuses) {
  name_hosts();
  tcp::listener listener = listen_on_loopback();
  auto [client, server] = co_await gather(
      tcp::connect("three.test", listener.local_endpoint().port), listener.accept());
  EXPECT_EQ(client.peer_endpoint(), listener.local_endpoint());
}

EDDY_NETWORK_TEST(tcp_connect, an_error_names_every_address_that_was_tried) {
  name_hosts();
  const std::string port = std::to_string(port_without_listener());
  EXPECT_EQ(co_await error_of([&] {
              return tcp::connect("three.test", static_cast<std::uint16_t>(std::stoi(port)));
            }),
            "connect three.test:" + port + " (127.0.0.3:" + port + ", 127.0.0.2:" + port +
                ", 127.0.0.1:" + port + "): Connection refused");
}

EDDY_NETWORK_TEST(tcp_connect, a_name_that_is_none_is_its_own_error) {
  EXPECT_EQ(co_await error_of([] { return tcp::connect("two words", 80); }),
            "resolve two words: a host name cannot contain blanks");
}

EDDY_NETWORK_TEST(tcp_listen, a_port_in_use_is_an_error_that_names_it) {
  const tcp::listener first = listen_on_loopback();
  const std::string where = first.local_endpoint().to_string();
  EXPECT_EQ(co_await error_of([&]() -> task<> {
              const tcp::listener second = tcp::listen(first.local_endpoint());
              co_return;
            }),
            "listen " + where + ": Address already in use");
}

EDDY_NETWORK_TEST(tcp_listen, listeners_may_share_a_port_if_both_want_it) {
  const tcp::listener first = tcp::listen({ip_address::loopback_v4(), 0}, {.reuse_port = true});
  const tcp::listener second = tcp::listen(first.local_endpoint(), {.reuse_port = true});
  EXPECT_EQ(second.local_endpoint(), first.local_endpoint());
  co_return;
}

EDDY_NETWORK_TEST(tcp_listen, a_closed_listener_refuses) {
  tcp::listener listener = listen_on_loopback();
  const endpoint where = listener.local_endpoint();
  listener.close();
  EXPECT_FALSE(listener.is_open());
  EXPECT_EQ(co_await error_of([&] { return tcp::connect(where); }),
            "connect " + where.to_string() + ": Connection refused");
}

EDDY_NETWORK_TEST(tcp_listen, a_listener_in_use_cannot_be_closed) {
  tcp::listener listener = listen_on_loopback();
  auto accepting = create_task([&] { return listener.accept(); });
  co_await until_waiting("accept");
  EXPECT_THROW(listener.close(), std::logic_error);
  const tcp::socket client = co_await tcp::connect(listener.local_endpoint());
  EXPECT_TRUE((co_await accepting).is_open());
}

// UBSan opens a pipe for some of its checks, so nothing can run there without descriptors.
#if !__has_feature(undefined_behavior_sanitizer)

/// No new descriptors as long as it lives.
class no_more_descriptors {
 public:
  no_more_descriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit none = before_;
    none.rlim_cur = 0;
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~no_more_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

EDDY_IO_TEST(tcp_listen, an_accept_without_descriptors_pauses_and_tries_again) {
  tcp::listener listener = listen_on_loopback();
  const tcp::socket client = co_await tcp::connect(listener.local_endpoint());
  ::testing::internal::CaptureStderr();
  const auto start = std::chrono::steady_clock::now();
  auto accepting = create_task([&] { return listener.accept(); });
  {
    const no_more_descriptors starved;
    co_await until_waiting("sleep");
  }
  EXPECT_EQ((co_await accepting).peer_endpoint(), client.local_endpoint());
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(50));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "eddy: accept " + listener.local_endpoint().to_string() +
                ": Too many open files; trying again every 50 ms\n");
}

#endif

}  // namespace
}  // namespace eddy
