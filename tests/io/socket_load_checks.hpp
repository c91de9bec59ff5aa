// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>

#include "socket_checks.hpp"

namespace eddy::testing {

/// Many connections, and cancels at random moments.
template <class Network>
struct socket_load_checks : socket_checks<Network> {
  using base = socket_checks<Network>;
  using base::cut;
  using base::expect_served;
  using base::make_ends;
  using typename base::ends;
  using typename base::listener;
  using typename base::socket;

  static task<> yield_often(std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) co_await yield();
  }
  static task<> until_over(task_handle<>& handle) {
    try {
      co_await handle;
    } catch (const task_cancelled&) {
    }
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

  static task<> bytes_survive_cancels_at_random_moments() {
    ends made = co_await make_ends();
    std::minstd_rand random(7);
    const auto below = [&](std::size_t n) { return random() % n; };
    std::string sent;
    std::string received;
    const auto send = [&]() -> task<> {
      const std::string piece(1 + below(3000), static_cast<char>('a' + below(26)));
      sent.append(piece, 0, co_await made.client.write_some(piece));
    };
    const auto receive = [&]() -> task<> {
      std::string piece(1 + below(3000), '\0');
      received.append(piece, 0, co_await made.server.read_some(piece));
    };
    for (int round = 0; round < 300; ++round) {
      auto sending = create_task(send);
      auto receiving = create_task(receive);
      co_await yield_often(below(6));
      if (below(2) == 0) sending.cancel();
      co_await yield_often(below(3));
      receiving.cancel();
      co_await until_over(sending);
      co_await until_over(receiving);
    }
    co_await made.client.shutdown();
    received += co_await read_to_end(made.server);
    EXPECT_TRUE(received == sent);
    EXPECT_FALSE(sent.empty());
  }

  static task<> connections_survive_cancels_at_random_moments() {
    listener from = Network::listen();
    std::minstd_rand random(7);
    const auto below = [&](std::size_t n) { return random() % n; };
    int connected = 0;
    int accepted = 0;
    const auto connect = [&]() -> task<> {
      const socket s = co_await Network::connect(from);
      ++connected;
    };
    const auto accept = [&]() -> task<> {
      const socket s = co_await from.accept();
      ++accepted;
    };
    for (int round = 0; round < 200; ++round) {
      auto connecting = create_task(connect);
      auto accepting = create_task(accept);
      co_await yield_often(below(6));
      if (below(2) == 0) connecting.cancel();
      co_await yield_often(below(3));
      accepting.cancel();
      co_await until_over(connecting);
      co_await until_over(accepting);
    }
    while (accepted < connected) co_await accept();
    EXPECT_GT(connected, 0);
    co_await expect_served(from);
  }

  static constexpr std::array checks{
      check{"what_comes_and_goes_leaves_no_descriptor", what_comes_and_goes_leaves_no_descriptor},
      check{"many_at_once", many_at_once},
      check{"bytes_survive_cancels_at_random_moments", bytes_survive_cancels_at_random_moments},
      check{"connections_survive_cancels_at_random_moments",
            connections_survive_cancels_at_random_moments},
  };
};

}  // namespace eddy::testing
