// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

namespace eddy::detail {

/// The file that binding a Unix socket has made; removed when destroyed, unless by then the path is
/// somebody else's.
class socket_file {
 public:
  socket_file() = default;
  /// Takes what is at `path` for its own; there may be nothing.
  explicit socket_file(std::string path) noexcept;
  socket_file(socket_file&& other) noexcept
      : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}
  socket_file& operator=(socket_file&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(device_, other.device_);
    std::swap(inode_, other.inode_);
    return *this;
  }
  ~socket_file() { remove(); }

  void remove() noexcept;
  /// Leaves it where it is.
  void keep() noexcept { path_.clear(); }

 private:
  std::string path_;  // empty: there is nothing to remove
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace eddy::detail
