// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

namespace eddy {

/// A file descriptor that is closed when destroyed.
class owned_fd {
 public:
  owned_fd() = default;
  explicit owned_fd(int fd) noexcept : fd_(fd) {}
  owned_fd(owned_fd&& other) noexcept : fd_(other.release()) {}
  owned_fd& operator=(owned_fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~owned_fd();

  /// -1 if there is none.
  [[nodiscard]] int get() const noexcept { return fd_; }
  /// Whoever takes it closes it.
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

}  // namespace eddy
