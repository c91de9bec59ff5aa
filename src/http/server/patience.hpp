// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include <eddy/core/time.hpp>

namespace eddy::http::detail {

/// How long to go on waiting for a client that stands still or moves slowly. Waiting uses it up;
/// each byte that moves gives a little back, so that one byte now and then is not enough.
class patience {
 public:
  /// Requires: a rate, in bytes a second, that is not 0.
  patience(duration whole, std::size_t rate) noexcept
      : whole_(whole),
        left_(whole),
        for_a_byte_(duration(std::chrono::seconds(1)) / static_cast<int>(rate)) {}

  [[nodiscard]] duration left() const noexcept { return left_; }
  void waited(duration span, std::size_t moved) noexcept {
    const duration earned = for_a_byte_ * static_cast<int>(std::min(moved, most_counted));
    left_ = std::min(whole_, left_ - span + earned);
  }
  void restore() noexcept { left_ = whole_; }

 private:
  static constexpr std::size_t most_counted = std::size_t{1} << 20;  // so that nothing overflows

  duration whole_;
  duration left_;
  duration for_a_byte_;
};

}  // namespace eddy::http::detail
