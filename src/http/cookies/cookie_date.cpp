// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cstddef>

#include <http/cookies/cookie_rules.hpp>
#include <http/message/text.hpp>

namespace eddy::http::detail {
namespace {

/// The text up to the next delimiter, taken away with it; empty at the end.
std::string_view take_token(std::string_view& text) noexcept {
  const auto is_part = [](char c) {
    return is_digit(c) || is_letter(c) || c == ':' || static_cast<unsigned char>(c) > 0x7e;
  };
  const auto* const first = std::ranges::find_if(text, is_part);
  const auto* const last = std::find_if_not(first, text.end(), is_part);
  const std::string_view token(first, last);
  text.remove_prefix(static_cast<std::size_t>(last - text.begin()));
  return token;
}

/// A number of so many digits, taken from the front; no digit may follow.
std::optional<unsigned> take_number(std::string_view& text, std::size_t least, std::size_t most) {
  unsigned value = 0;
  std::size_t count = 0;
  for (; count < text.size() && is_digit(text[count]); ++count) {
    if (count == most) return std::nullopt;
    value = value * 10 + static_cast<unsigned>(text[count] - '0');
  }
  if (count < least) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

std::optional<std::chrono::seconds> time_of_day(std::string_view token) {
  std::array<unsigned, 3> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) {
      if (!token.starts_with(':')) return std::nullopt;
      token.remove_prefix(1);
    }
    const auto part = take_number(token, 1, 2);
    if (!part) return std::nullopt;
    parts[i] = *part;
  }
  if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return std::nullopt;
  return std::chrono::hours(parts[0]) + std::chrono::minutes(parts[1]) +
         std::chrono::seconds(parts[2]);
}

std::optional<unsigned> month_of(std::string_view token) {
  constexpr std::array<std::string_view, 12> names = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
  const auto* const found = std::ranges::find_if(names, [token](std::string_view name) {
    return equal_ignoring_case(token.substr(0, name.size()), name);
  });
  if (found == names.end()) return std::nullopt;
  return static_cast<unsigned>(found - names.begin()) + 1;
}

unsigned in_full(unsigned year) noexcept {
  if (year < 70) return year + 2000;
  return year < 100 ? year + 1900 : year;
}

}  // namespace

// Each token is the first of the four that it can be and that is not there yet; the order is the
// standard's.
std::optional<std::chrono::sys_seconds> parse_cookie_date(std::string_view text) {
  std::optional<std::chrono::seconds> time;
  std::optional<unsigned> day;
  std::optional<unsigned> month;
  std::optional<unsigned> year;
  for (auto token = take_token(text); !token.empty(); token = take_token(text)) {
    if (!time && (time = time_of_day(token))) continue;
    std::string_view digits = token;
    if (!day && (day = take_number(digits, 1, 2))) continue;
    if (!month && (month = month_of(token))) continue;
    if (!year) year = take_number(digits, 2, 4);
  }
  if (!time || !day || !month || !year || in_full(*year) < 1601) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(in_full(*year))),
                                         std::chrono::month(*month), std::chrono::day(*day));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + *time;
}

}  // namespace eddy::http::detail
