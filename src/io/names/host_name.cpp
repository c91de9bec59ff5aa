// SPDX-License-Identifier: MIT
#include "host_name.hpp"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include <eddy/codec/url.hpp>
#include <eddy/io/resolve.hpp>

#include "dns_message.hpp"

namespace eddy::detail {
namespace {

constexpr std::size_t longest_name = 253;
constexpr std::size_t longest_label = 63;

[[noreturn]] void refuse(std::string_view name, std::string_view why) {
  throw resolve_error(name, resolve_failure::bad_name, why);
}

bool is_ascii(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_in(std::string_view name, std::string_view domain) noexcept {
  return name.ends_with(domain) &&
         (name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.');
}

// The way browsers write a host that is not ASCII.
std::string idn_to_ascii(std::string_view name) {
  const auto parsed = url::parse(fmt::format("http://{}/", name));
  if (!parsed) refuse(name, parsed.error().message());
  return std::string(parsed->host());
}

}  // namespace

host_name check_host_name(std::string_view text) {
  if (text.empty()) refuse("\"\"", "a host name cannot be empty");
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    // These are also what would end the host in a URL, or escape in a zone file.
    if (byte <= ' ' || byte == 0x7f || std::string_view("/?#@:%\\[]").contains(c)) {
      refuse(byte == 0 ? text.substr(0, text.find('\0')) : text,
             byte == 0     ? "a host name cannot contain NUL"
             : byte <= ' ' ? "a host name cannot contain blanks"
                           : fmt::format("a host name cannot contain `{}`", c));
    }
  }
  host_name name{is_ascii(text) ? dns_lower(text) : idn_to_ascii(text), false};
  if (name.ascii.ends_with('.')) {
    name.whole = true;
    name.ascii.pop_back();
  }
  if (name.ascii.size() > longest_name) refuse(text, "a host name has 253 characters at most");
  for (std::size_t begin = 0; begin <= name.ascii.size();) {
    const std::size_t end = std::min(name.ascii.find('.', begin), name.ascii.size());
    if (end == begin) refuse(text, "a host name cannot have an empty part");
    if (end - begin > longest_label)
      refuse(text, "a part of a host name has 63 characters at most");
    begin = end + 1;
  }
  return name;
}

bool is_localhost(std::string_view name) noexcept { return is_in(name, "localhost"); }

bool is_never_in_dns(std::string_view name) noexcept {
  return is_in(name, "invalid") || is_in(name, "onion");
}

std::vector<std::string> completions(const host_name& name, const std::vector<std::string>& search,
                                     int ndots) {
  if (name.whole) return {name.ascii};
  std::vector<std::string> all;
  for (const std::string& domain : search) {
    std::string full = name.ascii + '.' + dns_lower(domain);
    if (full.ends_with('.')) full.pop_back();
    if (full.size() <= longest_name) all.push_back(std::move(full));
  }
  const bool first = std::ranges::count(name.ascii, '.') >= ndots;
  all.insert(first ? all.begin() : all.end(), name.ascii);
  return all;
}

}  // namespace eddy::detail
