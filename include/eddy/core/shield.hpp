// SPDX-License-Identifier: MIT
#pragma once

#include <eddy/core/detail/as_task.hpp>

namespace eddy {
namespace detail {

template <class T>
class shield_awaiter final : public result_node<T> {
 public:
  explicit shield_awaiter(frame_ptr work) noexcept : work_(*work.release()) {}

  std::coroutine_handle<> suspend(frame& owner) noexcept {
    owner_ = &owner;
    owner.child = this;
    frame& work = *work_.get();
    work.adopt(owner, *this);
    // All or nothing: only a hard cancel comes through.
    if (!(work.bits & cancel_hard)) work.bits = 0;
    return work.handle();
  }
  T await_resume() { return this->outcome_.take(); }

 private:
  void cancel(frame&, bool hard) noexcept override {
    if (hard) work_.cancel(true);
  }
  frame* done() noexcept override {
    owner_->child = nullptr;
    return owner_;
  }
  frame* unwound() noexcept override {
    owner_->child = nullptr;
    return owner_;
  }
  child_frame* running() noexcept override { return &work_; }
  [[nodiscard]] const char* describe() const noexcept override { return "shield"; }

  child_frame work_;
  frame* owner_ = nullptr;
};

template <class T>
inline constexpr bool only_as_prvalue<shield_awaiter<T>> = true;

}  // namespace detail

/// Awaits `work` out of reach of cancels. One that comes meanwhile takes effect at the caller's
/// next suspension after it.
///
/// Cancellation: held back, except the hard cancel that ends the program's grace time.
template <detail::awaitable Awaitable>
[[nodiscard("co_await it")]] auto shield(Awaitable&& work) {
  return detail::shield_awaiter<detail::await_value_t<Awaitable>>(
      detail::into_frame(static_cast<Awaitable&&>(work)));
}

}  // namespace eddy
