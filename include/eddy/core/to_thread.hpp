// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/detail/queues.hpp>
#include <eddy/core/detail/result.hpp>

namespace eddy {
namespace detail {

/// A call for a worker thread.
struct blocking_job {
  blocking_job* next_job = nullptr;
  virtual void run() noexcept = 0;  // on the worker

 protected:
  ~blocking_job() = default;
};

/// Takes back a job that no worker has begun. False: too late, it will run.
[[nodiscard]] bool withdraw_blocking(blocking_job& job) noexcept;

/// Hands `job` to the process's pool of threads for calls that block: up to 32, started as needed.
/// Errors: throws `std::system_error` if not even one can be started; the owner then goes on with
/// that.
void submit_or_unpark(blocking_job& job, frame& owner);

template <class F>
class to_thread_awaiter final : public leaf, private blocking_job, private remote_work {
 public:
  using value = std::invoke_result_t<F&>;
  explicit to_thread_awaiter(F&& f) : f_(std::move(f)) {}

  void suspend(frame& owner) {
    if (!park(owner)) return;
    home_ = owner.home;
    submit_or_unpark(*this, owner);
  }
  value await_resume() { return result_.take(); }

 private:
  void run() noexcept override {
    call_into(result_, f_);
    home_->post(*this);  // from here on the loop may destroy us
  }
  void arrive() noexcept override {
    home_->remote_arrived();
    wake();
  }
  void cancel(frame&, bool) noexcept override {
    if (!withdraw_blocking(*this)) return;  // it runs, and f may refer to what we own: wait for it
    home_->remote_arrived();
    give_up();
  }
  [[nodiscard]] const char* describe() const noexcept override { return "a thread"; }

  F f_;
  loop* home_ = nullptr;
  result<value> result_;
};

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
    submit_or_unpark(*call_, owner);
  }
  value await_resume() { return call_->outcome.take(); }

 private:
  enum class state : std::uint8_t { pending, finished, abandoned };

  struct call final : blocking_job, remote_work {
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
    if (withdraw_blocking(*call_)) {
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

/// Runs `f()`, a call that blocks, on a worker thread, and gives what it returns.
///
/// Errors: rethrows what `f` threw.
/// Cancellation: a call that has not begun never runs; one that has is waited for, because it may
/// use the caller's variables. Thread safety: `f` runs concurrently with the loop; what it touches
/// must allow that.
template <class F>
  requires std::invocable<std::decay_t<F>&>
[[nodiscard("co_await it")]] auto to_thread(F&& f) {
  return detail::to_thread_awaiter<std::decay_t<F>>(std::decay_t<F>(static_cast<F&&>(f)));
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
