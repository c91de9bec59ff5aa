// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>

#include <eddy/flow/stream/detail/pipe.hpp>
#include <eddy/flow/stream/detail/produced.hpp>

namespace eddy {
namespace detail {

/// A task for each source pulls it as long as fewer than `ahead` of its items wait to be taken.
template <class... Sources>
class pumps final
    : public producer<std::common_type_t<stream_value_t<Sources>...>, sizeof...(Sources)> {
  static constexpr std::size_t lines = sizeof...(Sources);

 public:
  explicit pumps(std::size_t ahead, Sources... sources)
      : pumps::producer(ahead), sources_(std::move(sources)...) {}

 private:
  void work() override { hire_all(std::make_index_sequence<lines>()); }
  template <std::size_t... I>
  void hire_all(std::index_sequence<I...>) {
    (this->hire(&pumps::template pump<I>, this), ...);
  }
  template <std::size_t I>
  task<> pump() {
    auto& source = std::get<I>(sources_);
    for (;;) {
      auto credit = co_await this->credit(I);
      auto item = co_await source.next();
      if (this->dismissed()) co_return;
      if (!item) break;
      this->give(keep_item(item), std::move(credit));
    }
    if (--running_ == 0) this->finish();
  }

  std::tuple<Sources...> sources_;
  std::size_t running_ = lines;
};

template <class Source, class F>
class byte_pump final : public producer<stream_value_t<Source>> {
 public:
  byte_pump(Source source, queue_limits limits, F size_of)
      : byte_pump::producer(limits.items == 0 ? unbounded : limits.items, limits.bytes),
        source_(std::move(source)),
        size_of_(std::move(size_of)) {}

 private:
  static constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();

  void work() override { this->hire(&byte_pump::pump, this); }
  task<> pump() {
    for (;;) {
      auto credit = co_await this->credit();
      auto item = co_await source_.next();
      if (this->dismissed()) co_return;
      if (!item) break;
      const std::size_t bytes = std::invoke(size_of_, std::as_const(*item));
      co_await this->output().put({keep_item(item), std::move(credit), bytes});
    }
    this->finish();
  }

  Source source_;
  F size_of_;
};

}  // namespace detail

/// `| buffered(n)`: pulls up to `n` items ahead of the consumer, in a task of its own, so that the
/// two work at the same time. Holds at most `n` items.
///
/// Errors: the source's, after the items that came before it; `std::invalid_argument` for 0.
[[nodiscard]] inline auto buffered(std::size_t n) {
  if (n == 0) throw std::invalid_argument("eddy: buffered(0): room for one item at least");
  return detail::pipe([n]<class Source>(Source source) {
    return detail::produce<detail::pumps<Source>>(n, std::move(source));
  });
}

/// `| buffered({.bytes = 1 << 20}, size_of)`: the same, bounded by what `size_of(item)` says the
/// items take, by their number, or by both. Holds one more item, which waits for room; an item
/// larger than the bound is let in when there is no other.
///
/// Errors: `std::invalid_argument` without any bound.
template <class F>
[[nodiscard]] auto buffered(queue_limits limits, F size_of) {
  if (limits.items == 0 && limits.bytes == 0) {
    throw std::invalid_argument("eddy: buffered() needs a bound: items, bytes or both");
  }
  return detail::pipe([limits, size_of = std::move(size_of)]<class Source>(Source source) mutable {
    return detail::produce<detail::byte_pump<Source, F>>(std::move(source), limits,
                                                         std::move(size_of));
  });
}

/// The items of all streams as they come, until the last of the streams ends. Each is pulled by a
/// task of its own, one item ahead, so none waits for another. Holds one item for each stream.
///
/// Errors: the first stream to fail stops the others; what had come before it is given first.
template <async_iterable... Streams>
  requires(sizeof...(Streams) > 0)
[[nodiscard]] auto merge(Streams&&... streams) {
  return detail::produce<detail::pumps<detail::held_stream<Streams>...>>(
      1, detail::hold(static_cast<Streams&&>(streams))...);
}

}  // namespace eddy
