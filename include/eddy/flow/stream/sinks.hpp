// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <eddy/core/task.hpp>
#include <eddy/flow/stream/async_iterable.hpp>
#include <eddy/flow/stream/detail/pipe.hpp>

namespace eddy {
namespace detail {

template <class Container, class Value>
void add_to(Container& all, Value&& item) {
  if constexpr (requires { all.push_back(static_cast<Value&&>(item)); }) {
    all.push_back(static_cast<Value&&>(item));
  } else {
    all.insert(static_cast<Value&&>(item));
  }
}

template <class Container, class Source>
task<Container> collect_into(Source source) {
  Container all;
  while (auto item = co_await source.next()) add_to(all, keep_item(item));
  co_return all;
}

template <class Source, class F>
task<> call_for_each(Source source, F f) {
  while (auto item = co_await source.next()) {
    if constexpr (makes_task<F&, stream_item_t<Source>&&>) {
      co_await std::invoke(f, forward_item(item));
    } else {
      std::invoke(f, forward_item(item));
    }
  }
}

template <class Source, class T, class F>
task<T> reduce_to(Source source, T so_far, F f) {
  while (auto item = co_await source.next()) {
    if constexpr (makes_task<F&, T&&, stream_item_t<Source>&&>) {
      so_far = co_await std::invoke(f, std::move(so_far), forward_item(item));
    } else {
      so_far = std::invoke(f, std::move(so_far), forward_item(item));
    }
  }
  co_return so_far;
}

template <class Source>
task<std::optional<stream_value_t<Source>>> first_of(Source source) {
  if (auto item = co_await source.next()) co_return keep_item(item);
  co_return std::nullopt;
}

template <class Source>
task<std::optional<stream_value_t<Source>>> last_of(Source source) {
  std::optional<stream_value_t<Source>> latest;
  while (auto item = co_await source.next()) latest.emplace(keep_item(item));
  co_return latest;
}

/// Whether some item meets `is` with the answer `wanted`.
template <class Source, class F>
task<bool> find_one(Source source, F is, bool wanted, bool if_found) {
  while (auto item = co_await source.next()) {
    bool answer;
    if constexpr (makes_task<F&, decltype(*item)>) {
      answer = co_await std::invoke(is, *item);
    } else {
      answer = std::invoke(is, *item);
    }
    if (answer == wanted) co_return if_found;
  }
  co_return !if_found;
}

}  // namespace detail

// Each sink gives a task: write `co_await (stream | collect())`.

/// `| to<std::vector>()` or `| to<std::set<int>>()`: all items in a container. Lent items are
/// copied.
template <class Container>
[[nodiscard]] auto to() {
  return detail::pipe([]<class Source>(Source source) {
    return detail::collect_into<Container>(std::move(source));
  });
}
template <template <class...> class Container>
[[nodiscard]] auto to() {
  return detail::pipe([]<class Source>(Source source) {
    return detail::collect_into<Container<stream_value_t<Source>>>(std::move(source));
  });
}

/// `| collect()`: all items in a `std::vector`.
[[nodiscard]] inline auto collect() { return to<std::vector>(); }

/// `| for_each(f)`: calls `f(item)` for each item and, if that gives a task, awaits it before the
/// next.
template <class F>
[[nodiscard]] auto for_each(F f) {
  return detail::pipe([f = std::move(f)]<class Source>(Source source) mutable {
    return detail::call_for_each(std::move(source), std::move(f));
  });
}

/// `| reduce(initial, f)`: `f(...f(f(initial, first), second)..., last)`; `f` may return a task.
template <class T, class F>
[[nodiscard]] auto reduce(T initial, F f) {
  return detail::pipe(
      [initial = std::move(initial), f = std::move(f)]<class Source>(Source source) mutable {
        return detail::reduce_to(std::move(source), std::move(initial), std::move(f));
      });
}

/// `| count()`: the number of items.
[[nodiscard]] inline auto count() {
  return reduce(std::size_t{0}, [](std::size_t n, const auto&) { return n + 1; });
}

/// `| first()`: the first item, if there is one; the source is not asked for more.
[[nodiscard]] inline auto first() {
  return detail::pipe(
      []<class Source>(Source source) { return detail::first_of(std::move(source)); });
}

/// `| last()`: the last item, if there is one.
[[nodiscard]] inline auto last() {
  return detail::pipe(
      []<class Source>(Source source) { return detail::last_of(std::move(source)); });
}

/// `| all_of(is)`: whether `is(item)` holds for every item; stops at the first for which it does
/// not. `is` may return a `task<bool>`.
template <class F>
[[nodiscard]] auto all_of(F is) {
  return detail::pipe([is = std::move(is)]<class Source>(Source source) mutable {
    return detail::find_one(std::move(source), std::move(is), false, false);
  });
}

/// `| any_of(is)`: whether `is(item)` holds for some item; stops at the first for which it does.
template <class F>
[[nodiscard]] auto any_of(F is) {
  return detail::pipe([is = std::move(is)]<class Source>(Source source) mutable {
    return detail::find_one(std::move(source), std::move(is), true, true);
  });
}

}  // namespace eddy
