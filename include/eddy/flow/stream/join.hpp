// SPDX-License-Identifier: MIT
#pragma once

#include <coroutine>
#include <cstddef>
#include <functional>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <eddy/flow/stream/async_iterable.hpp>
#include <eddy/flow/stream/detail/pipe.hpp>
#include <eddy/flow/stream/detail/stage.hpp>

namespace eddy {
namespace detail {

template <class Source, class F>
class flat_mapped {
  using outer = next_result_t<Source>;
  using nested = held_stream<std::invoke_result_t<F&, result_item_t<outer>&&>>;
  class pulling;

 public:
  flat_mapped(Source source, F f) : source_(std::move(source)), f_(std::move(f)) {}
  [[nodiscard]] pulling next() { return pulling(*this); }

 private:
  Source source_;
  F f_;
  std::optional<outer> item_;  // the nested stream may refer to it
  std::optional<nested> nested_;
};

template <class Source, class F>
class flat_mapped<Source, F>::pulling final : public stage<pulling> {
 public:
  explicit pulling(flat_mapped& self) noexcept : self_(self) {}

  std::coroutine_handle<> drive() {
    for (;;) {
      if (!self_.nested_) {
        const auto pull = [this] { return self_.source_.next(); };
        if (!outer_.started()) {
          if (const auto next = outer_.start(this->inner(), pull)) return next;
        }
        self_.item_.emplace(outer_.take());
        if (!*self_.item_) return nullptr;
        self_.nested_.emplace(hold(std::invoke(self_.f_, forward_item(*self_.item_))));
      }
      const auto pull = [this] { return self_.nested_->next(); };
      if (!inner_.started()) {
        if (const auto next = inner_.start(this->inner(), pull)) return next;
      }
      out_.emplace(inner_.take());
      if (*out_) return nullptr;
      out_.reset();
      self_.nested_.reset();
    }
  }
  void drop() noexcept {
    inner_.reset();
    outer_.reset();
  }
  next_result_t<nested> result() {
    if (!out_) return {};
    return std::move(*out_);
  }

 private:
  flat_mapped& self_;
  pending_await<next_awaitable_t<Source>> outer_;
  pending_await<next_awaitable_t<nested>> inner_;
  std::optional<next_result_t<nested>> out_;
};

template <class... Sources>
class zipped {
  class pulling;

 public:
  explicit zipped(Sources... sources) : sources_(std::move(sources)...) {}
  [[nodiscard]] pulling next() { return pulling(*this); }

 private:
  std::tuple<Sources...> sources_;
  // Not in the awaiter: a cancelled next() leaves the items it has to the following one.
  std::tuple<std::optional<next_result_t<Sources>>...> items_;
  bool given_ = false;
  bool over_ = false;
};

template <class... Sources>
class zipped<Sources...>::pulling final : public stage<pulling> {
 public:
  explicit pulling(zipped& self) noexcept : self_(self) {}

  std::coroutine_handle<> drive() {
    if (std::exchange(self_.given_, false))
      std::apply([](auto&... item) { (item.reset(), ...); }, self_.items_);
    return drive_all(std::index_sequence_for<Sources...>());
  }
  void drop() noexcept {
    std::apply([](auto&... each) { (each.reset(), ...); }, pulled_);
  }
  std::optional<std::tuple<stream_item_t<Sources>...>> result() {
    if (self_.over_) return std::nullopt;
    self_.given_ = true;
    return std::apply(
        [](auto&... item) {
          return std::optional<std::tuple<stream_item_t<Sources>...>>(std::in_place,
                                                                      forward_item(*item)...);
        },
        self_.items_);
  }

 private:
  template <std::size_t... I>
  std::coroutine_handle<> drive_all(std::index_sequence<I...>) {
    std::coroutine_handle<> waiting = nullptr;
    static_cast<void>((drive_one<I>(waiting) && ...));
    return waiting;
  }
  // True: the next source is to be pulled.
  template <std::size_t I>
  bool drive_one(std::coroutine_handle<>& waiting) {
    auto& pulled = std::get<I>(pulled_);
    auto& item = std::get<I>(self_.items_);
    if (item) return true;
    if (self_.over_) return false;
    if (!pulled.started()) {
      const auto pull = [this] { return std::get<I>(self_.sources_).next(); };
      waiting = pulled.start(this->inner(), pull);
      if (waiting) return false;
    }
    item.emplace(pulled.take());
    self_.over_ = !*item;
    return !self_.over_;
  }

  zipped& self_;
  std::tuple<pending_await<next_awaitable_t<Sources>>...> pulled_;
};

template <class... Sources>
class chained {
  using first = std::tuple_element_t<0, std::tuple<Sources...>>;
  static constexpr bool alike =
      (std::is_same_v<next_result_t<first>, next_result_t<Sources>> && ...);
  static_assert(
      (std::is_same_v<stream_value_t<first>, stream_value_t<Sources>> && ...),
      "chain: the streams have different types of items: bring them to one with transform");
  // Where some lend their items and some give them away, all are given.
  using item =
      std::conditional_t<alike, next_result_t<first>, std::optional<stream_value_t<first>>>;
  class pulling;

 public:
  explicit chained(Sources... sources) : sources_(std::move(sources)...) {}
  [[nodiscard]] pulling next() { return pulling(*this); }

 private:
  std::tuple<Sources...> sources_;
  std::size_t at_ = 0;
};

template <class... Sources>
class chained<Sources...>::pulling final : public stage<pulling> {
 public:
  explicit pulling(chained& self) noexcept : self_(self) {}

  std::coroutine_handle<> drive() { return drive_all(std::index_sequence_for<Sources...>()); }
  void drop() noexcept {
    std::apply([](auto&... each) { (each.reset(), ...); }, pulled_);
  }
  item result() {
    if (!out_) return {};
    return std::move(*out_);
  }

 private:
  template <std::size_t... I>
  std::coroutine_handle<> drive_all(std::index_sequence<I...>) {
    std::coroutine_handle<> waiting = nullptr;
    static_cast<void>((drive_one<I>(waiting) && ...));
    return waiting;
  }
  void set_answer(auto&& pulled) {
    if constexpr (alike) {
      out_.emplace(std::move(pulled));
    } else {
      out_.emplace(keep_item(pulled));
    }
  }
  // True: this source is at its end, go on with the next.
  template <std::size_t I>
  bool drive_one(std::coroutine_handle<>& waiting) {
    if (I < self_.at_) return true;
    auto& pulled = std::get<I>(pulled_);
    if (!pulled.started()) {
      const auto pull = [this] { return std::get<I>(self_.sources_).next(); };
      waiting = pulled.start(this->inner(), pull);
      if (waiting) return false;
    }
    if (auto taken = pulled.take()) {
      set_answer(taken);
      return false;
    }
    ++self_.at_;
    return true;
  }

  chained& self_;
  std::tuple<pending_await<next_awaitable_t<Sources>>...> pulled_;
  std::optional<item> out_;
};

}  // namespace detail

/// `| flat_map(f)`: the items of the streams that `f(item)` makes, one stream after the other.
template <class F>
[[nodiscard]] auto flat_map(F f) {
  return detail::pipe([f = std::move(f)]<class Source>(Source source) mutable {
    return detail::flat_mapped<Source, F>(std::move(source), std::move(f));
  });
}

/// Tuples of one item from each stream, until the first one ends. They are pulled in turn, one at a
/// time; items of earlier ones that find no partner are dropped.
template <async_iterable... Streams>
  requires(sizeof...(Streams) > 0)
[[nodiscard]] auto zip(Streams&&... streams) {
  return detail::zipped<detail::held_stream<Streams>...>(
      detail::hold(static_cast<Streams&&>(streams))...);
}

/// All items of the first stream, then all of the second, and so on. Items are lent if all of the
/// streams lend theirs, else given.
template <async_iterable... Streams>
  requires(sizeof...(Streams) > 0)
[[nodiscard]] auto chain(Streams&&... streams) {
  return detail::chained<detail::held_stream<Streams>...>(
      detail::hold(static_cast<Streams&&>(streams))...);
}

}  // namespace eddy
