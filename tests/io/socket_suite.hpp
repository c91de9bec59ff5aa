// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/testing/test.hpp>

#include "socket_support.hpp"

// What listeners and connections do on every network; what goes through a connection is the stream
// suite's. A network is a class with
//   listener, socket                          the types
//   static listener listen()                  at a place of its own
//   static task<socket> connect(const listener&)
//   static std::string name(const listener&)  as errors of `connect` name it
//   static constexpr bool resets              whether sockets have a `reset()`

namespace eddy::testing {

template <class Network>
struct socket_suite {
  using listener = typename Network::listener;
  using socket = typename Network::socket;

  struct ends {
    socket client;
    socket server;
  };
  static task<ends> make_ends(listener& from) {
    auto [client, server] = co_await gather(Network::connect(from), from.accept());
    co_return ends{std::move(client), std::move(server)};
  }
  static task<ends> make_ends() {
    listener from = Network::listen();
    co_return co_await make_ends(from);
  }
  static task<> expect_talk(socket& a, socket& b) {
    co_await a.write_all("ping");
    EXPECT_EQ(co_await read_text(b), "ping");
    co_await b.write_all("pong");
    EXPECT_EQ(co_await read_text(a), "pong");
  }
  /// The error of a read, 0 where it gives the end of the stream, and nothing where it gives bytes.
  static task<std::optional<int>> how_read_ends(socket& s) {
    try {
      if ((co_await read_text(s)).empty()) co_return 0;
    } catch (const io_error& e) {
      co_return e.code().value();
    }
    co_return std::nullopt;
  }
  /// A reset, where there is such a thing.
  static void cut(socket& s) {
    if constexpr (Network::resets) {
      s.reset();
    } else {
      s.close();
    }
  }
  static void expect_reset(std::optional<int> how) {
    EXPECT_TRUE(how.has_value());
    if (Network::resets) EXPECT_EQ(how, ECONNRESET);
  }

  static task<> an_accept_waits_for_a_connection() {
    listener from = Network::listen();
    auto accepting = create_task([&] { return from.accept(); });
    co_await until_waiting("accept");
    socket client = co_await Network::connect(from);
    socket server = std::move(co_await accepting);
    co_await expect_talk(client, server);
  }

  static task<> connections_wait_to_be_accepted() {
    listener from = Network::listen();
    std::vector<socket> clients;
    for (int i = 0; i < 10; ++i) {
      clients.push_back(co_await Network::connect(from));
      co_await clients.back().write_all("sent before it was accepted");
    }
    for (int i = 0; i < 10; ++i) {
      socket server = co_await from.accept();
      EXPECT_EQ(co_await read_text(server), "sent before it was accepted");
    }
  }

  static task<> nobody_listening_is_a_refusal_that_says_where() {
    listener from = Network::listen();
    listener moved = std::move(from);
    const std::string name = Network::name(moved);
    moved.close();
    EXPECT_FALSE(moved.is_open());
    EXPECT_EQ(co_await error_of([&] { return Network::connect(moved); }),
              "connect " + name + ": Connection refused");
  }

  static task<> a_second_accept_is_refused_and_the_first_goes_on() {
    listener from = Network::listen();
    auto first = create_task([&] { return from.accept(); });
    co_await until_waiting("accept");
    EXPECT_THROW(co_await from.accept(), std::logic_error);
    EXPECT_THROW(from.close(), std::logic_error);
    socket client = co_await Network::connect(from);
    socket server = std::move(co_await first);
    co_await expect_talk(client, server);
  }

  static task<> a_cancelled_accept_leaves_the_listener_usable() {
    listener from = Network::listen();
    for (int round = 0; round < 3; ++round) {
      auto accepting = create_task([&] { return from.accept(); });
      co_await until_waiting("accept");
      accepting.cancel();
      co_await expect_cancelled(accepting);
    }
    ends made = co_await make_ends(from);
    co_await expect_talk(made.client, made.server);
  }

  static task<> a_connection_whose_accept_is_cancelled_is_delivered_or_stays() {
    listener from = Network::listen();
    for (int ticks_between = 0; ticks_between < 5; ++ticks_between) {
      std::optional<socket> server;
      auto accepting = create_task([&]() -> task<> { server = co_await from.accept(); });
      co_await until_waiting("accept");
      socket client = co_await Network::connect(from);
      for (int i = 0; i < ticks_between; ++i) co_await yield();
      accepting.cancel();
      try {
        co_await accepting;
      } catch (const task_cancelled&) {
      }
      if (!server) server = co_await from.accept();
      co_await expect_talk(client, *server);
    }
  }

  static task<> an_accepted_socket_that_nobody_gets_closes_itself() {
    listener from = Network::listen();
    socket client = co_await Network::connect(from);
    const auto fail = []() -> task<> {
      co_await settle();
      throw std::runtime_error("sibling");
    };
    EXPECT_THROW(co_await gather(from.accept(), fail()), std::runtime_error);
    EXPECT_EQ(co_await read_text(client), "");
  }

  static task<> a_connect_cancelled_at_any_moment_leaves_no_half() {
    listener from = Network::listen();
    for (int ticks_between = 0; ticks_between < 5; ++ticks_between) {
      auto connecting = create_task([&] { return Network::connect(from); });
      for (int i = 0; i < ticks_between; ++i) co_await yield();
      connecting.cancel();
      try {
        (void)co_await connecting;
      } catch (const task_cancelled&) {
      }
    }
    socket client = co_await Network::connect(from);
    co_await client.write_all("the last");
    // Those before it may have come or not; if so, they have gone.
    for (;;) {
      socket server = co_await from.accept();
      const std::string text = co_await read_text(server);
      if (text == "the last") break;
      EXPECT_EQ(text, "");
    }
  }

  static task<> a_connection_outlives_its_listener() {
    std::optional<listener> from = Network::listen();
    ends made = co_await make_ends(*from);
    from.reset();
    co_await expect_talk(made.client, made.server);
  }

  static task<> a_connection_nobody_accepted_ends_with_the_listener() {
    listener from = Network::listen();
    socket client = co_await Network::connect(from);
    from.close();
    EXPECT_TRUE((co_await how_read_ends(client)).has_value());
  }

  static task<> a_client_that_left_before_it_was_accepted_harms_nobody() {
    listener from = Network::listen();
    for (const bool hard : {false, true}) {
      socket client = co_await Network::connect(from);
      if (hard) {
        cut(client);
      } else {
        client.close();
      }
    }
    socket client = co_await Network::connect(from);
    co_await client.write_all("still here");
    for (;;) {
      socket server = co_await from.accept();
      std::string text;
      try {
        text = co_await read_text(server);
      } catch (const io_error&) {
        continue;
      }
      if (text == "still here") break;
    }
  }

  static task<> a_destroyed_socket_is_a_closed_one() {
    ends made = co_await make_ends();
    {
      const socket gone = std::move(made.client);
    }
    EXPECT_EQ(co_await read_text(made.server), "");
  }

  static task<> closing_twice_is_closing() {
    ends made = co_await make_ends();
    made.client.close();
    EXPECT_FALSE(made.client.is_open());
    made.client.close();
    cut(made.client);
    EXPECT_EQ(co_await read_text(made.server), "");
  }

  static task<> a_socket_in_use_is_not_closed() {
    ends made = co_await make_ends();
    auto reading = create_task([&] { return read_text(made.server); });
    co_await until_waiting("socket read");
    EXPECT_THROW(made.server.close(), std::logic_error);
    EXPECT_THROW(cut(made.server), std::logic_error);
    co_await made.client.write_all("still here");
    EXPECT_EQ(co_await reading, "still here");
  }

  static task<> a_closed_socket_fails_each_operation() {
    ends made = co_await make_ends();
    made.client.close();
    EXPECT_EQ(co_await how_read_ends(made.client), EBADF);
    EXPECT_THROW(co_await made.client.write_all("x"), io_error);
    EXPECT_THROW((void)co_await made.client.write_some("x"), io_error);
    EXPECT_THROW(co_await made.client.shutdown(), io_error);
  }

  static task<> a_reset_ends_a_read_that_waits() {
    ends made = co_await make_ends();
    auto reading = create_task([&] { return how_read_ends(made.server); });
    co_await until_waiting("socket read");
    cut(made.client);
    expect_reset(co_await reading);
  }

  static task<> a_reset_ends_a_write_that_waits() {
    ends made = co_await make_ends();
    const std::string much(16 << 20, 'x');
    auto writing = create_task([&]() -> task<> { co_await made.server.write_all(much); });
    co_await until_waiting("socket write");
    cut(made.client);
    EXPECT_THROW(co_await writing, io_error);
  }

  static task<> a_reset_while_the_peer_reads_and_writes_ends_both() {
    ends made = co_await make_ends();
    const std::string much(16 << 20, 'x');
    auto writing = create_task([&]() -> task<> { co_await made.server.write_all(much); });
    auto reading = create_task([&] { return how_read_ends(made.server); });
    co_await until_waiting("socket write");
    co_await until_waiting("socket read");
    cut(made.client);
    EXPECT_THROW(co_await writing, io_error);
    EXPECT_TRUE((co_await reading).has_value());
  }

  static task<> a_reset_is_seen_by_what_comes_after_it() {
    ends made = co_await make_ends();
    cut(made.client);
    co_await settle();
    expect_reset(co_await how_read_ends(made.server));
    EXPECT_THROW(co_await made.server.write_all("x"), io_error);
    co_await made.server.shutdown();  // there is no direction left to end, and nobody to tell
    made.server.close();
  }

  static task<> a_reset_after_the_peer_ended_its_direction() {
    ends made = co_await make_ends();
    co_await made.server.shutdown();
    EXPECT_EQ(co_await read_text(made.client), "");
    cut(made.client);
    expect_reset(co_await how_read_ends(made.server));
  }

  static task<> a_reset_of_both_ends() {
    ends made = co_await make_ends();
    co_await made.client.write_all("never read");
    cut(made.client);
    cut(made.server);
    EXPECT_FALSE(made.server.is_open());
  }

  static task<> an_error_names_the_peer() {
    ends made = co_await make_ends();
    const std::string peer = made.server.peer_name();
    EXPECT_FALSE(peer.empty());
    cut(made.client);
    co_await settle();
    (void)co_await how_read_ends(made.server);
    EXPECT_EQ(co_await error_of([&]() -> task<> { co_await made.server.write_all("x"); }),
              "write " + peer + ": Broken pipe");
  }

  static task<> what_comes_and_goes_leaves_no_descriptor() {
    const auto open_now = [] {
      return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
    };
    listener from = Network::listen();
    {
      const ends warm_up = co_await make_ends(from);
    }
    const auto before = open_now();
    for (int i = 0; i < 300; ++i) {
      ends made = co_await make_ends(from);
      switch (i % 4) {
        case 0:
          made.client.close();
          break;
        case 1:
          cut(made.server);
          break;
        case 2:
          co_await made.client.shutdown();
          break;
        default:
          break;  // goes as it is
      }
    }
    EXPECT_EQ(open_now(), before);
  }

  static task<> many_at_once() {
    listener from = Network::listen();
    const auto ask = [&](int number) -> task<std::string> {
      socket s = co_await Network::connect(from);
      co_await s.write_all(std::to_string(number));
      co_await s.shutdown();
      co_return co_await read_to_end(s);
    };
    std::vector<task_handle<std::string>> answers;
    for (int i = 0; i < 100; ++i) answers.push_back(create_task(ask, i));
    for (int i = 0; i < 100; ++i) {
      socket s = co_await from.accept();
      const std::string question = co_await read_to_end(s);
      co_await s.write_all(question + "!");
    }
    for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(co_await answers[i], std::to_string(i) + "!");
  }

  struct check {
    const char* name;
    task<> (*run)();
  };
#define EDDY_CHECK(name) \
  check { #name, name }
  static constexpr std::array checks{
      EDDY_CHECK(an_accept_waits_for_a_connection),
      EDDY_CHECK(connections_wait_to_be_accepted),
      EDDY_CHECK(nobody_listening_is_a_refusal_that_says_where),
      EDDY_CHECK(a_second_accept_is_refused_and_the_first_goes_on),
      EDDY_CHECK(a_cancelled_accept_leaves_the_listener_usable),
      EDDY_CHECK(a_connection_whose_accept_is_cancelled_is_delivered_or_stays),
      EDDY_CHECK(an_accepted_socket_that_nobody_gets_closes_itself),
      EDDY_CHECK(a_connect_cancelled_at_any_moment_leaves_no_half),
      EDDY_CHECK(a_connection_outlives_its_listener),
      EDDY_CHECK(a_connection_nobody_accepted_ends_with_the_listener),
      EDDY_CHECK(a_client_that_left_before_it_was_accepted_harms_nobody),
      EDDY_CHECK(a_destroyed_socket_is_a_closed_one),
      EDDY_CHECK(closing_twice_is_closing),
      EDDY_CHECK(a_socket_in_use_is_not_closed),
      EDDY_CHECK(a_closed_socket_fails_each_operation),
      EDDY_CHECK(a_reset_ends_a_read_that_waits),
      EDDY_CHECK(a_reset_ends_a_write_that_waits),
      EDDY_CHECK(a_reset_while_the_peer_reads_and_writes_ends_both),
      EDDY_CHECK(a_reset_is_seen_by_what_comes_after_it),
      EDDY_CHECK(a_reset_after_the_peer_ended_its_direction),
      EDDY_CHECK(a_reset_of_both_ends),
      EDDY_CHECK(an_error_names_the_peer),
      EDDY_CHECK(what_comes_and_goes_leaves_no_descriptor),
      EDDY_CHECK(many_at_once),
  };
#undef EDDY_CHECK
};

/// Registers the suite's tests for a network on each of `backends`; `sim` is the virtual clock. To
/// be called before `main`; gives true, for a constant to initialise.
template <class Network>
bool register_socket_suite(const std::string& name, std::initializer_list<backend_kind> backends) {
  class test final : public ::testing::Test {
   public:
    test(task<> (*body)(), backend_kind backend) : body_(body), backend_(backend) {}

   private:
    void TestBody() override {
      if (backend_ == backend_kind::sim) {
        run_virtual(body_);
      } else {
        run_real(body_, backend_);
      }
    }
    task<> (*body_)();
    backend_kind backend_;
  };
  for (const backend_kind backend : backends) {
    const char* label = backend == backend_kind::uring   ? "_on_uring"
                        : backend == backend_kind::epoll ? "_on_epoll"
                                                         : "_on_sim";
    for (const auto& check : socket_suite<Network>::checks) {
      ::testing::RegisterTest((name + label).c_str(), check.name, nullptr, nullptr, __FILE__,
                              __LINE__,
                              [=]() -> ::testing::Test* { return new test(check.run, backend); });
    }
  }
  return true;
}

}  // namespace eddy::testing
