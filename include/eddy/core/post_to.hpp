// SPDX-License-Identifier: MIT
#pragma once

#include <future>

#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/detail/remote_call.hpp>
#include <eddy/core/loop_ref.hpp>

namespace eddy {
namespace detail {

/// Owns itself from `send` to `over`.
template <class F, class... Args>
class posted_call final : public remote_call<F, Args...> {
 public:
  using typename remote_call<F, Args...>::value;
  using remote_call<F, Args...>::remote_call;
  [[nodiscard]] std::future<value> future() { return promise_.get_future(); }

 private:
  void over() noexcept override {
    this->drop_call();
    try {
      if (!this->result_.has_value() && !this->result_.has_error()) throw this->cancelled();
      if constexpr (std::is_void_v<value>) {
        this->result_.take();
        promise_.set_value();
      } else {
        promise_.set_value(this->result_.take());
      }
    } catch (...) {
      promise_.set_exception(std::current_exception());
    }
    delete this;
  }

  std::promise<value> promise_;
};

template <class F, class... Args>
class call_awaiter final : public leaf, private remote_work, private remote_call<F, Args...> {
 public:
  using typename remote_call<F, Args...>::value;
  using remote_call<F, Args...>::remote_call;

  void suspend(frame& owner) {
    if (!park(owner)) return;
    home_ = owner.home;
    here_ = this->box().belongs_to(*home_);
    // On our own loop nobody else owes us anything, and its clock must go on.
    if (!here_) home_->expect_remote();
    if (this->send()) return;
    if (!here_) home_->remote_arrived();
    owner.child = nullptr;
    throw loop_ended();
  }
  value await_resume() {
    if (!ended()) throw this->cancelled();
    return this->result_.take();
  }

 private:
  void cancel(frame& owner, bool hard) noexcept override {
    if (!this->stop(reason_elsewhere(owner), hard)) return;
    if (!here_) home_->remote_arrived();
    give_up();
  }
  // On the other loop's thread.
  void over() noexcept override {
    this->drop_call();
    home_->post(*this);
  }
  void arrive() noexcept override {
    if (!here_) home_->remote_arrived();
    if (ended() || !(owner_->bits & cancel_bits)) {
      wake();
    } else {
      give_up();
    }
  }
  [[nodiscard]] bool ended() const noexcept {
    return this->result_.has_value() || this->result_.has_error();
  }
  [[nodiscard]] const char* describe() const noexcept override { return "a call on another loop"; }

  loop* home_ = nullptr;
  bool here_ = false;
};

template <class F, class... Args>
inline constexpr bool only_as_prvalue<call_awaiter<F, Args...>> = true;

template <class F, class... Args>
consteval bool check_callable() {
  static_assert(!any_task<F>,
                "post_to and call_on take the function, not its task: write post_to(loop, f, "
                "args...) instead of post_to(loop, f(args...))");
  static_assert(any_task<F> || std::invocable<std::decay_t<F>&, std::decay_t<Args>...>,
                "f cannot be called with these arguments; they are copied, use std::ref for "
                "references");
  return std::invocable<std::decay_t<F>&, std::decay_t<Args>...>;
}

}  // namespace detail

/// Runs `f(args...)`, a plain function or one that returns a task, on another thread's loop, as a
/// task there, and gives its result as a `std::future`. For threads that run no loop; tasks use
/// `call_on`.
///
/// `f` and `args` are copied or moved in and are destroyed over there. Errors: the future rethrows
/// what `f` threw, `task_cancelled` when the task was cancelled, as all are when that loop's main
/// ends, and `loop_ended` when it never ran. Thread safety: any thread; on the loop's own thread,
/// waiting for the future never ends.
template <class F, class... Args>
auto post_to(const loop_ref& where, F&& f, Args&&... args) {
  if constexpr (detail::check_callable<F, Args...>()) {
    using call = detail::posted_call<std::decay_t<F>, std::decay_t<Args>...>;
    auto* posted = new call(where.box(), static_cast<F&&>(f), static_cast<Args&&>(args)...);
    auto result = posted->future();
    if (!posted->send()) posted->returned();
    return result;
  }
}

/// Runs `f(args...)` on the loop `where`, as a task there, and gives what it returns: `post_to` for
/// tasks.
///
/// Errors: rethrows what `f` threw; `loop_ended` when it never ran; `task_cancelled` when it was
/// cancelled over there. Cancellation: a call that has not begun never runs; one that has is
/// cancelled over there and joined. If it ended first, its value is delivered.
/// Lifetime: `f` and `args` are copied or moved in; pass `std::ref` for references, which `f` then
/// uses on the other thread.
template <class F, class... Args>
[[nodiscard("co_await it")]] auto call_on(const loop_ref& where, F&& f, Args&&... args) {
  if constexpr (detail::check_callable<F, Args...>()) {
    return detail::call_awaiter<std::decay_t<F>, std::decay_t<Args>...>(
        where.box(), static_cast<F&&>(f), static_cast<Args&&>(args)...);
  }
}

}  // namespace eddy
