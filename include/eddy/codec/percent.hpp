// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eddy {

/// The text with every `%XX` replaced; a `%` without two hexadecimal digits stays.
[[nodiscard]] std::string percent_decode(std::string_view text);

/// The text as a segment of a path, or a part of a query: all but letters, digits and `-._~`
/// becomes `%XX`.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// The names and values in a query, or in a form sent as `application/x-www-form-urlencoded`, in
/// order: `a=1&b=x+y%21` is {a, 1} and {b, x y!}.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parse_form(std::string_view text);

}  // namespace eddy
