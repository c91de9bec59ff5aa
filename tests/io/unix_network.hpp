// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <string>

#include <eddy/io/unix_socket.hpp>

namespace eddy {

/// Unix sockets, for the socket suite: each listener at an abstract address of its own.
struct unix_network {
  using listener = unix_socket::listener;
  using socket = unix_socket::socket;
  static constexpr bool resets = false;
  static listener listen() {
    static int number = 0;
    return unix_socket::listen("@eddy suite " + std::to_string(::getpid()) + " " +
                               std::to_string(++number));
  }
  static task<socket> connect(const listener& to) { return unix_socket::connect(to.path()); }
  static std::string name(const listener& of) { return of.path(); }
};

}  // namespace eddy
