// SPDX-License-Identifier: MIT
#pragma once

// The sizes of the work, the same for every C++ program that has the rows of README.md.

#include <sys/resource.h>

#include <chrono>
#include <cstdint>

#include <benchmark/benchmark.h>

namespace rows {

inline constexpr int batch = 10'000;
inline constexpr int spawned_at_once = 1'000;
inline constexpr int fib = 27;
inline constexpr int calls_of_fib = 635'621;
inline constexpr int sleepers = 1'000'000;
inline constexpr int pending_timers = 1'000;
inline constexpr int cancelled = 100'000;
inline constexpr int nested = 5;

/// Long enough for every sleeper to be asleep at once, also where starting one is slow.
inline constexpr std::chrono::seconds sleep_time{2};

/// Spreads sleepers over a tenth of a second, in no order.
inline std::chrono::microseconds jitter(int i) {
  return std::chrono::microseconds(static_cast<std::uint32_t>(i) * 2'654'435'761U % 100'000);
}

/// Each iteration did `operations`.
inline void count(benchmark::State& state, std::int64_t operations) {
  state.SetItemsProcessed(state.iterations() * operations);
}

/// What the process grew by at its largest.
class memory {
 public:
  void count(benchmark::State& state, int shares) const {
    state.counters["bytes"] = static_cast<double>(peak() - before_) * 1024 / shares;
  }

 private:
  static long peak() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  }
  long before_ = peak();
};

}  // namespace rows
