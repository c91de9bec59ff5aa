// SPDX-License-Identifier: MIT
#include "robots_pattern.hpp"

#include <algorithm>

#include "ascii.hpp"

namespace eddy::robots::detail {
namespace {

using eddy::detail::hex_value;

constexpr bool is_unreserved(char c) noexcept {
  return eddy::detail::is_alpha(c) || eddy::detail::is_digit(c) || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

constexpr bool is_printable(char c) noexcept { return c > 0x20 && c < 0x7f; }

void append_encoded(std::string& out, char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += digits[byte >> 4];
  out += digits[byte & 0xf];
}

bool is_encoded(std::string_view text) noexcept {
  return text.size() >= 3 && text[0] == '%' && hex_value(text[1]) >= 0 && hex_value(text[2]) >= 0;
}

// Appends the first character, however it is written, and removes it from the text.
void append_normalised(std::string& out, std::string_view& text) {
  const bool encoded = is_encoded(text);
  const char c =
      encoded ? static_cast<char>(hex_value(text[1]) * 16 + hex_value(text[2])) : text[0];
  text.remove_prefix(encoded ? 3 : 1);
  const bool as_written = !encoded && is_printable(c) && c != '*' && c != '$' && c != '%';
  if (is_unreserved(c) || as_written) {
    out += c;
  } else {
    append_encoded(out, c);
  }
}

}  // namespace

std::string normalised_path(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  while (!path.empty()) append_normalised(out, path);
  return out;
}

std::string normalised_pattern(std::string_view pattern) {
  const bool anchored = pattern.ends_with('$');
  if (anchored) pattern.remove_suffix(1);
  std::string out;
  out.reserve(pattern.size() + 1);
  while (!pattern.empty()) {
    if (pattern.front() == '*') {
      out += '*';
      pattern.remove_prefix(std::min(pattern.find_first_not_of('*'), pattern.size()));
    } else {
      append_normalised(out, pattern);
    }
  }
  if (anchored) out += '$';
  return out;
}

bool matches(std::string_view pattern, std::string_view path) noexcept {
  const bool anchored = pattern.ends_with('$');
  if (anchored) pattern.remove_suffix(1);

  auto star = pattern.find('*');
  if (!path.starts_with(pattern.substr(0, star))) return false;
  if (star == std::string_view::npos) return !anchored || path.size() == pattern.size();
  path.remove_prefix(star);
  // Taking each piece between stars at the first place where it fits leaves the most room for the
  // ones after it.
  for (;;) {
    pattern.remove_prefix(star + 1);
    star = pattern.find('*');
    if (star == std::string_view::npos) break;
    const auto place = path.find(pattern.substr(0, star));
    if (place == std::string_view::npos) return false;
    path.remove_prefix(place + star);
  }
  return anchored ? path.ends_with(pattern) : path.find(pattern) != std::string_view::npos;
}

}  // namespace eddy::robots::detail
