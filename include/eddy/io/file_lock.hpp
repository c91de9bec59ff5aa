// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <eddy/io/detail/open_file.hpp>

namespace eddy {

/// The lock of a file, as long as it lives. Lifetime: the file neither moves nor closes meanwhile.
class file_lock {
 public:
  file_lock(file_lock&& other) noexcept : file_(std::exchange(other.file_, nullptr)) {}
  file_lock& operator=(file_lock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~file_lock() { unlock(); }

  /// Lets go of it now.
  void unlock() noexcept;
  [[nodiscard]] bool owns_lock() const noexcept { return file_ != nullptr; }

 private:
  friend class file;
  explicit file_lock(detail::open_file& held) noexcept : file_(&held) { held.uses.add(); }

  detail::open_file* file_;
};

}  // namespace eddy
