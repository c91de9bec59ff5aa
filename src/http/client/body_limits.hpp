// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <limits>

namespace eddy::http::detail {

/// How many bytes of an answer's body are accepted, decoded.
struct body_limits {
  std::uint64_t held;  // at once, by `text` and the like
  std::uint64_t read = std::numeric_limits<std::uint64_t>::max();  // in all
};

}  // namespace eddy::http::detail
