// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include <eddy/core/error.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/io/tcp.hpp>
#include <eddy/testing/clock.hpp>

namespace eddy::testing {

inline const endpoint server_at{ip_address::v4({10, 0, 0, 2}), 80};

/// A connection from 10.0.0.1 to 10.0.0.2.
struct two_hosts {
  static task<two_hosts> connect(endpoint there = server_at) {
    tcp::listener listener = tcp::listen(there);
    auto [client, server] = co_await gather(tcp::connect(there), listener.accept());
    co_return two_hosts{std::move(client), std::move(server), there, now()};
  }
  /// Since it was connected.
  [[nodiscard]] duration elapsed() const { return now() - connected; }

  tcp::socket client;
  tcp::socket server;
  endpoint there;
  duration connected;
};

/// One read.
inline task<std::string> read(tcp::socket& from) {
  std::string text(256, '\0');
  text.resize(co_await from.read_some(text));
  co_return text;
}

inline task<> expect_read(tcp::socket& from, std::string_view expected) {
  std::string text;
  std::string piece(64 << 10, '\0');
  while (text.size() < expected.size()) {
    const std::size_t count = co_await from.read_some(piece);
    if (count == 0) break;
    text.append(piece, 0, count);
  }
  EXPECT_TRUE(text == expected) << text.size() << " bytes, expected " << expected.size();
}

inline task<> write(tcp::socket& to, std::string_view text) { co_await to.write_all(text); }

/// The error number that it fails with; 0 if it does not.
template <class Awaitable>
task<int> error_of(Awaitable&& operation) {
  try {
    (void)co_await std::forward<Awaitable>(operation);
  } catch (const io_error& e) {
    co_return e.code().value();
  }
  co_return 0;
}

}  // namespace eddy::testing
