// SPDX-License-Identifier: MIT
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

#include <eddy/io/unix_socket.hpp>

namespace eddy::unix_socket {
namespace {

constexpr std::size_t most_fds = 253;  // SCM_MAX_FD of the kernel

/// A message of one piece, with room for descriptors beside it.
struct message {
  message(void* data, std::size_t size, std::size_t fd_count) noexcept
      : piece{.iov_base = data, .iov_len = size} {
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    if (fd_count == 0) return;
    header.msg_control = control.data();
    // Not CMSG_SPACE: the kernel would put one more descriptor into the padding.
    header.msg_controllen = CMSG_LEN(fd_count * sizeof(int));
  }
  message(const message&) = delete;  // points into itself
  message& operator=(const message&) = delete;

  iovec piece;
  msghdr header{};
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(most_fds * sizeof(int))> control{};
};

void take_fds(msghdr& header, std::vector<owned_fd>& into) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
      into.emplace_back(fd);
    }
  }
}

}  // namespace

class socket::sending final : public detail::io_awaiter {
 public:
  sending(socket& to, message& what) noexcept
      : io_awaiter(
            {.code = detail::io_code::send_message, .fd = to.fd_.get(), .data = &what.header},
            to.writer_) {}
  [[nodiscard]] int await_resume() noexcept { return take_result(); }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "socket write"; }
};

class socket::receiving final : public detail::io_awaiter {
 public:
  receiving(socket& from, message& what) noexcept
      : io_awaiter({.code = detail::io_code::recv_message,
                    .fd = from.fd_.get(),
                    .flags = MSG_CMSG_CLOEXEC,
                    .data = &what.header},
                   from.reader_) {}
  [[nodiscard]] int await_resume() noexcept { return take_result(); }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "socket read"; }
};

task<> socket::send_fds(std::span<const std::byte> bytes, std::span<const int> fds) {
  if (bytes.empty()) {
    throw std::invalid_argument("eddy: send_fds without bytes: descriptors travel with the first");
  }
  if (fds.size() > most_fds) {
    throw std::invalid_argument(
        fmt::format("eddy: send_fds of {} descriptors: {} fit a message, send the others with "
                    "further bytes",
                    fds.size(), most_fds));
  }
  message what(const_cast<std::byte*>(bytes.data()), bytes.size(), fds.size());
  if (cmsghdr* control = CMSG_FIRSTHDR(&what.header)) {
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(control), fds.data(), fds.size_bytes());
  }
  const int sent = co_await sending(*this, what);
  if (sent < 0) fail("write", -sent);
  const auto rest = bytes.subspan(static_cast<std::size_t>(sent));
  if (!rest.empty()) co_await write_all(rest);
}

task<received_fds> socket::receive_fds(std::span<std::byte> into, std::size_t most) {
  received_fds got;
  if (into.empty()) co_return got;
  most = std::min(most, most_fds);
  got.fds.reserve(most);  // now: once descriptors have come, nothing may fail
  message what(into.data(), into.size(), most);
  const int received = co_await receiving(*this, what);
  if (received < 0) fail("read", -received);
  got.bytes = static_cast<std::size_t>(received);
  take_fds(what.header, got.fds);
  got.truncated = (what.header.msg_flags & MSG_CTRUNC) != 0;
  co_return got;
}

}  // namespace eddy::unix_socket
