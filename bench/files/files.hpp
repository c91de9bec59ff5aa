// SPDX-License-Identifier: MIT
#pragma once

// What section.py has prepared in the folder that EDDY_BENCH_FILES names: `big`, `lines`, and
// `small/0` to `small/19999`.

#include <array>
#include <cstddef>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace files {

inline constexpr int small_files = 20'000;
inline constexpr std::size_t small_size = 4096;

/// A chunk of 256 KiB. Whole pages: the copy out of the page cache takes a sixth longer where the
/// place it goes to begins just anywhere.
struct alignas(4096) chunk {
  std::array<char, std::size_t{256} << 10> bytes{};
};

inline std::string path(const std::string& name) {
  const char* folder = std::getenv("EDDY_BENCH_FILES");
  if (folder == nullptr) throw std::runtime_error("EDDY_BENCH_FILES names no folder");
  return std::string(folder) + "/" + name;
}

}  // namespace files
