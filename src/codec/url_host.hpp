// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace eddy::detail {

/// What is wrong with a text, and where in it.
struct url_fault {
  std::string what;
  std::size_t at = 0;
};

/// The host of a special URL, serialised: a domain in ASCII, an IPv4 or a bracketed IPv6 address.
std::expected<std::string, url_fault> parse_host(std::string_view text);

/// The host of any other URL: a bracketed IPv6 address, or nearly any text.
std::expected<std::string, url_fault> parse_opaque_host(std::string_view text);

}  // namespace eddy::detail
