// SPDX-License-Identifier: MIT
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/io/detail/socket_address.hpp>
#include <eddy/io/tcp.hpp>

#include "socket_options.hpp"

namespace eddy::tcp {

task<socket> listener::accept() {
  detail::accept_failures failures;
  for (;;) {
    const int result = co_await accept_one();
    if (result >= 0) {
      detail::descriptor fd(result);
      detail::socket_address peer;
      // Fails on a connection that was reset meanwhile; the first read will say so.
      detail::sockets_here().peer_name(fd.get(), peer.data(), peer.size_to_fill());
      co_return socket(std::move(fd), peer.to_endpoint());
    }
    const duration pause = failures.pause_after(-result, local_.to_string());
    if (pause != duration::zero()) co_await sleep(pause);
  }
}

listener listen(const endpoint& local, const listen_options& options) {
  const auto check = [&](int result) {
    if (result < 0) throw io_error(-result, fmt::format("listen {}", local.to_string()));
    return result;
  };
  const bool is_v6 = local.address.is_v6();
  detail::socket_calls& sockets = detail::sockets_here();
  detail::descriptor fd(check(sockets.open(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM)));
  const auto set = [&](int level, int option, int value, const char* name) {
    detail::set_option(fd.get(), level, option, value, name);
  };
  // A restarted server must not wait for the old connections' TIME_WAIT to end.
  set(SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
  if (options.reuse_port) set(SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT");
  if (is_v6) set(IPPROTO_IPV6, IPV6_V6ONLY, options.v6_only ? 1 : 0, "IPV6_V6ONLY");
  // Accepted sockets inherit these.
  set(IPPROTO_TCP, TCP_NODELAY, options.nodelay ? 1 : 0, "TCP_NODELAY");
  if (options.keepalive) detail::set_keepalive(fd.get(), options.keepalive);
  detail::set_buffers(fd.get(), options.send_buffer, options.receive_buffer);

  const detail::socket_address address(local);
  check(sockets.bind(fd.get(), address.data(), address.size()));
  check(sockets.listen(fd.get(), options.backlog));
  detail::socket_address bound;
  check(sockets.local_name(fd.get(), bound.data(), bound.size_to_fill()));
  return {std::move(fd), bound.to_endpoint()};
}

}  // namespace eddy::tcp
