// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace eddy::http {

/// The instant in a date field: `Sun, 06 Nov 1994 08:49:37 GMT`; none if it is not one.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_date(std::string_view text) noexcept;

/// As a date field says it: `Sun, 06 Nov 1994 08:49:37 GMT`.
///
/// Requires: a year from 0 to 9999.
[[nodiscard]] std::string format_date(std::chrono::sys_seconds instant);

/// How long a Retry-After value, in seconds or a date, asks to wait from `now`; none if it is
/// neither.
///
/// A date in the past asks for no wait. A wait of more than 2^31 seconds counts as 2^31.
[[nodiscard]] std::optional<std::chrono::seconds> parse_retry_after(
    std::string_view value, std::chrono::sys_seconds now) noexcept;

}  // namespace eddy::http
