// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/stream/async_iterable.hpp>
#include <eddy/flow/stream/detail/stage.hpp>

namespace eddy {
namespace detail {

/// `next()` of a stream that never has to wait: now and then it lets other tasks run, and a cancel
/// in. The item is made afterwards, so that a cancel loses none.
template <class Stream>
class [[nodiscard]] ready_next final : public leaf {
 public:
  explicit ready_next(Stream& stream) noexcept : stream_(stream) {}
  bool suspend(frame& owner) noexcept {
    if (!owner.home->charge()) return false;
    if (park(owner)) wake();
    return true;
  }
  decltype(auto) await_resume() { return stream_.produce(); }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "yield"; }
  Stream& stream_;
};

template <class T>
class iota_stream {
 public:
  iota_stream(T first, std::optional<T> last) : next_(std::move(first)), last_(std::move(last)) {}
  ready_next<iota_stream> next() noexcept { return ready_next(*this); }
  std::optional<T> produce() {
    if (last_ && !(next_ < *last_)) return std::nullopt;
    return next_++;
  }

 private:
  T next_;
  std::optional<T> last_;
};

/// `Range` is a container, owned, or a reference to one.
template <class Range>
class range_stream {
  using iterator = decltype(std::begin(std::declval<std::remove_reference_t<Range>&>()));
  using item = std::conditional_t<std::is_lvalue_reference_v<std::iter_reference_t<iterator>>,
                                  std::iter_reference_t<iterator>, std::iter_value_t<iterator>>;

 public:
  explicit range_stream(Range&& range) : range_(static_cast<Range&&>(range)) {}
  ready_next<range_stream> next() noexcept { return ready_next(*this); }
  answer<item> produce() {
    // Not before the first item: until then we may be moved.
    if (!at_) {
      at_.emplace(std::begin(range_));
    } else if (*at_ != std::end(range_)) {
      ++*at_;
    }
    if (*at_ == std::end(range_)) return {};
    if constexpr (std::is_lvalue_reference_v<item>) {
      return std::addressof(**at_);
    } else {
      return **at_;
    }
  }

 private:
  Range range_;
  std::optional<iterator> at_;
};

template <class T>
class repeat_stream {
 public:
  repeat_stream(T value, std::size_t times, bool for_ever)
      : value_(std::move(value)), left_(times), for_ever_(for_ever) {}
  ready_next<repeat_stream> next() noexcept { return ready_next(*this); }
  const T* produce() noexcept {
    if (for_ever_) return std::addressof(value_);
    if (left_ == 0) return nullptr;
    --left_;
    return std::addressof(value_);
  }

 private:
  T value_;
  std::size_t left_;
  bool for_ever_;
};

template <class T>
class empty_stream {
 public:
  ready_next<empty_stream> next() noexcept { return ready_next(*this); }
  T* produce() noexcept { return nullptr; }
};

class interval_stream {
  class ticking;

 public:
  explicit interval_stream(duration period) noexcept : period_(period) {}
  [[nodiscard]] ticking next() noexcept;

 private:
  duration period_;
  std::optional<time_point> start_;
};

class interval_stream::ticking final : public stage<ticking> {
 public:
  explicit ticking(interval_stream& self) noexcept : self_(self) {}
  std::coroutine_handle<> drive() {
    if (!sleeping_.started()) {
      const time_point now = inner().home->now();
      if (!self_.start_) self_.start_ = now;
      tick_ = (now - *self_.start_) / self_.period_ + 1;
      const auto wait = [this] { return sleep_until(*self_.start_ + tick_ * self_.period_); };
      if (const auto next = sleeping_.start(inner(), wait)) return next;
    }
    sleeping_.take();
    return nullptr;
  }
  void drop() noexcept { sleeping_.reset(); }
  std::optional<std::size_t> result() noexcept { return static_cast<std::size_t>(tick_); }

 private:
  interval_stream& self_;
  pending_await<sleep_awaiter> sleeping_;
  duration::rep tick_ = 0;
};

inline interval_stream::ticking interval_stream::next() noexcept { return ticking(*this); }

}  // namespace detail

/// The elements of a container, which are lent. One that has a name is referred to, and must stay
/// as it is meanwhile; any other is owned.
template <class Range>
[[nodiscard]] auto from(Range&& range) {
  return detail::range_stream<Range>(static_cast<Range&&>(range));
}
template <class T>
[[nodiscard]] auto from(std::initializer_list<T> items) {
  return detail::range_stream<std::vector<T>>(std::vector<T>(items));
}

/// `first`, `first + 1` and so on, for ever.
template <std::weakly_incrementable T>
[[nodiscard]] auto iota(T first) {
  return detail::iota_stream<T>(std::move(first), std::nullopt);
}
/// From `first` up to, and without, `last`.
template <std::weakly_incrementable T>
[[nodiscard]] auto iota(T first, std::type_identity_t<T> last) {
  return detail::iota_stream<T>(std::move(first), std::move(last));
}

/// No items.
template <class T>
[[nodiscard]] auto empty() noexcept {
  return detail::empty_stream<T>();
}

/// The same value for ever, or `times` times. It is lent.
template <class T>
[[nodiscard]] auto repeat(T value) {
  return detail::repeat_stream<T>(std::move(value), 0, true);
}
template <class T>
[[nodiscard]] auto repeat(T value, std::size_t times) {
  return detail::repeat_stream<T>(std::move(value), times, false);
}

/// The number of periods that have passed, at the end of each: 1, 2, 3 and so on, without drift.
/// The first period begins with the first `next()`. A consumer that comes late misses the numbers
/// between.
///
/// Errors: throws `std::invalid_argument` unless `period` is more than zero.
template <class Rep, class Period>
[[nodiscard]] auto interval(std::chrono::duration<Rep, Period> period) {
  const duration checked = detail::checked_duration(period);
  if (checked <= duration::zero()) {
    throw std::invalid_argument("eddy: interval: the period must be more than zero");
  }
  return detail::interval_stream(checked);
}

}  // namespace eddy
