// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/io/ip_address.hpp>

namespace eddy::detail {

/// The addresses of each host, names in lower case, in the order of the lines.
using host_table = std::map<std::string, std::vector<ip_address>, std::less<>>;

/// Reads lines of `address name alias…`; what is no such line is passed over, as everywhere.
[[nodiscard]] host_table parse_hosts(std::string_view text);

}  // namespace eddy::detail
