// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/as_task.hpp>

namespace eddy {

namespace detail {

/// What `next()` gives: false at the end, else `*result` is the item. `Result{}` is the end.
template <class Result>
concept optional_like =
    std::default_initializable<Result> && std::move_constructible<Result> && requires(Result& r) {
      static_cast<bool>(r);
      *r;
    };

template <class Stream>
using next_awaitable_t = decltype(std::declval<std::remove_reference_t<Stream>&>().next());

}  // namespace detail

/// A source of items over time: `co_await s.next()` gives something like an optional, empty at the
/// end.
///
/// Generators, channels and every adaptor are ones; a class of your own needs nothing but `next()`.
/// Only one `next()` at a time. A stream may be moved until its first `next()`.
template <class Stream>
concept async_iterable = requires {
  typename detail::next_awaitable_t<Stream>;
  requires detail::awaitable<detail::next_awaitable_t<Stream>>;
  requires detail::optional_like<detail::await_value_t<detail::next_awaitable_t<Stream>>>;
};

namespace detail {

template <class Stream>
using next_result_t = await_value_t<next_awaitable_t<Stream>>;

/// `T&` where the stream lends its items until the following `next()`, `T` where it gives them
/// away.
template <class Result>
using result_item_t =
    std::conditional_t<std::is_lvalue_reference_v<decltype(*std::declval<Result>())>,
                       decltype(*std::declval<Result>()),
                       std::remove_cvref_t<decltype(*std::declval<Result>())>>;

/// How an adaptor answers `next()`: `T*` for the items it lends, `std::optional<T>` for those it
/// gives.
template <class Item>
struct answer_of {
  using type = std::optional<Item>;
};
template <class T>
struct answer_of<T&> {
  using type = T*;
};
template <class Item>
using answer = typename answer_of<Item>::type;

/// The item as it is passed on: an lvalue if it is lent, an rvalue if it is given.
template <class Result>
result_item_t<Result>&& forward_item(Result& result) {
  return static_cast<result_item_t<Result>&&>(*result);
}

}  // namespace detail

/// What a stream's `*next()` is: `T&` for items that it lends until the following `next()`, as an
/// `async_generator<T>` does, `T` for items that it gives away.
template <async_iterable Stream>
using stream_item_t = detail::result_item_t<detail::next_result_t<Stream>>;

/// An item that can be kept: collectors copy what is lent, and move what is given or cannot be
/// copied.
template <async_iterable Stream>
using stream_value_t = std::remove_cvref_t<stream_item_t<Stream>>;

namespace detail {

/// A copy of an item that was lent, or the item that was given. What cannot be copied is moved.
template <class Result>
std::remove_cvref_t<result_item_t<Result>> keep_item(Result& result) {
  using value = std::remove_cvref_t<result_item_t<Result>>;
  if constexpr (std::is_copy_constructible_v<value>) {
    return forward_item(result);
  } else {
    return std::move(*result);
  }
}

}  // namespace detail
}  // namespace eddy

/// `EDDY_FOR (auto& x, stream) { ... }`: the body runs once for each item; `break`, `continue` and
/// `co_await` mean what they mean in any loop.
///
/// `x` refers to the item until the next round. Errors: what the stream throws ends the loop.
/// Lifetime: a stream that has a name is used in place, and goes on where the loop left it; any
/// other is destroyed after the loop.
// A macro because the language has no loop over a stream.
#define EDDY_FOR(declaration, ...)                                                        \
  for (auto&& eddy_stream = (__VA_ARGS__); auto eddy_item = co_await eddy_stream.next();) \
    if (declaration = *eddy_item; false) {                                                \
    } else
