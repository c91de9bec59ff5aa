// SPDX-License-Identifier: MIT
#include "percent_encoding.hpp"

namespace eddy::detail {

void append_percent_encoded(std::string& out, std::string_view text,
                            const percent_encode_set& set) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (set.contains(c)) {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 0xf];
    } else {
      out += c;
    }
  }
}

}  // namespace eddy::detail
