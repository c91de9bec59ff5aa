// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <eddy/core/detail/timer_queue.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/rate_limiter.hpp>
#include <eddy/flow/stream/detail/adapted.hpp>
#include <eddy/flow/stream/detail/produced.hpp>

namespace eddy {

/// When a batch is complete: by whichever comes first. What is 0 does not count.
struct batch_limits {
  std::size_t items = 0;
  std::size_t bytes = 0;  ///< by the size function
  duration time{};        ///< since its first item
};

namespace detail {

/// Collects items into what `Policy` holds, and gives that when the policy says it is full, when
/// its time has come, or at the end.
template <class Source, class Policy>
class timed_collector final
    : public producer<typename Policy::template collected<stream_value_t<Source>>> {
  using item = stream_value_t<Source>;

 public:
  timed_collector(Source source, Policy policy)
      : timed_collector::producer(1), source_(std::move(source)), policy_(std::move(policy)) {}
  ~timed_collector() override { stop_clock(); }

 private:
  void work() override {
    policy_.start(this->home().now());
    this->hire(&timed_collector::collect, this);
  }

  task<> collect() {
    while (auto next = co_await source_.next()) {
      if (this->dismissed()) co_return;
      // Until what was given before is taken, nothing new is begun.
      if (!credit_) credit_.emplace(co_await this->credit());
      const bool full = policy_.add(held_, keep_item(next));
      if (full) {
        flush();
      } else if (const auto due = policy_.due(this->home().now(), clock_.armed())) {
        stop_clock();
        this->home().arm(clock_, *due);
      }
    }
    flush();
    this->finish();
  }

  void flush() {
    stop_clock();
    if (!credit_) return;
    // Nothing is held when collecting the first item failed.
    if (holds_any()) this->give(policy_.take(held_), std::move(*credit_));
    credit_.reset();
  }
  [[nodiscard]] bool holds_any() const noexcept {
    if constexpr (requires { held_.empty(); }) {
      return !held_.empty();
    } else {
      return held_.has_value();
    }
  }
  void time_is_up() noexcept {
    try {
      flush();
    } catch (...) {
      this->failed(std::current_exception());
    }
  }
  void failed(std::exception_ptr error) noexcept override {
    try {
      flush();
    } catch (...) {
      error = std::current_exception();
    }
    timed_collector::producer::failed(std::move(error));
  }
  void stopped() noexcept override { stop_clock(); }
  void stop_clock() noexcept {
    if (clock_.armed() && loop::current() != nullptr) this->home().disarm(clock_);
  }

  struct alarm final : timer {
    explicit alarm(timed_collector& c) noexcept : collector(c) {}
    void fire() noexcept override { collector.time_is_up(); }
    timed_collector& collector;
  };

  Source source_;
  Policy policy_;
  typename Policy::template held<item> held_;
  std::optional<semaphore::permit> credit_;  // while anything is held
  alarm clock_{*this};
};

/// Items in a vector, until a limit is reached.
template <class F>
struct batch_policy {
  template <class Item>
  using collected = std::vector<Item>;
  template <class Item>
  using held = std::vector<Item>;

  void start(time_point) noexcept {}
  template <class Item>
  bool add(std::vector<Item>& all, Item item) {
    if (limits.bytes != 0) bytes += std::invoke(size_of, std::as_const(item));
    all.push_back(std::move(item));
    return (limits.items != 0 && all.size() >= limits.items) ||
           (limits.bytes != 0 && bytes >= limits.bytes);
  }
  [[nodiscard]] std::optional<time_point> due(time_point now, bool set) const noexcept {
    if (set || limits.time == duration::zero()) return std::nullopt;
    return add_saturating(now, limits.time);
  }
  template <class Item>
  std::vector<Item> take(std::vector<Item>& all) {
    bytes = 0;
    return std::exchange(all, {});
  }

  batch_limits limits;
  F size_of;
  std::size_t bytes = 0;
};

/// The same, by a clock that started with the stream.
struct window_policy {
  template <class Item>
  using collected = std::vector<Item>;
  template <class Item>
  using held = std::vector<Item>;

  void start(time_point now) noexcept { began = now; }
  template <class Item>
  bool add(std::vector<Item>& all, Item item) {
    all.push_back(std::move(item));
    return all.size() >= most;
  }
  [[nodiscard]] std::optional<time_point> due(time_point now, bool set) const noexcept {
    if (set) return std::nullopt;
    return add_saturating(began, ((now - began) / span + 1) * span);
  }
  template <class Item>
  std::vector<Item> take(std::vector<Item>& all) {
    return std::exchange(all, {});
  }

  duration span;
  std::size_t most;
  time_point began{};
};

/// The latest item, once none has followed it for a while.
struct debounce_policy {
  template <class Item>
  using collected = Item;
  template <class Item>
  using held = std::optional<Item>;

  void start(time_point) noexcept {}
  template <class Item>
  bool add(std::optional<Item>& latest, Item item) {
    latest.emplace(std::move(item));
    return false;
  }
  [[nodiscard]] std::optional<time_point> due(time_point now, bool) const noexcept {
    return add_saturating(now, quiet);
  }
  template <class Item>
  Item take(std::optional<Item>& latest) {
    Item item = std::move(*latest);
    latest.reset();
    return item;
  }

  duration quiet;
};

template <class Policy>
auto collect_timed(Policy policy) {
  return pipe([policy = std::move(policy)]<class Source>(Source source) mutable {
    return produce<timed_collector<Source, Policy>>(std::move(source), std::move(policy));
  });
}

inline duration positive(duration span, const char* message) {
  if (span <= duration::zero()) throw std::invalid_argument(message);
  return span;
}

struct throttle_op {
  template <class Result>
  using answer = Result;
  static constexpr bool calls_again = true;

  template <class Result>
  auto call(Result&) {
    return limiter->acquire();
  }
  template <class Result>
  verdict receive(Result&, passed, Result&) noexcept {
    return verdict::pass;
  }

  std::unique_ptr<rate_limiter> limiter;  // stays where it is when the stage is moved
};

}  // namespace detail

/// `| batch({.items = 100, .bytes = 1 << 20, .time = 1s}, size_of)`: items in vectors, each given
/// when one of the limits is reached, and the last at the end. The time counts from the first item.
///
/// Holds one batch that waits to be taken, or one that is filled, and one item. Until a batch is
/// taken the next is not begun.
/// Errors: the source's, after what came before it; `std::invalid_argument` if no limit is set that
/// bounds the number of items.
template <class F>
[[nodiscard]] auto batch(batch_limits limits, F size_of) {
  if (limits.items == 0 && limits.bytes == 0) {
    throw std::invalid_argument("eddy: batch() needs a limit on items or bytes: time is no bound");
  }
  return detail::collect_timed(detail::batch_policy<F>{limits, std::move(size_of)});
}
[[nodiscard]] inline auto batch(batch_limits limits) {
  if (limits.bytes != 0) {
    throw std::invalid_argument(
        "eddy: batch() by bytes needs a size function: batch({…}, size_of)");
  }
  return batch(limits, [](const auto&) { return std::size_t{0}; });
}

/// `| window(10s, 1000)`: what came in each span of time since the first `next()`, in vectors, each
/// at the end of its span. Spans in which nothing came are left out, and one with `most` items is
/// given early.
///
/// Holds what `batch` holds. Errors: as `batch`; `std::invalid_argument` for a span that is not
/// positive, and for 0 items.
template <class Rep, class Period>
[[nodiscard]] auto window(std::chrono::duration<Rep, Period> span, std::size_t most) {
  if (most == 0) throw std::invalid_argument("eddy: window: room for one item at least");
  return detail::collect_timed(detail::window_policy{
      detail::positive(detail::checked_duration(span), "eddy: window: the span must be positive"),
      most});
}

/// `| debounce(quiet)`: an item once none has followed it for `quiet`; those that were followed are
/// dropped. The last item comes at the end at the latest.
///
/// Holds two items. Until an item is taken the source is not pulled on, so nothing is dropped
/// unseen. Errors: the source's; `std::invalid_argument` unless `quiet` is positive.
template <class Rep, class Period>
[[nodiscard]] auto debounce(std::chrono::duration<Rep, Period> quiet) {
  return detail::collect_timed(detail::debounce_policy{
      detail::positive(detail::checked_duration(quiet), "eddy: debounce: must be positive")});
}

/// `| throttle(5, 1s)`: passes `count` items in every `per`, as a `rate_limiter` does; the others
/// wait, and with them the source. Holds one item, which a cancel leaves to the following `next()`.
///
/// Errors: throws `std::invalid_argument` unless count and per are positive.
template <class Rep, class Period>
[[nodiscard]] auto throttle(std::size_t count, std::chrono::duration<Rep, Period> per,
                            rate_limiter_options options = {}) {
  return detail::adapt(detail::throttle_op{
      std::make_unique<rate_limiter>(count, detail::checked_duration(per), options)});
}

}  // namespace eddy
