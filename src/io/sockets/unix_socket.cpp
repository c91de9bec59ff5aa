// SPDX-License-Identifier: MIT
#include <eddy/io/unix_socket.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>

#include "unix_address.hpp"

namespace eddy::unix_socket {

task<socket> connect(std::string path) {
  using namespace std::chrono_literals;
  const auto check = [&](int result) {
    if (result < 0) throw io_error(-result, fmt::format("connect {}", path));
    return result;
  };
  const detail::unix_address address("connect", path);
  socket made(detail::descriptor(check(detail::sockets_here().open(AF_UNIX, SOCK_STREAM))), path,
              socket::origin::connected);
  // EAGAIN: the backlog is full, and nothing tells when it no longer is.
  for (duration pause = 1ms;; pause = std::min<duration>(2 * pause, 50ms)) {
    const int result = co_await made.start_connect(address.data(), address.size());
    if (result != -EAGAIN) {
      check(result);
      co_return made;
    }
    co_await sleep(pause);
  }
}

std::pair<socket, socket> pair() {
  int fds[2];
  const int result = detail::sockets_here().pair(SOCK_STREAM, fds);
  if (result < 0) throw io_error(-result, "make a socket pair");
  return {socket(detail::descriptor(fds[0]), {}, socket::origin::pair),
          socket(detail::descriptor(fds[1]), {}, socket::origin::pair)};
}

credentials socket::peer_credentials() const {
  ucred found{};
  socklen_t size = sizeof found;
  const int result =
      detail::sockets_here().get_option(fd_.get(), SOL_SOCKET, SO_PEERCRED, &found, &size);
  if (result < 0) fail("credentials of", -result);
  return {.process = found.pid, .user = found.uid, .group = found.gid};
}

std::string socket::peer_identity() const { return std::to_string(peer_credentials().user); }

std::string socket::peer_name() const {
  switch (from_) {
    case origin::connected:
      return path_;
    case origin::accepted:
      return fmt::format("a client of {}", path_);
    case origin::pair:
      break;
  }
  return "the other of a socket pair";
}

}  // namespace eddy::unix_socket
