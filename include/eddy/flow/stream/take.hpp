// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include <eddy/flow/stream/detail/adapted.hpp>

namespace eddy {
namespace detail {

struct take_op {
  template <class Result>
  using answer = Result;

  [[nodiscard]] bool over() const noexcept { return left == 0; }
  template <class Result>
  verdict receive(Result& item, Result&) noexcept {
    if (!item) return verdict::end;
    --left;
    return verdict::pass;
  }

  std::size_t left;
};

template <class F>
struct take_while_op {
  template <class Result>
  using answer = Result;

  [[nodiscard]] bool over() const noexcept { return failed; }
  template <class Result>
  verdict receive(Result& item, Result&) {
    if (!item) return verdict::end;
    failed = !std::invoke(holds, *item);
    return failed ? verdict::end : verdict::pass;
  }

  F holds;
  bool failed = false;
};

struct drop_op {
  template <class Result>
  using answer = Result;

  template <class Result>
  verdict receive(Result& item, Result&) noexcept {
    if (!item) return verdict::end;
    if (left == 0) return verdict::pass;
    --left;
    return verdict::skip;
  }

  std::size_t left;
};

template <class F>
struct drop_while_op {
  template <class Result>
  using answer = Result;

  template <class Result>
  verdict receive(Result& item, Result&) {
    if (!item) return verdict::end;
    if (!failed) failed = !std::invoke(holds, *item);
    return failed ? verdict::pass : verdict::skip;
  }

  F holds;
  bool failed = false;
};

}  // namespace detail

/// `| take(n)`: the first `n` items. The source is not asked for more.
[[nodiscard]] inline auto take(std::size_t n) { return detail::adapt(detail::take_op{n}); }

/// `| take_while(holds)`: the items before the first for which `holds(item)` is false; that one is
/// dropped, and the source is not asked again.
template <class F>
[[nodiscard]] auto take_while(F holds) {
  return detail::adapt(detail::take_while_op<F>{std::move(holds)});
}

/// `| drop(n)`: all but the first `n` items.
[[nodiscard]] inline auto drop(std::size_t n) { return detail::adapt(detail::drop_op{n}); }

/// `| drop_while(holds)`: the first item for which `holds(item)` is false, and all that follow it.
template <class F>
[[nodiscard]] auto drop_while(F holds) {
  return detail::adapt(detail::drop_while_op<F>{std::move(holds)});
}

}  // namespace eddy
