// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <eddy/core/task.hpp>
#include <eddy/flow/stream/detail/adapted.hpp>

namespace eddy {
namespace detail {

/// What `f(item)` gives as the item of a stream: an lvalue is lent, anything else is given.
template <class Returned>
using as_item = std::conditional_t<std::is_lvalue_reference_v<Returned>, Returned,
                                   std::remove_cvref_t<Returned>>;

template <class Out, class Returned>
void put(Out& out, Returned&& value) {
  if constexpr (std::is_pointer_v<Out>) {
    out = std::addressof(value);
  } else {
    out.emplace(static_cast<Returned&&>(value));
  }
}

template <class F>
struct filter_op {
  template <class Result>
  using answer = Result;

  template <class Result>
  verdict receive(Result& item, Result&) {
    if (!item) return verdict::end;
    return std::invoke(keep, *item) ? verdict::pass : verdict::skip;
  }
  template <class Result>
    requires makes_task<F&, decltype(*std::declval<Result&>())>
  auto call(Result& item) {
    return std::invoke(keep, *item);
  }
  template <class Result>
  verdict receive(Result&, bool kept, Result&) noexcept {
    return kept ? verdict::pass : verdict::skip;
  }

  F keep;
};

template <class F>
struct transform_op {
  template <class Result>
  using returned = std::invoke_result_t<F&, result_item_t<Result>&&>;

  template <class Result>
  static auto answer_type() {
    if constexpr (makes_task<F&, result_item_t<Result>&&>) {
      return std::type_identity<detail::answer<as_item<task_value_t<returned<Result>>>>>();
    } else {
      return std::type_identity<detail::answer<as_item<returned<Result>>>>();
    }
  }
  template <class Result>
  using answer = typename decltype(answer_type<Result>())::type;

  template <class Result, class Out>
  verdict receive(Result& item, Out& out) {
    if (!item) return verdict::end;
    put(out, std::invoke(f, forward_item(item)));
    return verdict::give;
  }
  template <class Result>
    requires makes_task<F&, result_item_t<Result>&&>
  auto call(Result& item) {
    return std::invoke(f, forward_item(item));
  }
  template <class Result, class Value, class Out>
  verdict receive(Result&, Value&& value, Out& out) {
    put(out, static_cast<Value&&>(value));
    return verdict::give;
  }

  F f;
};

template <class F>
struct inspect_op {
  template <class Result>
  using answer = Result;

  template <class Result>
  verdict receive(Result& item, Result&) {
    if (!item) return verdict::end;
    std::invoke(look, std::as_const(*item));
    return verdict::pass;
  }

  F look;
};

}  // namespace detail

/// `| filter(keep)`: the items for which `keep(item)` holds, as the source gives or lends them.
///
/// `keep` may return a `task<bool>`, which is awaited before the next item is pulled.
template <class F>
[[nodiscard]] auto filter(F keep) {
  return detail::adapt(detail::filter_op<F>{std::move(keep)});
}

/// `| transform(f)`: `f(item)` for each item. An lvalue that `f` returns is lent, a value given.
///
/// `f` may return a task, which is awaited before the next item is pulled; `map_async` runs
/// several. An item that the source gives away reaches `f` as an rvalue.
template <class F>
[[nodiscard]] auto transform(F f) {
  return detail::adapt(detail::transform_op<F>{std::move(f)});
}

/// `| inspect(look)`: calls `look(item)` on the way, and passes every item on.
template <class F>
[[nodiscard]] auto inspect(F look) {
  return detail::adapt(detail::inspect_op<F>{std::move(look)});
}

}  // namespace eddy
