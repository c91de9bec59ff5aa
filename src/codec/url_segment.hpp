// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

#include "ascii.hpp"

namespace eddy::detail {

/// The length of the scheme that the text begins with, or 0.
constexpr std::size_t scheme_length(std::string_view text) noexcept {
  if (text.empty() || !is_alpha(text[0])) return 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ':') return i;
    if (!is_alpha(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return 0;
  }
  return 0;
}

/// Where in `host:port` the colon is, or npos; those in the brackets of an IPv6 address do not
/// count.
constexpr std::size_t find_port_colon(std::string_view text) noexcept {
  bool bracketed = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') bracketed = true;
    if (text[i] == ']') bracketed = false;
    if (text[i] == ':' && !bracketed) return i;
  }
  return std::string_view::npos;
}

/// Takes a dot, which may be percent-encoded, from the front of the text.
constexpr bool take_dot(std::string_view& text) noexcept {
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    return true;
  }
  if (!text.starts_with("%2e") && !text.starts_with("%2E")) return false;
  text.remove_prefix(3);
  return true;
}

constexpr bool is_single_dot(std::string_view segment) noexcept {
  return take_dot(segment) && segment.empty();
}

constexpr bool is_double_dot(std::string_view segment) noexcept {
  return take_dot(segment) && take_dot(segment) && segment.empty();
}

/// Whether this is a drive as Windows writes it, `C:`, or as old browsers did, `C|`.
constexpr bool is_drive_letter(std::string_view text) noexcept {
  return text.size() == 2 && is_alpha(text[0]) && (text[1] == ':' || text[1] == '|');
}

constexpr bool starts_with_drive_letter(std::string_view text) noexcept {
  return is_drive_letter(text.substr(0, 2)) &&
         (text.size() == 2 || std::string_view("/\\?#").contains(text[2]));
}

/// The `/C:` that the path of a file URL begins with, or nothing.
constexpr std::string_view drive_of(std::string_view path) noexcept {
  if (!path.starts_with('/')) return {};
  const std::string_view first = path.substr(0, path.find('/', 1));
  return is_drive_letter(first.substr(1)) && first[2] == ':' ? first : std::string_view();
}

}  // namespace eddy::detail
