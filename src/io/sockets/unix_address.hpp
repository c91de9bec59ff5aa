// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string_view>

namespace eddy::detail {

/// A path, or an abstract name after `@`, as the kernel wants it.
class unix_address {
 public:
  /// Errors: throws `io_error`, `<verb> <name>: …`, for one that is empty, too long or has a NUL.
  unix_address(std::string_view verb, std::string_view name);

  [[nodiscard]] const sockaddr* data() const noexcept {
    return reinterpret_cast<const sockaddr*>(&storage_);
  }
  [[nodiscard]] socklen_t size() const noexcept { return size_; }

 private:
  sockaddr_un storage_{};
  socklen_t size_ = 0;
};

}  // namespace eddy::detail
