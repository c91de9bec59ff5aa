// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace eddy::robots::detail {

/// One spelling for all ways to write a path: unreserved characters as they are, bytes beyond ASCII
/// and the characters that are special in patterns as `%XX`.
[[nodiscard]] std::string normalised_path(std::string_view path);

/// The same for a pattern, whose `*` and final `$` keep their meaning.
[[nodiscard]] std::string normalised_pattern(std::string_view pattern);

/// Whether the pattern matches the path or a beginning of it. Both are normalised.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view path) noexcept;

}  // namespace eddy::robots::detail
