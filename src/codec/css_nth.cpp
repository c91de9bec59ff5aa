// SPDX-License-Identifier: MIT
#include "css_nth.hpp"

#include <charconv>
#include <string>
#include <system_error>

#include "ascii.hpp"

namespace eddy::html::detail {
namespace {

constexpr std::string_view blanks = " \t\n\r\f";

// With one sign or none.
std::optional<int> parse_integer(std::string_view text) noexcept {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The text in lower case without the blanks at its ends and those around the sign after the `n`;
// any other blank stays and is an error.
std::string compacted(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!blanks.contains(c)) {
      out += eddy::detail::to_lower(c);
      continue;
    }
    const auto next = text.find_first_not_of(blanks, i);
    if (next == std::string_view::npos) break;
    const bool before_sign = out.ends_with('n') && (text[next] == '+' || text[next] == '-');
    const bool after_sign = out.ends_with("n+") || out.ends_with("n-");
    if (!out.empty() && !before_sign && !after_sign) out += c;
    i = next - 1;
  }
  return out;
}

}  // namespace

std::optional<nth_formula> parse_nth(std::string_view text) {
  const std::string formula = compacted(text);
  if (formula == "odd") return nth_formula{2, 1};
  if (formula == "even") return nth_formula{2, 0};
  const std::string_view view = formula;
  const auto n = view.find('n');
  if (n == std::string_view::npos) {
    const auto offset = parse_integer(view);
    return offset ? std::optional(nth_formula{0, *offset}) : std::nullopt;
  }
  const auto before = view.substr(0, n);
  const auto after = view.substr(n + 1);
  const bool only_sign = before.empty() || before == "+" || before == "-";
  const auto step = only_sign ? std::optional(before == "-" ? -1 : 1) : parse_integer(before);
  const bool has_sign = after.starts_with('+') || after.starts_with('-');
  const auto offset = after.empty() ? std::optional(0)
                      : has_sign    ? parse_integer(after)
                                    : std::nullopt;
  if (!step || !offset) return std::nullopt;
  return nth_formula{*step, *offset};
}

}  // namespace eddy::html::detail
