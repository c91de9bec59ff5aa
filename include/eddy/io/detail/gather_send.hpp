// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <span>

#include <eddy/io/detail/io_awaiter.hpp>

namespace eddy::detail {

/// Sends several pieces with one system call, and with another as often as the socket has no room.
class gather_send : public io_awaiter {
 protected:
  gather_send(int fd, io_slot& direction,
              std::span<const std::span<const std::byte>> pieces) noexcept;
  ~gather_send() = default;

 private:
  [[nodiscard]] bool is_over(int result) noexcept override;
  /// Lines up what comes next; false if nothing is left.
  bool load() noexcept;

  static constexpr std::size_t most_at_once = 16;

  std::span<const std::span<const std::byte>> pieces_;
  std::size_t sent_of_first_ = 0;
  std::array<iovec, most_at_once> parts_;
  msghdr message_{};
};

}  // namespace eddy::detail
