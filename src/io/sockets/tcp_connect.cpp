// SPDX-License-Identifier: MIT
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/io/detail/socket_address.hpp>
#include <eddy/io/tcp.hpp>

#include "socket_options.hpp"

namespace eddy::tcp {

task<socket> connect(endpoint peer, connect_options options) {
  const auto check = [&](int result) {
    if (result < 0) throw io_error(-result, fmt::format("connect {}", peer.to_string()));
    return result;
  };
  const int family = peer.address.is_v6() ? AF_INET6 : AF_INET;
  detail::socket_calls& sockets = detail::sockets_here();
  detail::descriptor fd(check(sockets.open(family, SOCK_STREAM)));
  detail::set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, options.nodelay ? 1 : 0, "TCP_NODELAY");
  if (options.keepalive) detail::set_keepalive(fd.get(), options.keepalive);
  detail::set_buffers(fd.get(), options.send_buffer, options.receive_buffer);
  if (options.bind) {
    const detail::socket_address local(*options.bind);
    const int result = sockets.bind(fd.get(), local.data(), local.size());
    if (result < 0) throw io_error(-result, fmt::format("bind {}", options.bind->to_string()));
  }

  socket made(std::move(fd), peer);
  const detail::socket_address address(peer);
  check(co_await made.start_connect(address.data(), address.size()));
  co_return made;
}

}  // namespace eddy::tcp
