// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <eddy/http/headers.hpp>

namespace eddy::http::detail {

/// What tells one state of a resource from another.
struct validators {
  std::string etag;  // with its quotes; a strong one
  std::chrono::sys_seconds modified;
};

enum class precondition : unsigned char { holds, not_modified, failed };

/// What the conditions of a GET or HEAD request come to, in the order of RFC 9110 section 13.2.2.
[[nodiscard]] precondition check_conditions(const headers& request, const validators& now);

/// Whether a Range of the request is meant for this state: If-Range.
[[nodiscard]] bool range_is_for(const headers& request, const validators& now);

struct byte_range {
  std::uint64_t first;
  std::uint64_t size;

  friend bool operator==(const byte_range&, const byte_range&) = default;
};

/// What a Range field asks for. Nothing: the whole, as what is malformed, of another unit or of
/// several pieces is not obeyed. A `size` of 0: what does not exist, which is a 416.
[[nodiscard]] std::optional<byte_range> parse_range(std::string_view value,
                                                    std::uint64_t size) noexcept;

}  // namespace eddy::http::detail
