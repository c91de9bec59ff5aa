// SPDX-License-Identifier: MIT
#include "url_input.hpp"

#include <algorithm>
#include <iterator>

namespace eddy::detail {

namespace {

constexpr bool is_blank(char c) noexcept { return static_cast<unsigned char>(c) <= 0x20; }

constexpr bool is_ignored(char c) noexcept { return c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

url_input::url_input(std::string_view original) : original_(original) {
  const auto* first = std::ranges::find_if_not(original, is_blank);
  begin_ = static_cast<std::size_t>(first - original.begin());
  text_ = original.substr(begin_);
  while (!text_.empty() && is_blank(text_.back())) text_.remove_suffix(1);
  if (std::ranges::any_of(text_, is_ignored)) {
    std::ranges::remove_copy_if(text_, std::back_inserter(cleaned_), is_ignored);
    text_ = cleaned_;
  }
}

std::size_t url_input::original_offset(std::size_t offset) const noexcept {
  std::size_t i = begin_;
  for (; i < original_.size(); ++i) {
    if (is_ignored(original_[i])) continue;
    if (offset-- == 0) break;
  }
  return i;
}

}  // namespace eddy::detail
