// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <eddy/http/headers.hpp>

namespace eddy::http::detail {

/// How welcome a content coding is by the Accept-Encoding fields, in thousandths: 0 is not at all.
/// Without such a field nothing but `identity` is.
[[nodiscard]] int welcome_of(const headers& request, std::string_view coding) noexcept;

}  // namespace eddy::http::detail
