// SPDX-License-Identifier: MIT
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace eddy::detail {

/// The descriptor that ends a backend's wait from another thread or a signal handler.
class wake_event {
 public:
  /// `flags`: EFD_NONBLOCK for those who read it themselves.
  explicit wake_event(int flags) : fd_(::eventfd(0, EFD_CLOEXEC | flags)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eddy: eventfd");
  }
  wake_event(const wake_event&) = delete;
  wake_event& operator=(const wake_event&) = delete;
  ~wake_event() { ::close(fd_); }

  [[nodiscard]] int fd() const noexcept { return fd_; }

  /// Thread safety: any thread and signal handlers, whose errno it keeps.
  void signal() const noexcept {
    const int saved = errno;
    const std::uint64_t one = 1;
    // Fails only on a counter that is full, and then the event is signalled already.
    [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
    errno = saved;
  }

  /// Takes all signals so far. False: there were none. Requires: EFD_NONBLOCK.
  [[nodiscard]] bool take() const noexcept {
    std::uint64_t count = 0;
    return ::read(fd_, &count, sizeof count) == sizeof count;
  }

 private:
  int fd_;
};

}  // namespace eddy::detail
