// SPDX-License-Identifier: MIT
#include <http/message/base64.hpp>

#include <cstddef>
#include <cstdint>

namespace eddy::http::detail {

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (; !bytes.empty(); bytes.remove_prefix(bytes.size() < 3 ? bytes.size() : 3)) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8U | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      const bool padding = i > bytes.size();
      text += padding ? '=' : digits[group >> (18 - 6 * i) & 63U];
    }
  }
  return text;
}

}  // namespace eddy::http::detail
