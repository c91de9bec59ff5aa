// SPDX-License-Identifier: MIT
#include <eddy/http/date.hpp>

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

#include <http/message/text.hpp>

namespace eddy::http {
namespace {

constexpr std::array<std::string_view, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

constexpr std::array<std::string_view, 7> day_names = {"Sun", "Mon", "Tue", "Wed",
                                                       "Thu", "Fri", "Sat"};

constexpr unsigned number(std::string_view digits) noexcept {
  unsigned value = 0;
  for (const char digit : digits) value = value * 10 + static_cast<unsigned>(digit - '0');
  return value;
}

// Whether the text has the shape: `0` stands for any digit, `a` for any letter.
bool matches(std::string_view text, std::string_view shape) noexcept {
  return std::ranges::equal(text, shape, [](char c, char s) {
    if (s == '0') return detail::is_digit(c);
    if (s == 'a') return detail::is_letter(c);
    return c == s;
  });
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_date(std::string_view text) noexcept {
  using namespace std::chrono;
  if (!matches(text, "aaa, 00 aaa 0000 00:00:00 GMT")) return std::nullopt;
  const auto month_name = std::ranges::find(month_names, text.substr(8, 3));
  if (month_name == month_names.end()) return std::nullopt;

  const auto month_number = static_cast<unsigned>(month_name - month_names.begin()) + 1;
  const year_month_day date(year(static_cast<int>(number(text.substr(12, 4)))), month(month_number),
                            day(number(text.substr(5, 2))));
  const unsigned hour = number(text.substr(17, 2));
  const unsigned minute = number(text.substr(20, 2));
  const unsigned second = number(text.substr(23, 2));
  constexpr unsigned leap_second = 60;
  // The day of the week says nothing new, so a wrong one is no reason to ignore the date.
  if (!date.ok() || hour > 23 || minute > 59 || second > leap_second) return std::nullopt;
  return sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
}

std::string format_date(std::chrono::sys_seconds instant) {
  using namespace std::chrono;
  const auto day_start = floor<days>(instant);
  const year_month_day date(day_start);
  const hh_mm_ss time(instant - day_start);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     day_names[weekday(day_start).c_encoding()], unsigned{date.day()},
                     month_names[unsigned{date.month()} - 1], int{date.year()},
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value,
                                                      std::chrono::sys_seconds now) noexcept {
  constexpr std::chrono::seconds longest(std::int64_t{1} << 31);
  value = detail::trim(value);
  if (!value.empty() && std::ranges::all_of(value, detail::is_digit)) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (error != std::errc()) return longest;  // more digits than fit
    return std::min(std::chrono::seconds(seconds), longest);
  }
  const auto date = parse_date(value);
  if (!date) return std::nullopt;
  return std::clamp(*date - now, std::chrono::seconds(0), longest);
}

}  // namespace eddy::http
