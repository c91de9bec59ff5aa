// SPDX-License-Identifier: MIT
#include "scrape/extraction.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "errors.hpp"

namespace eddy::app {
namespace {

html::selector parse_selector(const std::string& what, const std::string& css) {
  auto parsed = html::selector::parse(css);
  if (!parsed) throw usage_error(fmt::format("{} '{}': {}", what, css, parsed.error().message()));
  return std::move(*parsed);
}

constexpr std::string_view white_space = " \t\r\n\f";

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(white_space) - first + 1));
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// `-1234.50` of `Price: -1,234.50 EUR`: the first number, with its sign and decimal point.
std::string first_number(std::string_view text) {
  const auto first = std::ranges::find_if(text, is_digit);
  std::string number;
  if (first == text.end()) return number;
  if (first != text.begin() && *(first - 1) == '-') number += '-';
  bool point = false;
  for (auto c = first; c != text.end(); ++c) {
    const bool more = c + 1 != text.end() && is_digit(*(c + 1));
    if (is_digit(*c)) {
      number += *c;
    } else if (*c == '.' && !point && more) {
      point = true;
      number += '.';
    } else if (*c != ',' || point || !more) {
      break;
    }
  }
  return number;
}

}  // namespace

extraction::extraction(const std::string& row, const std::vector<std::string>& fields)
    : row_(parse_selector("--row", row.empty() ? "html" : row)) {
  for (const std::string& spec : fields) {
    field parsed = parse_field(spec);
    const bool taken = parsed.name == "url" || std::ranges::any_of(fields_, [&](const field& f) {
                         return f.name == parsed.name;
                       });
    if (taken)
      throw usage_error(
          fmt::format("field '{}': there is a column `{}` already", spec, parsed.name));
    fields_.push_back(std::move(parsed));
  }
  if (fields_.empty()) throw usage_error("nothing to extract: give at least one field, name=CSS");
}

extraction::field extraction::parse_field(const std::string& spec) {
  const auto equals = spec.find('=');
  if (equals == 0 || equals == std::string::npos) {
    throw usage_error(fmt::format("field '{}': expected name=CSS, for example title=h1", spec));
  }
  std::string_view rest = std::string_view(spec).substr(equals + 1);
  std::vector<filter> filters;
  // From the right: an attribute selector may hold `|` and `@` inside brackets, filters hold
  // neither.
  while (rest.find('|') != std::string_view::npos && rest.rfind('|') > rest.rfind(']') + 1) {
    const auto bar = rest.rfind('|');
    filters.insert(filters.begin(), parse_filter(rest.substr(bar + 1), spec));
    rest = rest.substr(0, bar);
  }
  std::string attribute;
  if (const auto at = rest.rfind('@');
      at != std::string_view::npos && rest.find(']', at) == std::string_view::npos) {
    attribute = rest.substr(at + 1);
    rest = rest.substr(0, at);
    if (attribute.empty())
      throw usage_error(fmt::format("field '{}': no attribute name after @", spec));
  }
  return {spec.substr(0, equals),
          parse_selector(fmt::format("field '{}': selector", spec), std::string(rest)),
          std::move(attribute), std::move(filters)};
}

extraction::filter extraction::parse_filter(std::string_view name, const std::string& spec) {
  if (name == "trim") return filter::trim;
  if (name == "number") return filter::number;
  throw usage_error(
      fmt::format("field '{}': unknown filter `{}`; there are trim and number", spec, name));
}

std::vector<std::string> extraction::columns() const {
  std::vector<std::string> names;
  for (const field& f : fields_) names.push_back(f.name);
  names.emplace_back("url");
  return names;
}

std::vector<extraction::row> extraction::rows_of(const html::document& page,
                                                 const std::string& page_url) const {
  std::vector<row> rows;
  for (const html::element& match : page.select(row_)) {
    row& made = rows.emplace_back();
    for (const field& f : fields_) {
      std::string value;
      if (!extract(f, match, value)) made.incomplete = true;
      made.values.push_back(std::move(value));
    }
    made.values.push_back(page_url);
  }
  return rows;
}

bool extraction::extract(const field& f, const html::element& within, std::string& value) {
  const auto found = within.select(f.selector);
  if (found.empty()) return false;
  if (f.attribute.empty()) {
    value = found.front().text();
  } else {
    const auto attribute = found.front().attribute(f.attribute);
    if (!attribute) return false;
    value = *attribute;
  }
  for (const filter step : f.filters) value = apply(step, std::move(value));
  return !value.empty();
}

std::string extraction::apply(filter f, std::string value) {
  switch (f) {
    case filter::trim:
      return trimmed(value);
    case filter::number:
      return first_number(value);
  }
  return value;
}

}  // namespace eddy::app
