// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>

namespace eddy {

/// What a name stands for.
enum class file_type : std::uint8_t {
  regular,
  directory,
  symlink,
  block_device,
  character_device,
  pipe,
  socket,
  unknown
};

/// What the system knows of a file.
struct file_status {
  file_type type = file_type::unknown;
  unsigned mode = 0;  ///< the permission bits, set-user-ID and the like included
  std::uint64_t size = 0;
  std::chrono::system_clock::time_point modified{};
  std::uint64_t links = 0;
  unsigned user = 0;
  unsigned group = 0;
  // Together they tell one file from all others.
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  [[nodiscard]] bool is_directory() const noexcept { return type == file_type::directory; }
  [[nodiscard]] bool is_regular() const noexcept { return type == file_type::regular; }
  [[nodiscard]] bool is_symlink() const noexcept { return type == file_type::symlink; }
};

}  // namespace eddy
