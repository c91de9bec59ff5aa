// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <random>

#include <eddy/core/time.hpp>

namespace eddy::testing::sim {

/// What the seed decides. Without the distributions of the standard library, whose numbers depend
/// on who wrote it.
class chance {
 public:
  explicit chance(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] bool happens(double probability) {
    return probability > 0 && static_cast<double>(random_() >> 11) * 0x1p-53 < probability;
  }
  /// From 0 to `limit` - 1.
  [[nodiscard]] std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  [[nodiscard]] duration up_to(duration most) {
    if (most <= duration::zero()) return duration::zero();
    return duration(static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most.count()) + 1)));
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace eddy::testing::sim
