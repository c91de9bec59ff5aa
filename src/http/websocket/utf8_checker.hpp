// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace eddy::http::websocket::detail {

/// Tells UTF-8 from other bytes, in a text that comes in pieces.
class utf8_checker {
 public:
  /// False at the first byte that cannot continue what came before.
  [[nodiscard]] bool feed(std::string_view piece) noexcept;

  /// Whether the text may end here.
  [[nodiscard]] bool complete() const noexcept { return left_ == 0; }

  void reset() noexcept { left_ = 0; }

 private:
  [[nodiscard]] bool begin(unsigned char lead) noexcept;

  // Of the character that has begun: how many bytes are to come, and what the next may be.
  unsigned left_ = 0;
  unsigned char least_ = 0;
  unsigned char most_ = 0;
};

}  // namespace eddy::http::websocket::detail
