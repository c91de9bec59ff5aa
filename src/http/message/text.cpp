// SPDX-License-Identifier: MIT
#include <http/message/text.hpp>

#include <algorithm>

#include <fmt/core.h>

namespace eddy::http::detail {
namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr bool is_printable(char c) noexcept { return c >= 0x20 && c < 0x7f; }

}  // namespace

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool has_control(std::string_view text) noexcept {
  bool found = false;
  for (const char c : text) found |= is_control(c);  // no early exit, so it is vectorised
  return found;
}

bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept {
  return std::ranges::equal(left, right, {}, lower, lower);
}

std::string_view trim(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string quoted(std::string_view text) {
  constexpr std::size_t shown = 60;
  std::string result = "\"";
  for (const char c : text.substr(0, shown)) {
    if (is_printable(c)) {
      result += c;
    } else {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  result += text.size() > shown ? "\"…" : "\"";
  return result;
}

std::string byte_name(char c) {
  if (is_printable(c)) return fmt::format("'{}'", c);
  return fmt::format("0x{:02x}", static_cast<unsigned char>(c));
}

}  // namespace eddy::http::detail
