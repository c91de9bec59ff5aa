// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace eddy::http::detail {

/// What a file of that name holds, as a Content-Type field says it;
/// `application/octet-stream` where the ending says nothing.
[[nodiscard]] std::string_view media_type_of(std::string_view file_name) noexcept;

}  // namespace eddy::http::detail
