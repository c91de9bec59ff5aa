// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <unordered_set>
#include <utility>
#include <vector>

#include <eddy/flow/stream/detail/adapted.hpp>

namespace eddy {

/// What `enumerate` gives: `auto& [index, value] = item`.
template <class Item>
struct indexed {
  std::size_t index;
  Item value;  ///< a reference if the source lends its items
};

namespace detail {

struct enumerate_op {
  template <class Result>
  using answer = std::optional<indexed<result_item_t<Result>>>;

  template <class Result>
  verdict receive(Result& item, answer<Result>& out) {
    if (!item) return verdict::end;
    out.emplace(next++, forward_item(item));
    return verdict::give;
  }

  std::size_t next;
};

template <class T, class F>
struct scan_op {
  template <class Result>
  using answer = const T*;

  template <class Result>
  verdict receive(Result& item, const T*& out) {
    if (!item) return verdict::end;
    so_far = std::invoke(f, std::move(so_far), forward_item(item));
    out = std::addressof(so_far);
    return verdict::give;
  }

  T so_far;
  F f;
};

/// Knows the type of what it holds only once it meets its source.
template <class Value>
struct chunk_op {
  template <class Result>
  using answer = std::optional<std::vector<Value>>;

  template <class Result>
  verdict receive(Result& item, std::optional<std::vector<Value>>& out) {
    if (!item) {
      if (held.empty()) return verdict::end;
    } else {
      held.push_back(keep_item(item));
      if (held.size() < size) return verdict::skip;
    }
    out.emplace(std::exchange(held, {}));
    return verdict::give;
  }

  std::size_t size;
  std::vector<Value> held{};
};

/// The last `size` items, given after every `step`.
template <class Value>
struct window_op {
  template <class Result>
  using answer = std::optional<std::vector<Value>>;

  template <class Result>
  verdict receive(Result& item, std::optional<std::vector<Value>>& out) {
    if (!item) return verdict::end;
    if (to_skip > 0) {
      --to_skip;
      return verdict::skip;
    }
    held.push_back(keep_item(item));
    if (held.size() < size) return verdict::skip;
    if (step >= size) {
      to_skip = step - size;
      out.emplace(std::exchange(held, {}));
    } else {
      out.emplace(held.begin(), held.end());
      held.erase(held.begin(), held.begin() + static_cast<std::ptrdiff_t>(step));
    }
    return verdict::give;
  }

  std::size_t size;
  std::size_t step;
  std::vector<Value> held{};
  std::size_t to_skip = 0;
};

template <class Key, class F>
struct distinct_op {
  template <class Result>
  using answer = Result;

  template <class Result>
  verdict receive(Result& item, Result&) {
    if (!item) return verdict::end;
    return seen.insert(std::invoke(key, std::as_const(*item))).second ? verdict::pass
                                                                      : verdict::skip;
  }

  F key;
  std::unordered_set<Key> seen{};
};

}  // namespace detail

/// `| enumerate()`: each item with its number, counted from `first`.
[[nodiscard]] inline auto enumerate(std::size_t first = 0) {
  return detail::adapt(detail::enumerate_op{first});
}

/// `| scan(initial, f)`: for each item the value of `f(so_far, item)`, which becomes `so_far`. It
/// is lent.
template <class T, class F>
[[nodiscard]] auto scan(T initial, F f) {
  return detail::adapt(detail::scan_op<T, F>{std::move(initial), std::move(f)});
}

/// `| chunk(n)`: vectors of `n` items; the last may be shorter. Waits until a chunk is full:
/// `batch` also goes by time. Holds at most `n` items. Errors: throws `std::invalid_argument` for
/// 0.
[[nodiscard]] inline auto chunk(std::size_t n) {
  if (n == 0) throw std::invalid_argument("eddy: chunk(0): a chunk holds at least one item");
  return detail::pipe([n]<class Source>(Source source) {
    using op = detail::chunk_op<stream_value_t<Source>>;
    return detail::adapted<Source, op>(std::move(source), op{n});
  });
}

/// `| window(5)`: vectors of 5 items each; `| window(5, 1)`: of the last 5 items after every item.
/// In general of the last `n` items after every `step`; what is incomplete at the end is left out.
/// Holds at most `n` items. Errors: throws `std::invalid_argument` for 0.
/// Requires: items that can be copied; `chunk` also takes others.
[[nodiscard]] inline auto window(std::size_t n, std::size_t step) {
  if (n == 0 || step == 0) throw std::invalid_argument("eddy: window(n, step): neither may be 0");
  return detail::pipe([n, step]<class Source>(Source source) {
    using op = detail::window_op<stream_value_t<Source>>;
    return detail::adapted<Source, op>(std::move(source), op{n, step});
  });
}
[[nodiscard]] inline auto window(std::size_t n) { return window(n, n); }

/// `| distinct(key)`: the items whose `key(item)` was not seen before; without `key`, the item
/// itself. Holds every key it has seen.
template <class F = std::identity>
[[nodiscard]] auto distinct(F key = {}) {
  return detail::pipe([key = std::move(key)]<class Source>(Source source) mutable {
    using key_type = std::remove_cvref_t<std::invoke_result_t<F&, const stream_value_t<Source>&>>;
    using op = detail::distinct_op<key_type, F>;
    return detail::adapted<Source, op>(std::move(source), op{std::move(key)});
  });
}

}  // namespace eddy
