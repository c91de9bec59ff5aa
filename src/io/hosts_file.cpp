// SPDX-License-Identifier: MIT
#include "hosts_file.hpp"

#include <algorithm>
#include <optional>

#include "dns_message.hpp"

namespace eddy::detail {
namespace {

/// The part of `text` up to the first of `ends`, which is taken off with it.
std::string_view take_until(std::string_view& text, std::string_view ends) {
  const std::size_t end = text.find_first_of(ends);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

}  // namespace

host_table parse_hosts(std::string_view text) {
  host_table table;
  while (!text.empty()) {
    std::string_view line = take_until(text, "\n");
    line = line.substr(0, line.find('#'));
    std::optional<ip_address> address;
    while (!line.empty()) {
      const std::string_view word = take_until(line, " \t\r");
      if (word.empty()) continue;
      if (address) {
        auto& addresses = table[dns_lower(word)];
        if (std::ranges::find(addresses, *address) == addresses.end())
          addresses.push_back(*address);
      } else {
        address = ip_address::parse(word);
        if (!address) break;
      }
    }
  }
  return table;
}

}  // namespace eddy::detail
