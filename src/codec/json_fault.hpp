// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace eddy::json::detail {

/// Where a text stops being JSON, and why.
struct fault {
  std::size_t offset;  // in bytes
  std::string why;
};

/// Nothing for a text that is JSON and nested no deeper than `max_depth`.
[[nodiscard]] std::optional<fault> find_fault(std::string_view text, std::size_t max_depth);

}  // namespace eddy::json::detail
