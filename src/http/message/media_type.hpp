// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace eddy::http::detail {

/// The parameter of that name in a value like `text/html; charset=utf-8`, without its quotes; empty
/// where there is none.
[[nodiscard]] std::string parameter_of(std::string_view value, std::string_view name);

}  // namespace eddy::http::detail
