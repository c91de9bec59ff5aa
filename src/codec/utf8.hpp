// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace eddy::detail {

/// U+FFFD, which stands for bytes that are not UTF-8.
inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

struct utf8_character {
  std::size_t size;
  bool valid;
};

/// The first character of a text that is not empty. Where it is not valid, `size` bytes are what
/// one U+FFFD replaces, as the Encoding standard counts them.
[[nodiscard]] utf8_character first_utf8(std::string_view text) noexcept;

}  // namespace eddy::detail
