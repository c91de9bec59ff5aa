// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/pool_call.hpp>

namespace eddy {
namespace detail {

/// Like to_thread for an `f` that owns all it needs: a cancel leaves it to finish by itself.
template <class F>
class abandonable_awaiter final : public leaf {
 public:
  using value = std::invoke_result_t<F&>;
  explicit abandonable_awaiter(F&& f) : call_(new call(std::move(f))) {}
  ~abandonable_awaiter() { delete call_; }

  void suspend(frame& owner) {
    if (!park(owner)) return;
    call_->waiter = this;
    call_->home = owner.home;
    submit_or_unpark(blocking_pool(), *call_, owner);
  }
  value await_resume() { return call_->outcome.take(); }

 private:
  enum class state : std::uint8_t { pending, finished, abandoned };

  struct call final : pool_job, remote_work {
    explicit call(F&& x) : f(std::move(x)) {}
    void run() noexcept override {
      call_into(outcome, f);
      // Whoever comes second cleans up: we, if nobody waits any more.
      if (where.exchange(state::finished) == state::abandoned) {
        delete this;
      } else {
        home->post(*this);
      }
    }
    void arrive() noexcept override {
      home->remote_arrived();
      waiter->wake();
    }
    F f;
    result<value> outcome;
    abandonable_awaiter* waiter = nullptr;
    loop* home = nullptr;
    std::atomic<state> where{state::pending};
  };

  void cancel(frame&, bool) noexcept override {
    if (blocking_pool().withdraw(*call_)) {
      home().remote_arrived();
      give_up();
    } else if (call_->where.exchange(state::abandoned) == state::pending) {
      call_ = nullptr;
      home().remote_arrived();
      give_up();
    }  // else its result is on the way
  }
  [[nodiscard]] const char* describe() const noexcept override { return "a thread"; }

  call* call_;
};

}  // namespace detail

/// Runs `f()`, a call that blocks, on a worker thread, and gives what it returns. It sees the
/// caller's context variables; what it sets it sets for itself.
///
/// The workers are the process's own, 32 at most; for a bound of your own see `thread_pool`.
/// Errors: rethrows what `f` threw. Cancellation: a call that has not begun never runs; one that
/// has is waited for, because it may use the caller's variables. If `f` takes a `std::stop_token`,
/// the cancel asks it to stop. Thread safety: `f` runs concurrently with the loop; what it touches
/// must allow that.
template <class F>
  requires detail::pool_callable<std::decay_t<F>>
[[nodiscard("co_await it")]] auto to_thread(F&& f) {
  return detail::pool_call<std::decay_t<F>>(detail::blocking_pool(),
                                            std::decay_t<F>(static_cast<F&&>(f)));
}

namespace detail {

/// `to_thread` for calls that may hang, such as getaddrinfo: a cancel does not wait.
/// Lifetime: `f` must own everything it touches.
template <class F>
[[nodiscard]] auto to_thread_abandonable(F&& f) {
  return abandonable_awaiter<std::decay_t<F>>(std::decay_t<F>(static_cast<F&&>(f)));
}

}  // namespace detail
}  // namespace eddy
