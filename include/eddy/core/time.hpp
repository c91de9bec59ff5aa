// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace eddy {

/// A length of time, in nanoseconds.
using duration = std::chrono::nanoseconds;

/// An instant on the loop's clock: monotonic, or virtual under test.
///
/// Only differences mean something; the epoch is the backend's own.
using time_point = std::chrono::time_point<std::chrono::steady_clock, duration>;

namespace detail {

/// `at + span`, held at the ends of the clock instead of overflowing: `sleep(hours::max())` never
/// wakes.
constexpr time_point add_saturating(time_point at, duration span) noexcept {
  if (span > duration::zero() && at > time_point::max() - span) return time_point::max();
  if (span < duration::zero() && at < time_point::min() - span) return time_point::min();
  return at + span;
}

}  // namespace detail
}  // namespace eddy
