// SPDX-License-Identifier: MIT
#include <http/message/text.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <fmt/core.h>

namespace eddy::http::detail {
namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Whether any of eight bytes is below a space or 0x7f; a byte above such a one may count as well.
constexpr bool may_have_control(std::uint64_t bytes) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t high = 0x80 * ones;
  const std::uint64_t below_space = (bytes - 0x20 * ones) & ~bytes;
  const std::uint64_t zero_if_delete = bytes ^ (0x7f * ones);
  return ((below_space | ((zero_if_delete - ones) & ~zero_if_delete)) & high) != 0;
}

constexpr bool is_printable(char c) noexcept { return c >= 0x20 && c < 0x7f; }

}  // namespace

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

// Eight bytes at a time, as most lines are too short for the compiler's vectors.
bool has_control(std::string_view text) noexcept {
  const char* bytes = text.data();
  std::size_t left = text.size();
  for (; left >= sizeof(std::uint64_t); left -= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    if (may_have_control(word) && std::any_of(bytes, bytes + sizeof word, is_control)) return true;
    bytes += sizeof word;
  }
  return std::any_of(bytes, bytes + left, is_control);
}

bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept {
  if (left.size() != right.size()) return false;
  if (left == right) return true;  // as fields are: nearly all are written alike
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
