// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <limits>
#include <ranges>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/as_task.hpp>
#include <eddy/core/detail/concurrent.hpp>
#include <eddy/core/detail/gather_range.hpp>
#include <eddy/core/outcome.hpp>

namespace eddy {

/// How a `gather` over a range goes about it.
struct gather_options {
  /// How many may run at once; the next is started when one ends.
  std::size_t limit = std::numeric_limits<std::size_t>::max();
};

namespace detail {
struct return_exceptions_t {
  explicit return_exceptions_t() = default;
};
}  // namespace detail

/// `gather(return_exceptions, ...)` gives an `outcome` for each work and throws nothing that one
/// threw.
inline constexpr detail::return_exceptions_t return_exceptions{};

namespace detail {

template <bool Settle, class... Ts>
class gather_awaiter final : public fork_join {
 public:
  explicit gather_awaiter(std::conditional_t<true, frame_ptr, Ts>... roots) noexcept
      : fork_join(Settle ? mode::settle : mode::all), branches_(std::move(roots)...) {}

  [[nodiscard]] constexpr bool await_ready() const noexcept { return sizeof...(Ts) == 0; }
  void suspend(frame& owner) noexcept {
    begin(owner, sizeof...(Ts));
    std::size_t index = 0;
    std::apply([&](auto&... b) { (start(b, index++), ...); }, branches_);
  }
  auto await_resume() {
    if constexpr (Settle) {
      return std::apply(
          [](auto&... b) { return std::tuple<outcome<Ts>...>(take_outcome(b.get())...); },
          branches_);
    } else {
      if (error_ != nullptr) std::rethrow_exception(error_);
      return std::apply(
          [](auto&... b) { return std::tuple<stored<Ts>...>(std::move(b.get().value())...); },
          branches_);
    }
  }

 private:
  void cancel_branches(const cancel_reason& reason, bool hard) noexcept override {
    std::apply([&](auto&... b) { (b.cancel(reason, hard), ...); }, branches_);
  }
  [[nodiscard]] const char* describe() const noexcept override { return "gather"; }

  std::tuple<branch<Ts>...> branches_;
};

template <bool Settle, class... Ts>
inline constexpr bool only_as_prvalue<gather_awaiter<Settle, Ts...>> = true;

template <bool Settle, class Range>
auto gather_range(Range&& range, const gather_options& options) {
  if constexpr (check_elements<Range>()) {
    if (options.limit == 0)
      throw std::invalid_argument("eddy: gather with a limit of 0 would never start anything");
    using view = std::views::all_t<Range>;
    return gather_range_awaiter<element_t<Range>, view, Settle>(
        std::views::all(static_cast<Range&&>(range)), options.limit);
  }
}

}  // namespace detail

/// Runs all of `works` at once, each as a task of its own, and gives their values as a tuple in the
/// order of the arguments; void becomes `std::monostate`.
///
/// Errors: the first failure cancels the others, joins them, and is rethrown.
/// Cancellation: reaches all of them; all are joined before it takes effect here.
template <detail::awaitable... Works>
[[nodiscard("co_await it")]] auto gather(Works&&... works) {
  return detail::gather_awaiter<false, detail::await_value_t<Works>...>(
      detail::into_frame(static_cast<Works&&>(works))...);
}

/// The same for a range that makes tasks, or one of handles; the values come as a vector in the
/// order of the range: `co_await gather(urls | std::views::transform(fetch))`.
///
/// Of handles that stay in their container it gives references, as awaiting them does.
/// Errors: as above; what the range itself throws counts as a failure.
template <detail::works_range Range>
[[nodiscard("co_await it")]] auto gather(Range&& range) {
  return detail::gather_range<false>(static_cast<Range&&>(range), {});
}

/// At most `options.limit` at a time: an element is taken from the range when there is room for it.
///
/// Errors: as above; throws `std::invalid_argument` for a limit of 0.
template <detail::works_range Range>
[[nodiscard("co_await it")]] auto gather(gather_options options, Range&& range) {
  return detail::gather_range<false>(static_cast<Range&&>(range), options);
}

/// Waits for every one of `works`, however it ends, and gives an `outcome` for each.
///
/// Errors: none that a work threw. Cancellation: of the caller is no outcome: it reaches all of
/// them and, once they have ended, unwinds the caller.
template <detail::awaitable... Works>
[[nodiscard("co_await it")]] auto gather(detail::return_exceptions_t, Works&&... works) {
  return detail::gather_awaiter<true, detail::await_value_t<Works>...>(
      detail::into_frame(static_cast<Works&&>(works))...);
}

/// The same for a range. Errors: what the range itself throws cancels and joins the works, and is
/// rethrown.
template <detail::works_range Range>
[[nodiscard("co_await it")]] auto gather(detail::return_exceptions_t, Range&& range) {
  return detail::gather_range<true>(static_cast<Range&&>(range), {});
}
template <detail::works_range Range>
[[nodiscard("co_await it")]] auto gather(detail::return_exceptions_t, gather_options options,
                                         Range&& range) {
  return detail::gather_range<true>(static_cast<Range&&>(range), options);
}

}  // namespace eddy
