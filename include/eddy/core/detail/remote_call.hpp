// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <eddy/core/cancel.hpp>
#include <eddy/core/detail/mailbox.hpp>
#include <eddy/core/detail/result.hpp>
#include <eddy/core/detail/supervisor.hpp>
#include <eddy/core/task.hpp>

namespace eddy::detail {

// A call that a loop makes for somebody elsewhere, as a task of its own. The letter that brings it
// there later serves to bring the cancel: whoever asked has it back once the call has begun.
//
//   caller: send ........................ stop: takes it back, or posts it again
//   callee:        deliver: starts the task ..... deliver: cancels it ..... end: retires it

/// Why `owner` is being cancelled, for the tasks of another loop.
[[nodiscard]] cancel_reason reason_elsewhere(const frame& owner) noexcept;

/// The part that does not depend on what is called.
class remote_call_base : public letter, private end_watcher {
 public:
  /// False: the loop has ended, and the call is still the caller's.
  [[nodiscard]] bool send() noexcept { return box_->post(*this); }
  /// Asks it to stop. True: it had not begun and never will. Thread safety: the caller's thread.
  bool stop(const cancel_reason& why, bool hard) noexcept;
  /// Fails with `loop_ended`.
  void returned() noexcept final;

 protected:
  explicit remote_call_base(std::shared_ptr<mailbox> box) noexcept : box_(std::move(box)) {}
  ~remote_call_base() = default;

  virtual task<> run() = 0;
  virtual void fail(std::exception_ptr error) noexcept = 0;
  /// The call has ended; without a result it was cancelled. May destroy it.
  virtual void over() noexcept = 0;
  [[nodiscard]] mailbox& box() const noexcept { return *box_; }
  /// What to throw when there is no result.
  [[nodiscard]] task_cancelled cancelled() const { return {"of another loop", ended_by_}; }

 private:
  void deliver(loop& home) noexcept final;
  /// Not sooner: clean-up that the task adopted may use what the caller lends it.
  void task_gone() noexcept final;
  void end() noexcept;

  std::shared_ptr<mailbox> box_;

  // The caller's, until it posts the letter again.
  bool asked_ = false;
  cancel_reason why_{cancel_kind::none, {}, 0};
  std::atomic<bool> hard_{false};  // may rise while the letter is on its way

  // The callee's.
  bool begun_ = false;
  spawned* block_ = nullptr;
  cancel_reason ended_by_{cancel_kind::none, {}, 0};
};

template <class F, class... Args>
struct call_value {
  using type = std::invoke_result_t<F, Args...>;
};
template <class F, class... Args>
  requires makes_task<F, Args...>
struct call_value<F, Args...> {
  using type = task_value_t<std::invoke_result_t<F, Args...>>;
};
/// What `f(args...)` gives, at once or as a task.
template <class F, class... Args>
using call_value_t = typename call_value<std::decay_t<F>&, std::decay_t<Args>...>::type;

template <class F, class... Args>
class remote_call : public remote_call_base {
 public:
  using value = call_value_t<F, Args...>;

  template <class G, class... As>
  explicit remote_call(std::shared_ptr<mailbox> box, G&& g, As&&... as)
      : remote_call_base(std::move(box)),
        call_(std::in_place, static_cast<G&&>(g), static_cast<As&&>(as)...) {}

 protected:
  ~remote_call() = default;

  /// Destroys the callable and its arguments, where they were used.
  void drop_call() noexcept { call_.reset(); }

  result<value> result_;

 private:
  struct bound {
    template <class G, class... As>
    explicit bound(G&& g, As&&... as) : f(static_cast<G&&>(g)), args(static_cast<As&&>(as)...) {}
    decltype(auto) operator()() {
      return std::apply(
          [this](auto&... as) -> decltype(auto) { return std::invoke(f, std::move(as)...); }, args);
    }
    F f;
    std::tuple<Args...> args;
  };

  task<> run() override {
    try {
      if constexpr (makes_task<F&, Args...>) {
        if constexpr (std::is_void_v<value>) {
          co_await (*call_)();
          result_.emplace();
        } else {
          result_.emplace(co_await (*call_)());
        }
      } else {
        call_into(result_, *call_);
      }
    } catch (...) {
      result_.set_error(std::current_exception());
    }
    co_return;
  }
  void fail(std::exception_ptr error) noexcept override { result_.set_error(std::move(error)); }

  std::optional<bound> call_;
};

}  // namespace eddy::detail
