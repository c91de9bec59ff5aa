// SPDX-License-Identifier: MIT
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <eddy/io/detail/socket_address.hpp>
#include <eddy/io/tcp.hpp>

#include "socket_options.hpp"

namespace eddy::tcp {

endpoint socket::local_endpoint() const {
  detail::socket_address address;
  const int result =
      detail::sockets_here().local_name(fd_.get(), address.data(), address.size_to_fill());
  if (result < 0) fail("getsockname", -result);
  return address.to_endpoint();
}

void socket::reset() {
  const linger no_delivery{.l_onoff = 1, .l_linger = 0};
  detail::sockets_here().set_option(fd_.get(), SOL_SOCKET, SO_LINGER, &no_delivery,
                                    sizeof no_delivery);
  close();
}

void socket::set_nodelay(bool on) {
  detail::set_option(fd_.get(), IPPROTO_TCP, TCP_NODELAY, on ? 1 : 0, "TCP_NODELAY");
}

void socket::set_keepalive(const std::optional<keepalive_options>& options) {
  detail::set_keepalive(fd_.get(), options);
}

}  // namespace eddy::tcp
