// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace eddy::json {

/// Appends the text as a JSON string, quotes included, on one line.
///
/// What is not UTF-8 becomes U+FFFD: the result is valid JSON whatever the text is.
void append_string(std::string& out, std::string_view utf8);

/// Appends an object of strings on one line, its members in the order given.
///
/// Requires: no two members have the same name.
void append_object(std::string& out,
                   std::span<const std::pair<std::string_view, std::string_view>> members);

}  // namespace eddy::json
