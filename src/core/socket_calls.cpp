// SPDX-License-Identifier: MIT
#include <eddy/core/detail/socket_calls.hpp>

#include <unistd.h>

#include <cerrno>

#include <eddy/core/detail/backend.hpp>

namespace eddy::detail {
namespace {

int or_error(int result) noexcept { return result < 0 ? -errno : result; }

}  // namespace

int socket_calls::open(int family, int type) noexcept {
  return or_error(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}
int socket_calls::pair(int type, int (&fds)[2]) noexcept {
  return or_error(::socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds));
}
int socket_calls::bind(int fd, const sockaddr* address, socklen_t size) noexcept {
  return or_error(::bind(fd, address, size));
}
int socket_calls::listen(int fd, int backlog) noexcept { return or_error(::listen(fd, backlog)); }
int socket_calls::local_name(int fd, sockaddr* address, socklen_t* size) noexcept {
  return or_error(::getsockname(fd, address, size));
}
int socket_calls::peer_name(int fd, sockaddr* address, socklen_t* size) noexcept {
  return or_error(::getpeername(fd, address, size));
}
int socket_calls::set_option(int fd, int level, int name, const void* value,
                             socklen_t size) noexcept {
  return or_error(::setsockopt(fd, level, name, value, size));
}
int socket_calls::get_option(int fd, int level, int name, void* value, socklen_t* size) noexcept {
  return or_error(::getsockopt(fd, level, name, value, size));
}
int socket_calls::shutdown(int fd, int how) noexcept { return or_error(::shutdown(fd, how)); }
void socket_calls::close(int fd) noexcept { ::close(fd); }

socket_calls& socket_calls::of_system() noexcept {
  static constinit socket_calls calls;
  return calls;
}

socket_calls& backend::sockets() noexcept { return socket_calls::of_system(); }

}  // namespace eddy::detail
