// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace eddy::http::detail {

/// `text`, which is in `charset`, in UTF-8; what is not valid in it becomes U+FFFD. Without a
/// charset, and for UTF-8 itself, the text is left as it is.
///
/// Errors: `protocol_error`: `bad_encoding` for a charset that browsers do not know either.
[[nodiscard]] std::string to_utf8(std::string text, std::string_view charset);

}  // namespace eddy::http::detail
