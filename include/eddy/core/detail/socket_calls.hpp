// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

namespace eddy::detail {

/// The calls on sockets that never wait: these are the system's. A simulated network has its own.
/// Each gives what the system call would return, or -errno.
class socket_calls {
 public:
  socket_calls() = default;
  socket_calls(const socket_calls&) = delete;
  socket_calls& operator=(const socket_calls&) = delete;

  /// A socket that does not block and is closed on exec.
  [[nodiscard]] virtual int open(int family, int type) noexcept;
  /// Two connected Unix sockets, likewise.
  [[nodiscard]] virtual int pair(int type, int (&fds)[2]) noexcept;
  virtual int bind(int fd, const sockaddr* address, socklen_t size) noexcept;
  virtual int listen(int fd, int backlog) noexcept;
  virtual int local_name(int fd, sockaddr* address, socklen_t* size) noexcept;
  virtual int peer_name(int fd, sockaddr* address, socklen_t* size) noexcept;
  virtual int set_option(int fd, int level, int name, const void* value, socklen_t size) noexcept;
  virtual int get_option(int fd, int level, int name, void* value, socklen_t* size) noexcept;
  virtual int shutdown(int fd, int how) noexcept;
  virtual void close(int fd) noexcept;

  /// The system's own.
  [[nodiscard]] static socket_calls& of_system() noexcept;

 protected:
  ~socket_calls() = default;
};

}  // namespace eddy::detail
