// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace eddy::detail {

/// A text that is to be a URL, without blanks around it and without the tabs and line breaks in it.
///
/// Lifetime: keeps a view of the text.
class url_input {
 public:
  explicit url_input(std::string_view original);
  url_input(const url_input&) = delete;
  url_input& operator=(const url_input&) = delete;

  std::string_view text() const noexcept { return text_; }

  /// Where in the original the byte at this offset of `text()` is.
  std::size_t original_offset(std::size_t offset) const noexcept;

 private:
  std::string_view original_;
  std::size_t begin_;    // of what is left after trimming
  std::string cleaned_;  // stays empty where there was nothing to remove
  std::string_view text_;
};

}  // namespace eddy::detail
