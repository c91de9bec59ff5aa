// SPDX-License-Identifier: MIT
#include <http/server/conditional.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>

#include <eddy/http/date.hpp>
#include <http/message/text.hpp>

namespace eddy::http::detail {
namespace {

// Whether a list of entity tags, in which a tag may have commas, has this one. A weak one (`W/`)
// counts where only the meaning must be the same.
bool lists(std::string_view value, std::string_view etag, bool weak_counts) noexcept {
  if (trim(value) == "*") return true;
  for (;;) {
    const auto open = value.find('"');
    if (open == value.npos) return false;
    const auto close = value.find('"', open + 1);
    if (close == value.npos) return false;
    const bool weak = value.substr(0, open).ends_with("W/");
    if (value.substr(open, close - open + 1) == etag && (weak_counts || !weak)) return true;
    value.remove_prefix(close + 1);
  }
}

bool any_lists(const headers& request, std::string_view name, std::string_view etag,
               bool weak_counts) {
  return std::ranges::any_of(request.get_all(name), [&](std::string_view value) {
    return lists(value, etag, weak_counts);
  });
}

// The instant in a date field; none where there is no such field, or it is no date.
std::optional<std::chrono::sys_seconds> date_in(const headers& request, std::string_view name) {
  const auto value = request.get(name);
  return value ? parse_date(*value) : std::nullopt;
}

constexpr std::uint64_t beyond = std::numeric_limits<std::uint64_t>::max();

// Digits and nothing else; a number that is too large is as good as infinite.
std::optional<std::uint64_t> parse_position(std::string_view digits) noexcept {
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
  std::uint64_t position = 0;
  const auto end = digits.data() + digits.size();
  return std::from_chars(digits.data(), end, position).ec == std::errc() ? position : beyond;
}

}  // namespace

precondition check_conditions(const headers& request, const validators& now) {
  if (request.contains("If-Match")) {
    if (!any_lists(request, "If-Match", now.etag, false)) return precondition::failed;
  } else if (const auto limit = date_in(request, "If-Unmodified-Since")) {
    if (now.modified > *limit) return precondition::failed;
  }
  if (request.contains("If-None-Match")) {
    if (any_lists(request, "If-None-Match", now.etag, true)) return precondition::not_modified;
  } else if (const auto known = date_in(request, "If-Modified-Since")) {
    if (now.modified <= *known) return precondition::not_modified;
  }
  return precondition::holds;
}

bool range_is_for(const headers& request, const validators& now) {
  const auto condition = request.get("If-Range");
  if (!condition) return true;
  if (condition->starts_with('"')) return *condition == now.etag;
  return parse_date(*condition) == now.modified;
}

std::optional<byte_range> parse_range(std::string_view value, std::uint64_t size) noexcept {
  constexpr std::string_view unit = "bytes=";
  if (value.size() < unit.size() || !equal_ignoring_case(value.substr(0, unit.size()), unit)) {
    return std::nullopt;
  }
  const std::string_view range = trim(value.substr(unit.size()));
  const auto dash = range.find('-');
  if (dash == range.npos) return std::nullopt;
  const auto first = parse_position(range.substr(0, dash));
  const auto last = parse_position(range.substr(dash + 1));
  if (dash == 0) {  // the last so many bytes
    if (!last) return std::nullopt;
    const std::uint64_t count = std::min(*last, size);
    return byte_range{size - count, count};
  }
  if (!first || (!last && dash + 1 != range.size())) return std::nullopt;
  if (last && *last < *first) return std::nullopt;
  if (*first >= size) return byte_range{*first, 0};
  const std::uint64_t end = std::min(last.value_or(beyond), size - 1);
  return byte_range{*first, end - *first + 1};
}

}  // namespace eddy::http::detail
