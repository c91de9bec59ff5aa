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
  /// `rate` in bytes a second; 0: a byte is enough.
  patience(duration whole, std::size_t rate) noexcept
      : whole_(whole), left_(whole), for_a_byte_(rate == 0 ? whole : second / rate_of(rate)) {}

  [[nodiscard]] duration left() const noexcept { return left_; }
  void waited(duration span, std::size_t moved) noexcept {
    left_ = std::max(left_ - span, duration::zero());
    const duration used = whole_ - left_;
    const auto bytes = static_cast<duration::rep>(moved);
    const bool makes_up = for_a_byte_ > duration::zero() && bytes < used / for_a_byte_;
    left_ = makes_up ? left_ + bytes * for_a_byte_ : whole_;
  }
  void restore() noexcept { left_ = whole_; }

 private:
  static constexpr duration second = std::chrono::seconds(1);
  static duration::rep rate_of(std::size_t rate) noexcept {
    return static_cast<duration::rep>(rate);
  }

  duration whole_;
  duration left_;
  duration for_a_byte_;
};

}  // namespace eddy::http::detail
