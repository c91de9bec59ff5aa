// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/io/ip_address.hpp>

namespace eddy::detail {

/// The addresses of each host, names in lower case, in the order of the lines.
using host_table = std::map<std::string, std::vector<ip_address>, std::less<>>;

/// Reads /etc/hosts: lines of `address name alias…`. What is no such line is passed over, as
/// everywhere.
[[nodiscard]] host_table parse_hosts(std::string_view text);

/// What /etc/resolv.conf says, see resolv.conf(5).
struct resolv_conf {
  std::vector<ip_address> servers = {};
  std::vector<std::string> search = {};
  int ndots = 1;
  int timeout_seconds = 5;
  int attempts = 2;
  bool rotate = false;
};

/// What it does not know is passed over: others may.
[[nodiscard]] resolv_conf parse_resolv_conf(std::string_view text);

}  // namespace eddy::detail
