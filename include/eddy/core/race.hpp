// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <exception>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <eddy/core/detail/as_task.hpp>
#include <eddy/core/detail/concurrent.hpp>

namespace eddy {
namespace detail {

template <class... Ts>
class race_awaiter final : public fork_join {
 public:
  using winner = std::variant<stored<Ts>...>;

  explicit race_awaiter(std::conditional_t<true, frame_ptr, Ts>... roots) noexcept
      : fork_join(mode::first), branches_(std::move(roots)...) {}

  void suspend(frame& owner) noexcept {
    begin(owner, sizeof...(Ts));
    std::size_t index = 0;
    std::apply([&](auto&... b) { (start(b, index++), ...); }, branches_);
  }
  winner await_resume() {
    if (error_ != nullptr) std::rethrow_exception(error_);
    return take(std::index_sequence_for<Ts...>{});
  }

 private:
  template <std::size_t... I>
  winner take(std::index_sequence<I...>) {
    using take_one = winner (*)(race_awaiter&);
    static constexpr std::array<take_one, sizeof...(Ts)> take_branch{[](race_awaiter& self) {
      return winner(std::in_place_index<I>, std::move(std::get<I>(self.branches_).get().value()));
    }...};
    return take_branch[decided_by_](*this);
  }
  void cancel_branches(const cancel_reason& reason, bool hard) noexcept override {
    std::apply([&](auto&... b) { (b.cancel(reason, hard), ...); }, branches_);
  }
  [[nodiscard]] const char* describe() const noexcept override { return "race"; }

  std::tuple<branch<Ts>...> branches_;
};

template <class... Ts>
inline constexpr bool only_as_prvalue<race_awaiter<Ts...>> = true;

}  // namespace detail

/// Runs all of `works` at once; the first to end decides, the others are cancelled and joined.
/// Gives its value as a variant whose `index()` is its place; void becomes `std::monostate`.
///
/// Errors: rethrows what the first to end threw.
/// Cancellation: reaches all of them; all are joined before it takes effect here.
template <detail::awaitable... Works>
  requires(sizeof...(Works) > 0)
[[nodiscard("co_await it")]] auto race(Works&&... works) {
  return detail::race_awaiter<detail::await_value_t<Works>...>(
      detail::into_frame(static_cast<Works&&>(works))...);
}

}  // namespace eddy
