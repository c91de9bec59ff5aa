// SPDX-License-Identifier: MIT
#include "percent_encoding.hpp"

#include "ascii.hpp"

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

std::string percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high >= 0 && low >= 0) {
        decoded += static_cast<char>((high << 4) | low);
        i += 2;
        continue;
      }
    }
    decoded += text[i];
  }
  return decoded;
}

}  // namespace eddy::detail
