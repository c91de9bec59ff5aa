// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <vector>

namespace eddy::fuzz {

/// Cuts the text in a few different ways, each the same whenever the text is.
inline std::vector<std::vector<std::string_view>> splits(std::string_view text) {
  std::vector<std::vector<std::string_view>> ways;
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < text.size(); ++i) bytes.push_back(text.substr(i, 1));
  ways.push_back(bytes);
  std::size_t random = std::hash<std::string_view>()(text);
  for (int way = 0; way < 4 && !text.empty(); ++way) {
    const std::size_t cut = random % text.size();
    ways.push_back({text.substr(0, cut), text.substr(cut)});
    random /= text.size();
  }
  return ways;
}

/// Stops the fuzzer with a message unless the property holds.
inline void require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "violated: %s\n", property);
  std::abort();
}

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace eddy::fuzz
