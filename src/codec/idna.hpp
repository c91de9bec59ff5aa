// SPDX-License-Identifier: MIT
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace eddy::detail {

/// A domain name in the ASCII form that DNS has it in, or the reason why there is none.
std::expected<std::string, std::string> domain_to_ascii(std::string_view domain);

}  // namespace eddy::detail
