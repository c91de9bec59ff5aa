// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <eddy/core/gather.hpp>
#include <eddy/io/tcp.hpp>

#include "socket_support.hpp"

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

}  // namespace eddy
