// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>

#include <eddy/codec/html.hpp>

#include "splits.hpp"

using namespace eddy;

namespace {

constexpr html::limits limits{.max_bytes = 20'000, .max_depth = 40, .max_nodes = 3'000};

void check_text(const std::string& text) {
  fuzz::require(text.find("  ") == std::string::npos, "white space is collapsed");
  fuzz::require(!text.starts_with(' ') && !text.ends_with(' '), "and trimmed");
}

void check_selector(const html::document& page, std::string_view css) {
  const auto parsed = html::selector::parse(css);
  if (!parsed) {
    fuzz::require(parsed.error().position() <= css.size(), "an error is within the selector");
    return;
  }
  const auto found = page.select(*parsed);
  for (const auto& element : found) {
    check_text(element.text());
    for (const auto& inside : element.select(*parsed)) check_text(inside.text());
  }
  const std::string negated = ":not(" + std::string(css) + ")";
  if (const auto others = html::selector::parse(negated)) {
    const auto all = page.select(*html::selector::parse("*"));
    fuzz::require(found.size() + page.select(*others).size() == all.size(),
                  "an element matches a selector or its negation");
  }
}

}  // namespace

// The first line is a selector, the rest a page.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  const auto css = text.substr(0, text.find('\n'));
  const auto bytes = text.substr(std::min(css.size() + 1, text.size()));
  const auto page = html::document::parse(bytes, limits);
  if (!page) return 0;
  const auto root = page->select(*html::selector::parse(":root"));
  fuzz::require(root.size() == 1 && root.front().name() == "html", "html is around everything");
  check_text(page->title());
  check_selector(*page, css);
  return 0;
}
