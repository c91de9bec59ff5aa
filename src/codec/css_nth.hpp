// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

namespace eddy::html::detail {

struct nth_formula {
  int step = 0;
  int offset = 0;
};

/// Reads the `odd`, `3` or `2n+1` of `:nth-child()`; nothing where it is none of these.
[[nodiscard]] std::optional<nth_formula> parse_nth(std::string_view text);

}  // namespace eddy::html::detail
