// SPDX-License-Identifier: MIT
#include <string>

#include <eddy/codec/robots.hpp>

#include "codec/robots_pattern.hpp"
#include "splits.hpp"

using namespace eddy;

namespace {

// What a pattern means, without a thought for speed.
bool matches_slowly(std::string_view pattern, std::string_view path) {
  if (pattern.empty()) return true;
  if (pattern == "$") return path.empty();
  if (pattern.front() == '*') {
    for (std::size_t i = 0; i <= path.size(); ++i) {
      if (matches_slowly(pattern.substr(1), path.substr(i))) return true;
    }
    return false;
  }
  return path.starts_with(pattern.front()) && matches_slowly(pattern.substr(1), path.substr(1));
}

void check_pattern(std::string_view pattern_text, std::string_view path_text) {
  const auto pattern = robots::detail::normalised_pattern(pattern_text);
  const auto path = robots::detail::normalised_path(path_text);
  fuzz::require(robots::detail::normalised_path(path) == path, "normalising once is enough");
  fuzz::require(robots::detail::normalised_pattern(pattern) == pattern,
                "normalising a pattern once is enough");
  fuzz::require(robots::detail::matches(pattern, path) == matches_slowly(pattern, path),
                "a pattern means what it says");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  const auto first_line = text.substr(0, text.find('\n'));
  const auto rest = text.substr(std::min(first_line.size() + 1, text.size()));

  const auto rules = robots::parse(rest, "eddy");
  fuzz::require(rules.allowed("/robots.txt"), "robots.txt itself is allowed");
  fuzz::require(rules.crawl_delay().value_or(0) >= 0, "a delay is not negative");
  fuzz::require(
      rules.allowed(first_line) == rules.allowed(robots::detail::normalised_path(first_line)),
      "how a path is encoded does not matter");
  // Short, because the slow way is exponential.
  check_pattern(rest.substr(0, 20), first_line.substr(0, 30));
  return 0;
}
