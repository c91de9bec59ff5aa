// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

#include <eddy/http/decoder.hpp>

namespace eddy::http::testing {

/// Text that compresses to about half, of any length.
inline std::string text_of(std::size_t size) {
  std::mt19937 random(7);
  std::string text;
  while (text.size() < size) text += "abcdefghijklmnop"[random() % 16];
  return text;
}

/// What comes out of `input`, put in by pieces of `step` bytes.
inline std::string decode_all(decoder& decoder, std::string_view input, std::size_t step) {
  std::string out;
  while (!input.empty()) {
    std::string_view piece = input.substr(0, step);
    input.remove_prefix(piece.size());
    for (auto d = decoder.decode(piece); !d.empty(); d = decoder.decode(piece)) out += d;
    EXPECT_TRUE(piece.empty());
  }
  decoder.finish();
  return out;
}

}  // namespace eddy::http::testing
