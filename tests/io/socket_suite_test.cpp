// SPDX-License-Identifier: MIT
#include "socket_suite.hpp"

#include <string>

#include <eddy/io/tcp.hpp>

#include "unix_network.hpp"

namespace eddy {
namespace {

struct tcp_network {
  using listener = tcp::listener;
  using socket = tcp::socket;
  static constexpr bool resets = true;
  static listener listen() { return tcp::listen({ip_address::loopback_v4(), 0}); }
  static task<socket> connect(const listener& to) { return tcp::connect(to.local_endpoint()); }
  static std::string name(const listener& of) { return of.local_endpoint().to_string(); }
};

const bool registered =
    testing::register_socket_suite<tcp_network>(
        "tcp_sockets", {backend_kind::uring, backend_kind::epoll, backend_kind::sim}) &&
    testing::register_socket_suite<unix_network>(
        "unix_sockets", {backend_kind::uring, backend_kind::epoll, backend_kind::sim});

}  // namespace
}  // namespace eddy
