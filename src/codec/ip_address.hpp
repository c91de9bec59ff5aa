// SPDX-License-Identifier: MIT
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "url_host.hpp"

namespace eddy::detail {

/// Whether the last label of a domain is a number, so that the whole must be an IPv4 address.
bool ends_in_number(std::string_view domain) noexcept;

/// Reads an IPv4 address in any notation that C libraries ever took, `0x7f.1` too, and writes it as
/// four decimal numbers.
std::expected<std::string, url_fault> normalize_ipv4(std::string_view text);

/// Reads an IPv6 address, without brackets, and writes it in its shortest form.
std::expected<std::string, url_fault> normalize_ipv6(std::string_view text);

}  // namespace eddy::detail
