// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <tuple>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/as_task.hpp>
#include <eddy/core/detail/concurrent.hpp>

namespace eddy {
namespace detail {

template <class... Ts>
class gather_awaiter final : public fork_join {
 public:
  explicit gather_awaiter(std::conditional_t<true, frame_ptr, Ts>... roots) noexcept
      : fork_join(mode::all), branches_(std::move(roots)...) {}

  [[nodiscard]] constexpr bool await_ready() const noexcept { return sizeof...(Ts) == 0; }
  void suspend(frame& owner) noexcept {
    begin(owner, sizeof...(Ts));
    std::size_t index = 0;
    std::apply([&](auto&... b) { (start(b, index++), ...); }, branches_);
  }
  std::tuple<stored<Ts>...> await_resume() {
    if (error_ != nullptr) std::rethrow_exception(error_);
    return std::apply(
        [](auto&... b) { return std::tuple<stored<Ts>...>(std::move(b.get().value())...); },
        branches_);
  }

 private:
  void cancel_branches(const cancel_reason& reason, bool hard) noexcept override {
    std::apply([&](auto&... b) { (b.cancel(reason, hard), ...); }, branches_);
  }
  [[nodiscard]] const char* describe() const noexcept override { return "gather"; }

  std::tuple<branch<Ts>...> branches_;
};

template <class... Ts>
inline constexpr bool only_as_prvalue<gather_awaiter<Ts...>> = true;

}  // namespace detail

/// Runs all of `works` at once, each as a task of its own, and gives their values as a tuple in the
/// order of the arguments; void becomes `std::monostate`.
///
/// Errors: the first failure cancels the others, joins them, and is rethrown.
/// Cancellation: reaches all of them; all are joined before it takes effect here.
template <detail::awaitable... Works>
[[nodiscard("co_await it")]] auto gather(Works&&... works) {
  return detail::gather_awaiter<detail::await_value_t<Works>...>(
      detail::into_frame(static_cast<Works&&>(works))...);
}

}  // namespace eddy
