// SPDX-License-Identifier: MIT
#pragma once

// What section.py has prepared in the folder that EDDY_BENCH_FILES names: `big`, `lines`, and
// `small/0` to `small/19999`.

#include <cstddef>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace files {

inline constexpr int small_files = 20'000;
inline constexpr std::size_t small_size = 4096;
inline constexpr std::size_t chunk = std::size_t{256} << 10;

inline std::string path(const std::string& name) {
  const char* folder = std::getenv("EDDY_BENCH_FILES");
  if (folder == nullptr) throw std::runtime_error("EDDY_BENCH_FILES names no folder");
  return std::string(folder) + "/" + name;
}

}  // namespace files
