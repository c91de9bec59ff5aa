// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace eddy::http::detail {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool is_hex_digit(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Letters, digits and `others`, as a table.
consteval std::array<bool, 256> alphanumeric_and(std::string_view others) {
  std::array<bool, 256> table{};
  for (int c = 0; c < 256; ++c) {
    const auto byte = static_cast<char>(c);
    table[c] = is_digit(byte) || is_letter(byte) || others.contains(byte);
  }
  return table;
}

inline constexpr auto token_chars = alphanumeric_and("!#$%&'*+-.^_`|~");
inline constexpr auto host_chars = alphanumeric_and("-._~%!$&'()*+;=:[]");

/// A byte of a method or a field name.
constexpr bool is_token_char(char c) noexcept { return token_chars[static_cast<unsigned char>(c)]; }

/// A byte of a Host field.
constexpr bool is_host_char(char c) noexcept { return host_chars[static_cast<unsigned char>(c)]; }

/// A byte that must not stand in any line of a message: controls, but for the tab.
constexpr bool is_control(char c) noexcept {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

/// A byte of a request target.
constexpr bool is_target_char(char c) noexcept { return c > 0x20 && c < 0x7f; }

[[nodiscard]] bool is_token(std::string_view text) noexcept;

[[nodiscard]] bool has_control(std::string_view text) noexcept;

/// ASCII letters of either case count as the same.
[[nodiscard]] bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept;

/// Without spaces and tabs at either end.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

/// For an error message: in quotes, odd bytes as `\xNN`, the end of a long text left out.
[[nodiscard]] std::string quoted(std::string_view text);

/// For an error message: `'x'`, or `0x0d` for a byte that does not print.
[[nodiscard]] std::string byte_name(char c);

}  // namespace eddy::http::detail
