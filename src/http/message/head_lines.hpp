// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace eddy::http::detail {

/// `GET /x HTTP/1.1` and its CR LF, for those who print a head without making one.
///
/// Errors: as `append_to` of a request's head.
void append_request_line(std::string& out, std::string_view method, std::string_view target,
                         std::string_view version = "HTTP/1.1");

/// A line as headers have it: what is in it has been checked.
inline void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace eddy::http::detail
