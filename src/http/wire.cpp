// SPDX-License-Identifier: MIT
#include <http/wire.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <eddy/io/detail/descriptor.hpp>

namespace eddy::http::detail {

// Not by a read that only looks: what came may have gone to the buffers of io_uring, and the state
// of the connection stays.
bool peer_closed(int fd) noexcept {
  unsigned char state = TCP_ESTABLISHED;  // the first byte of a tcp_info
  socklen_t size = sizeof state;
  if (eddy::detail::sockets_here().get_option(fd, IPPROTO_TCP, TCP_INFO, &state, &size) == 0) {
    return state != TCP_ESTABLISHED;
  }
  pollfd asked{.fd = fd, .events = POLLRDHUP, .revents = 0};  // a Unix socket
  return ::poll(&asked, 1, 0) > 0 && (asked.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace eddy::http::detail
