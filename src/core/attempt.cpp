// SPDX-License-Identifier: MIT
#include "attempt.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include <eddy/core/detail/write_quietly.hpp>

namespace eddy::detail {
namespace {

template <class Call>
std::optional<int> try_now(Call call) noexcept {
  for (;;) {
    const auto result = call();
    if (result >= 0) return static_cast<int>(result);
    if (errno == EAGAIN) return std::nullopt;
    if (errno != EINTR) return -errno;
  }
}

// Asked again once it is under way, connect gives its outcome, or EALREADY as long as there is
// none. It is not made again when interrupted: it goes on in the background. EAGAIN is a lack of
// ports; of a Unix socket it says that the listener's backlog is full, and nothing tells when it is
// not.
std::optional<int> try_connect(const io_request& r) noexcept {
  if (::connect(r.fd, static_cast<const sockaddr*>(r.address), r.address_size) == 0) return 0;
  const bool under_way = errno == EINPROGRESS || errno == EALREADY || errno == EINTR;
  return under_way ? std::nullopt : std::optional<int>(-errno);
}

std::optional<int> try_poll(int fd, short events) noexcept {
  pollfd asked{.fd = fd, .events = events, .revents = 0};
  const auto ready = try_now([&] { return ::poll(&asked, 1, 0); });
  if (!ready || *ready < 0) return ready;
  return *ready > 0 ? std::optional<int>(asked.revents) : std::nullopt;
}

unsigned message_count(const io_request& r) noexcept {
  return static_cast<unsigned>(std::min<std::size_t>(r.size, IOV_MAX));
}

}  // namespace

std::optional<int> attempt(const io_request& r) noexcept {
  const int flags = r.flags | MSG_DONTWAIT;
  switch (r.code) {
    case io_code::accept:
      return try_now(
          [&] { return ::accept4(r.fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC); });
    case io_code::connect:
      return try_connect(r);
    case io_code::recv:
      return try_now([&] { return ::recv(r.fd, r.data, r.size, flags); });
    case io_code::send:
      return try_now([&] { return ::send(r.fd, r.data, r.size, flags | MSG_NOSIGNAL); });
    case io_code::recv_message:
      return try_now([&] { return ::recvmsg(r.fd, static_cast<msghdr*>(r.data), flags); });
    case io_code::send_message:
      return try_now(
          [&] { return ::sendmsg(r.fd, static_cast<msghdr*>(r.data), flags | MSG_NOSIGNAL); });
    case io_code::recv_messages:
      return try_now([&] {
        return ::recvmmsg(r.fd, static_cast<mmsghdr*>(r.data), message_count(r), flags, nullptr);
      });
    case io_code::send_messages:
      return try_now([&] {
        return ::sendmmsg(r.fd, static_cast<mmsghdr*>(r.data), message_count(r),
                          flags | MSG_NOSIGNAL);
      });
    case io_code::read:
      return try_now([&] { return ::read(r.fd, r.data, r.size); });
    case io_code::write:
      return try_now([&] { return write_quietly(r.fd, r.data, r.size); });
    case io_code::poll_in:
      return try_poll(r.fd, POLLIN | POLLRDHUP);
    case io_code::poll_out:
      return try_poll(r.fd, POLLOUT);
    case io_code::read_at:
    case io_code::write_at:
    case io_code::sync:
      break;
  }
  return -EOPNOTSUPP;
}

bool is_tcp(int fd) noexcept {
  int protocol = 0;
  socklen_t size = sizeof protocol;
  return ::getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) == 0 &&
         protocol == IPPROTO_TCP;
}

}  // namespace eddy::detail
