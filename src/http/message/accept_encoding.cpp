// SPDX-License-Identifier: MIT
#include <http/message/accept_encoding.hpp>

#include <algorithm>
#include <optional>

#include <http/message/text.hpp>

namespace eddy::http::detail {
namespace {

/// What stands before the next `separator`; it and the separator are taken off.
std::string_view take_until(std::string_view& text, char separator) noexcept {
  const std::string_view item = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), item.size() + 1));
  return trim(item);
}

// `0`, `1`, `0.5`, `0.125`: nothing else is a weight.
std::optional<int> weight_of(std::string_view text) noexcept {
  if (text.empty() || (text[0] != '0' && text[0] != '1') || text.size() > 5) return std::nullopt;
  int weight = (text[0] - '0') * 1000;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int scale = 100;
  for (const char c : text.substr(std::min<std::size_t>(text.size(), 2))) {
    if (!is_digit(c)) return std::nullopt;
    weight += (c - '0') * scale;
    scale /= 10;
  }
  return weight <= 1000 ? std::optional(weight) : std::nullopt;
}

// `gzip;q=0.8`: 1 where no weight is given. What is malformed is not welcome.
int weight_in(std::string_view parameters) noexcept {
  while (!parameters.empty()) {
    const std::string_view parameter = take_until(parameters, ';');
    if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
      return weight_of(parameter.substr(2)).value_or(0);
    }
  }
  return 1000;
}

}  // namespace

int welcome_of(const headers& request, std::string_view coding) noexcept {
  std::optional<int> of_others;  // by `*`
  for (const field f : request) {
    if (!equal_ignoring_case(f.name, "Accept-Encoding")) continue;
    for (std::string_view left = f.value; !left.empty();) {
      std::string_view parameters = take_until(left, ',');
      const std::string_view name = take_until(parameters, ';');
      if (equal_ignoring_case(name, coding)) return weight_in(parameters);
      if (name == "*") of_others = weight_in(parameters);
    }
  }
  return of_others.value_or(coding == "identity" ? 1000 : 0);
}

}  // namespace eddy::http::detail
