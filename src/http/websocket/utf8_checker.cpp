// SPDX-License-Identifier: MIT
#include <http/websocket/utf8_checker.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace eddy::http::websocket::detail {
namespace {

// Most texts are ASCII for the most part.
std::size_t count_ascii_words(std::string_view text) noexcept {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::size_t count = 0;
  for (; count + sizeof high_bits <= text.size(); count += sizeof high_bits) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + count, sizeof word);
    if (word & high_bits) break;
  }
  return count;
}

}  // namespace

bool utf8_checker::begin(unsigned char lead) noexcept {
  least_ = 0x80;
  most_ = 0xbf;
  if (lead < 0x80) return true;
  if (lead < 0xc2 || lead > 0xf4) return false;
  left_ = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  // Neither longer than need be, nor half of a surrogate pair, nor beyond U+10FFFF.
  if (lead == 0xe0) least_ = 0xa0;
  if (lead == 0xed) most_ = 0x9f;
  if (lead == 0xf0) least_ = 0x90;
  if (lead == 0xf4) most_ = 0x8f;
  return true;
}

bool utf8_checker::feed(std::string_view piece) noexcept {
  while (!piece.empty()) {
    if (left_ == 0) {
      piece.remove_prefix(count_ascii_words(piece));
      if (piece.empty()) return true;
    }
    const auto byte = static_cast<unsigned char>(piece.front());
    piece.remove_prefix(1);
    if (left_ == 0) {
      if (!begin(byte)) return false;
    } else {
      if (byte < least_ || byte > most_) return false;
      --left_;
      least_ = 0x80;
      most_ = 0xbf;
    }
  }
  return true;
}

}  // namespace eddy::http::websocket::detail
