// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <eddy/core/detail/socket_calls.hpp>

namespace eddy::detail {

/// Those of the loop that runs on this thread; of the system where none does.
[[nodiscard]] socket_calls& sockets_here() noexcept;

/// Owns a descriptor that carries operations: tells the loop before it closes, and when it is new:
/// another thread may have closed one of the same number.
class descriptor {
 public:
  descriptor() = default;
  explicit descriptor(int fd) noexcept;
  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~descriptor() { close(); }

  void close() noexcept;
  /// Gives it away open; the loop has nothing to do with it any more.
  [[nodiscard]] int release() noexcept;
  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

}  // namespace eddy::detail
