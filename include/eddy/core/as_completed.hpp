// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <ranges>
#include <source_location>
#include <type_traits>
#include <utility>
#include <variant>

#include <eddy/core/create_task.hpp>
#include <eddy/core/detail/completion_set.hpp>
#include <eddy/core/detail/elements.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/task_handle.hpp>

namespace eddy {

/// Tasks by the order in which they end; what `as_completed` makes.
///
/// `while (auto x = co_await all.next()) use(*x);`, and an `async_iterable`, for `EDDY_FOR` and the
/// pipes. Item: what awaiting one of the tasks gives.
/// Lifetime: may be moved while no `next` is under way. Going, it cancels those of its tasks that
/// still run, and does not wait: they are joined when `run` ends, if they have not ended before.
/// Until then they may use what they refer to. `co_await with(as_completed(...), body)` waits.
template <class T, class Item>
class [[nodiscard("take its items with next()")]] completions {
 public:
  /// `T*` for an item that is lent: it lives in its task, for as long as a handle does.
  using answer = std::conditional_t<std::is_reference_v<Item>, std::remove_reference_t<Item>*,
                                    std::optional<detail::stored<Item>>>;

  completions(completions&& other) noexcept = default;
  completions& operator=(completions&& other) noexcept {
    std::swap(set_, other.set_);
    std::swap(where_, other.where_);
    return *this;
  }
  ~completions() {
    if (set_ != nullptr) set_->cancel_ours(where_);
  }

  /// The value of the task that ended first of those not given yet; empty after the last.
  ///
  /// Errors: rethrows what that task threw, or `task_cancelled`; the others go on, and so does the
  /// next `next`. Throws `std::logic_error` for two `next` at once.
  /// Cancellation: ends the wait only; no item is lost.
  [[nodiscard("co_await it")]] auto next() noexcept { return next_awaiter(*set_); }

  /// Cancels those of its tasks that still run and waits for their ends: what `with` calls.
  /// Errors: what a task that nobody asked for threw is reported.
  [[nodiscard]] task<> close(exit_status = exit_status::ok) {
    set_->cancel_ours(where_);
    set_->forget_others();
    while (!set_->over()) {
      co_await detail::completion_leaf(*set_);
      set_->take().release();
    }
  }

 private:
  template <detail::works_range Range>
  friend auto as_completed(Range&& range, std::source_location where);

  class next_awaiter final : public detail::completion_leaf {
   public:
    using completion_leaf::completion_leaf;
    answer await_resume() {
      if (this->set_.over()) return answer{};
      auto& block = static_cast<detail::spawned_result<T>&>(this->set_.take());
      const task_handle<T> ended(block);
      block.release();
      block.throw_unless_value();
      auto& value = block.get().value();
      if constexpr (std::is_reference_v<Item>) {
        return std::addressof(static_cast<Item>(value));
      } else {
        return answer(std::move(value));
      }
    }
  };

  explicit completions(std::source_location where)
      : set_(std::make_unique<detail::completion_set>()), where_(where) {}

  std::unique_ptr<detail::completion_set> set_;
  std::source_location where_;
};

/// Runs the tasks that `range` makes, all at once, or waits for those whose handles it holds, and
/// gives each once, in the order in which they end:
/// `auto pages = as_completed(urls | std::views::transform(fetch));`
///
/// Tasks are made and started here; handles stay their owner's, and what still runs when the result
/// goes is cancelled only if it was started here.
/// Errors: throws `std::logic_error` outside `eddy::run`, and for the handle of the task that
/// calls. Cancellation: tasks started here are no part of the caller: see `completions`.
template <detail::works_range Range>
[[nodiscard]] auto as_completed(Range&& range,
                                std::source_location where = std::source_location::current()) {
  using element = detail::element_t<Range>;
  if constexpr (!detail::check_elements<Range>()) {
    return;
  } else if constexpr (detail::any_task<element>) {
    using value = detail::task_value_t<element>;
    using view = std::views::all_t<Range>;
    loop& home = detail::require_loop("as_completed");
    completions<value, value> all(where);
    // The function that makes the tasks lives in the view, and they may refer to it.
    const auto source = std::make_shared<view>(std::views::all(static_cast<Range&&>(range)));
    for (auto at = std::ranges::begin(*source); at != std::ranges::end(*source); ++at) {
      const task_handle<value> started(
          *new detail::spawned_work<value, view>(home, detail::element_frame<element>(at), source));
      all.set_->add(started.block(), true);
    }
    return all;
  } else {
    static_assert(detail::any_handle<element>, "as_completed takes tasks and handles");
    using value = detail::handle_value_t<element>;
    (void)detail::require_loop("as_completed");
    completions<value, detail::await_value_t<element>> all(where);
    for (auto&& handle : range) all.set_->add(handle.block(), false);
    return all;
  }
}

}  // namespace eddy
