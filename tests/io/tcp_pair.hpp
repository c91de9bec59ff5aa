// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>

#include <eddy/core/gather.hpp>
#include <eddy/core/introspect.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/io/tcp.hpp>

namespace eddy {

inline tcp::listener listen_on_loopback() { return tcp::listen({ip_address::loopback_v4(), 0}); }

struct tcp_pair {
  tcp::socket client;
  tcp::socket server;
};

inline task<tcp_pair> connect_pair() {
  tcp::listener listener = listen_on_loopback();
  auto [client, server] =
      co_await gather(tcp::connect(listener.local_endpoint()), listener.accept());
  co_return tcp_pair{std::move(client), std::move(server)};
}

/// One read, as text.
inline task<std::string> read_text(tcp::socket& from) {
  std::string text(256, '\0');
  text.resize(co_await from.read_some(text));
  co_return text;
}

inline task<std::string> read_to_end(tcp::socket& from) {
  std::string whole;
  std::string chunk(16 << 10, '\0');
  while (const std::size_t got = co_await from.read_some(chunk)) whole.append(chunk, 0, got);
  co_return whole;
}

/// Lets others run until some task waits for `what`, in the task tree's words.
inline task<> until_waiting(std::string what) {
  while (!task_tree(*loop::current()).contains("waits: " + what)) co_await yield();
}

/// Runs until the backend has seen all that tasks have asked for so far.
inline task<> settle() {
  for (int i = 0; i < 200; ++i) co_await yield();
}

}  // namespace eddy
