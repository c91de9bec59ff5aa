// SPDX-License-Identifier: MIT
#include <eddy/codec/robots.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <system_error>
#include <utility>

#include "ascii.hpp"
#include "robots_pattern.hpp"

namespace eddy::robots {
namespace {

using eddy::detail::equal_ignoring_case;

// RFC 9309 section 2.5: a crawler may stop here, not before.
constexpr std::size_t longest = std::size_t{500} * 1024;

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// `eddy` of `eddy/1.0 (a crawler)`.
std::string_view token_of(std::string_view agent) noexcept {
  const auto in_token = [](char c) { return eddy::detail::is_alpha(c) || c == '-' || c == '_'; };
  return {agent.begin(), std::ranges::find_if_not(agent, in_token)};
}

std::string_view without_partial_last_line(std::string_view bytes) noexcept {
  if (bytes.size() <= longest) return bytes;
  // Half of a rule is another rule: `Allow: /` of `Allow: /images`.
  const auto last_end = bytes.substr(0, longest).find_last_of("\r\n");
  return last_end == std::string_view::npos ? std::string_view() : bytes.substr(0, last_end);
}

}  // namespace

/// Collects the rules for the crawler and, in case there are none, those for everyone.
class detail::parser {
 public:
  explicit parser(std::string_view product_token) : product_token_(product_token) {}

  void read_line(std::string_view line);
  rules result() &&;

 private:
  void read_agent(std::string_view agent);
  void read_rule(std::string_view pattern, bool allow);
  void read_crawl_delay(std::string_view seconds);

  std::string_view product_token_;
  rules own_;
  rules everyones_;
  std::vector<std::string> sitemaps_;
  bool named_ = false;  // some group is for the crawler
  // The group being read: whom it is for, and whether its list of crawlers is complete.
  bool for_own_ = false;
  bool for_everyone_ = false;
  bool agents_complete_ = false;
};

void detail::parser::read_line(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const auto key = trimmed(line.substr(0, colon));
  const auto value = trimmed(line.substr(colon + 1));
  const auto is = [&](std::string_view name) { return equal_ignoring_case(key, name); };
  if (is("user-agent")) {
    read_agent(value);
  } else if (is("allow") || is("disallow")) {
    read_rule(value, is("allow"));
  } else if (is("crawl-delay")) {
    read_crawl_delay(value);
  } else if (is("sitemap") && !value.empty()) {
    sitemaps_.emplace_back(value);
  }
}

void detail::parser::read_agent(std::string_view agent) {
  if (std::exchange(agents_complete_, false)) for_own_ = for_everyone_ = false;
  if (agent.starts_with('*')) {
    for_everyone_ = true;
  } else if (equal_ignoring_case(token_of(agent), product_token_)) {
    for_own_ = named_ = true;
  }
}

void detail::parser::read_rule(std::string_view pattern, bool allow) {
  agents_complete_ = true;
  if (pattern.empty()) return;
  auto normalised = normalised_pattern(pattern);
  if (for_own_) own_.rules_.push_back({normalised, allow});
  if (for_everyone_) everyones_.rules_.push_back({std::move(normalised), allow});
}

// Not in RFC 9309, whose groups it must leave as they are: it does not complete a list of crawlers.
void detail::parser::read_crawl_delay(std::string_view seconds) {
  double delay = 0;
  const auto [end, error] = std::from_chars(seconds.data(), seconds.data() + seconds.size(), delay,
                                            std::chars_format::fixed);
  const bool is_number = error == std::errc() && end == seconds.data() + seconds.size();
  if (!is_number || !std::isfinite(delay) || delay < 0) return;
  const auto raise = [&](rules& group) {
    group.crawl_delay_ = std::max(group.crawl_delay_.value_or(0), delay);
  };
  if (for_own_) raise(own_);
  if (for_everyone_) raise(everyones_);
}

rules detail::parser::result() && {
  rules& chosen = named_ ? own_ : everyones_;
  chosen.sitemaps_ = std::move(sitemaps_);
  return std::move(chosen);
}

rules parse(std::string_view bytes, std::string_view product_token) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
  bytes = without_partial_last_line(bytes);
  detail::parser parser(product_token);
  while (!bytes.empty()) {
    // A CR before a LF leaves an empty line between them, which says nothing.
    const auto end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    parser.read_line(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return std::move(parser).result();
}

bool rules::allowed(std::string_view path_and_query) const {
  const std::string path = detail::normalised_path(path_and_query);
  if (path == "/robots.txt") return true;
  const rule* decisive = nullptr;
  for (const rule& candidate : rules_) {
    if (!detail::matches(candidate.pattern, path)) continue;
    const auto size = candidate.pattern.size();
    const bool outweighs = decisive == nullptr || size > decisive->pattern.size() ||
                           (size == decisive->pattern.size() && candidate.allow);
    if (outweighs) decisive = &candidate;
  }
  return decisive == nullptr || decisive->allow;
}

}  // namespace eddy::robots
