// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <ratio>
#include <stdexcept>
#include <utility>

#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/detail/timer_queue.hpp>
#include <eddy/core/time.hpp>

namespace eddy {

namespace detail {

class sleep_awaiter final : public leaf, private timer {
 public:
  enum class until_kind : bool { span, instant };
  explicit sleep_awaiter(duration span) noexcept : span_(span), kind_(until_kind::span) {}
  explicit sleep_awaiter(time_point instant) noexcept
      : span_(instant.time_since_epoch()), kind_(until_kind::instant) {}

  void suspend(frame& owner);
  void await_resume() const noexcept {}

 private:
  void cancel(frame&, bool) noexcept override {
    home().disarm(*this);
    give_up();
  }
  void fire() noexcept override { wake(); }
  [[nodiscard]] const char* describe() const noexcept override { return "sleep"; }

  duration span_;
  until_kind kind_;
};

class yield_awaiter final : public leaf {
 public:
  void suspend(frame& owner) noexcept {
    if (park(owner)) wake();
  }
  void await_resume() const noexcept {}

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "yield"; }
};

template <class Rep, class Period>
duration checked_duration(std::chrono::duration<Rep, Period> span) {
  if constexpr (std::floating_point<Rep>) {
    const auto nanoseconds = std::chrono::duration<double, std::nano>(span).count();
    // Not std::isnan: <cmath> would be a twentieth of what a small program compiles.
    if (nanoseconds != nanoseconds) {  // NOLINT(misc-redundant-expression)
      throw std::invalid_argument("eddy: a duration is not a number");
    }
    if (nanoseconds >= 9.2e18 || nanoseconds <= -9.2e18) {
      throw std::invalid_argument("eddy: a duration is longer than 292 years");
    }
  } else if constexpr (std::ratio_greater_v<Period, duration::period>) {
    // A coarser unit holds more than nanoseconds can: hours::max() means for ever.
    const auto longest =
        std::chrono::floor<std::chrono::duration<std::int64_t, Period>>(duration::max());
    if (std::cmp_greater(span.count(), longest.count())) return duration::max();
    if (std::cmp_less(span.count(), -longest.count())) return duration::min();
  }
  return std::chrono::duration_cast<duration>(span);
}

}  // namespace detail

/// Lets other tasks run until `span` has passed; zero or less is `yield`.
///
/// Errors: throws `std::invalid_argument` for a floating-point span that is not a number or
/// overflows. Cancellation: ends the sleep at once.
template <class Rep, class Period>
[[nodiscard("co_await it")]] detail::sleep_awaiter sleep(std::chrono::duration<Rep, Period> span) {
  return detail::sleep_awaiter(detail::checked_duration(span));
}

/// Lets other tasks run until the loop's clock reads `instant`.
[[nodiscard("co_await it")]] inline detail::sleep_awaiter sleep_until(time_point instant) noexcept {
  return detail::sleep_awaiter(instant);
}

/// Lets every task that is ready now run once.
[[nodiscard("co_await it")]] inline detail::yield_awaiter yield() noexcept { return {}; }

}  // namespace eddy
