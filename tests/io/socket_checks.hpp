// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <eddy/core/error.hpp>
#include <eddy/core/gather.hpp>

#include "socket_support.hpp"

namespace eddy::testing {

struct check {
  const char* name;
  task<> (*run)();
};

/// What the checks of the socket suite have in common.
template <class Network>
struct socket_checks {
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
    co_await expect_text(b, "ping");
    co_await b.write_all("pong");
    co_await expect_text(a, "pong");
  }
  /// A new connection works, whatever came before it and may have gone again.
  static task<> expect_served(listener& from) {
    socket client = co_await Network::connect(from);
    co_await client.write_all("the last");
    co_await client.shutdown();
    std::string text;
    while (text != "the last") {
      socket server = co_await from.accept();
      try {
        text = co_await read_to_end(server);
      } catch (const io_error&) {
        continue;
      }
      EXPECT_TRUE(text.empty() || text == "the last") << text;
    }
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
};

}  // namespace eddy::testing
