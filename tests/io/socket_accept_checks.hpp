// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/gather.hpp>

#include "socket_checks.hpp"

namespace eddy::testing {

/// Listening, accepting and connecting.
template <class Network>
struct socket_accept_checks : socket_checks<Network> {
  using base = socket_checks<Network>;
  using base::cut;
  using base::expect_served;
  using base::expect_talk;
  using base::how_read_ends;
  using base::make_ends;
  using typename base::ends;
  using typename base::listener;
  using typename base::socket;

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
      co_await expect_text(server, "sent before it was accepted");
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
    from.close();  // for the case that it was too early, and the connection was never accepted
    EXPECT_TRUE((co_await how_read_ends(client)).has_value());
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
    co_await expect_served(from);
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
    co_await expect_served(from);
  }

  static constexpr std::array checks{
      check{"an_accept_waits_for_a_connection", an_accept_waits_for_a_connection},
      check{"connections_wait_to_be_accepted", connections_wait_to_be_accepted},
      check{"nobody_listening_is_a_refusal_that_says_where",
            nobody_listening_is_a_refusal_that_says_where},
      check{"a_second_accept_is_refused_and_the_first_goes_on",
            a_second_accept_is_refused_and_the_first_goes_on},
      check{"a_cancelled_accept_leaves_the_listener_usable",
            a_cancelled_accept_leaves_the_listener_usable},
      check{"a_connection_whose_accept_is_cancelled_is_delivered_or_stays",
            a_connection_whose_accept_is_cancelled_is_delivered_or_stays},
      check{"an_accepted_socket_that_nobody_gets_closes_itself",
            an_accepted_socket_that_nobody_gets_closes_itself},
      check{"a_connect_cancelled_at_any_moment_leaves_no_half",
            a_connect_cancelled_at_any_moment_leaves_no_half},
      check{"a_connection_outlives_its_listener", a_connection_outlives_its_listener},
      check{"a_connection_nobody_accepted_ends_with_the_listener",
            a_connection_nobody_accepted_ends_with_the_listener},
      check{"a_client_that_left_before_it_was_accepted_harms_nobody",
            a_client_that_left_before_it_was_accepted_harms_nobody},
  };
};

}  // namespace eddy::testing
