// SPDX-License-Identifier: MIT
#include "name_files.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <span>
#include <system_error>

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

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    if (const std::string_view word = take_until(line, " \t\r"); !word.empty())
      words.push_back(word);
  }
  return words;
}

/// `name:number`, the number cut to what is within reason.
void read_option(std::string_view option, std::string_view name, int least, int most, int& value) {
  if (!option.starts_with(name) || option.substr(name.size()).substr(0, 1) != ":") return;
  const std::string_view digits = option.substr(name.size() + 1);
  int number = 0;
  const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc{} && number >= 0) value = std::clamp(number, least, most);
}

}  // namespace

host_table parse_hosts(std::string_view text) {
  host_table table;
  while (!text.empty()) {
    std::string_view line = take_until(text, "\n");
    const auto words = words_of(line.substr(0, line.find('#')));
    const auto address = words.empty() ? std::nullopt : ip_address::parse(words.front());
    if (!address) continue;
    for (const std::string_view name : std::span(words).subspan(1)) {
      auto& addresses = table[dns_lower(name)];
      if (std::ranges::find(addresses, *address) == addresses.end()) addresses.push_back(*address);
    }
  }
  return table;
}

resolv_conf parse_resolv_conf(std::string_view text) {
  resolv_conf said;
  while (!text.empty()) {
    const std::string_view line = take_until(text, "\n");
    if (line.starts_with('#') || line.starts_with(';')) continue;
    const auto words = words_of(line);
    if (words.size() < 2) continue;
    const auto values = std::span(words).subspan(1);
    if (words.front() == "nameserver") {
      const auto address = ip_address::parse(values.front());
      // c-ares cannot ask one that is known by its interface only.
      if (address && address->scope() == 0) said.servers.push_back(*address);
    } else if (words.front() == "search" || words.front() == "domain") {
      said.search.assign(values.begin(), values.end());  // the last such line counts
    } else if (words.front() == "options") {
      for (const std::string_view option : values) {
        read_option(option, "ndots", 0, 15, said.ndots);
        read_option(option, "timeout", 1, 30, said.timeout_seconds);
        read_option(option, "attempts", 1, 5, said.attempts);
        said.rotate = said.rotate || option == "rotate";
      }
    }
  }
  return said;
}

}  // namespace eddy::detail
