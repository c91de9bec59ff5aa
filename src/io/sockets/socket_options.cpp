// SPDX-License-Identifier: MIT
#include "socket_options.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <climits>
#include <cstdint>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/io/detail/descriptor.hpp>

namespace eddy::detail {
namespace {

// The kernel takes 1 to 32767 of them.
int whole_seconds(duration span) noexcept {
  const std::int64_t count = std::chrono::ceil<std::chrono::seconds>(span).count();
  return static_cast<int>(std::clamp<std::int64_t>(count, 1, 32767));
}

int as_int(std::size_t size) noexcept {
  return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
}

}  // namespace

void set_option(int fd, int level, int option, int value, const char* name) {
  const int result = sockets_here().set_option(fd, level, option, &value, sizeof value);
  if (result < 0) throw io_error(-result, fmt::format("set {}", name));
}

void set_keepalive(int fd, const std::optional<keepalive_options>& options) {
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, options.has_value() ? 1 : 0, "SO_KEEPALIVE");
  if (!options) return;
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, whole_seconds(options->idle), "TCP_KEEPIDLE");
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, whole_seconds(options->interval), "TCP_KEEPINTVL");
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, options->count, "TCP_KEEPCNT");
}

void set_buffers(int fd, std::size_t send, std::size_t receive) {
  if (send != 0) set_option(fd, SOL_SOCKET, SO_SNDBUF, as_int(send), "SO_SNDBUF");
  if (receive != 0) set_option(fd, SOL_SOCKET, SO_RCVBUF, as_int(receive), "SO_RCVBUF");
}

}  // namespace eddy::detail
