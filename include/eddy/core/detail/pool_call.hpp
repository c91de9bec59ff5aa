// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <stop_token>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/context.hpp>
#include <eddy/core/detail/job_pool.hpp>
#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/detail/queues.hpp>
#include <eddy/core/detail/result.hpp>

namespace eddy::detail {

/// What a worker can call: `f()`, or `f(std::stop_token)`, which a cancel asks to stop.
template <class F>
concept pool_callable = std::invocable<F&> || std::invocable<F&, std::stop_token>;

/// The call with the token that goes with it, if it takes one.
template <class F>
struct pool_function {
  F f;
  decltype(auto) operator()() { return f(); }
  void request_stop() noexcept {}
};
template <class F>
  requires std::invocable<F&, std::stop_token>
struct pool_function<F> {
  F f;
  std::stop_source stop{};
  decltype(auto) operator()() { return f(stop.get_token()); }
  void request_stop() noexcept { stop.request_stop(); }
};

/// Runs `f` on a worker of `pool` for the task that awaits it.
template <class F>
class pool_call final : public leaf, private pool_job, private remote_work {
 public:
  using value = std::invoke_result_t<pool_function<F>&>;
  explicit pool_call(job_pool& pool, F&& f) : pool_(pool), call_(std::move(f)) {}

  void suspend(frame& owner) {
    if (!park(owner)) return;
    home_ = owner.home;
    context_ = owner.record->context;
    submit_or_unpark(pool_, *this, owner);
  }
  value await_resume() { return result_.take(); }

 private:
  void run() noexcept override {
    {
      const thread_context_scope in(std::move(context_));
      call_into(result_, call_);
    }
    home_->post(*this);  // from here on the loop may destroy us
  }
  void arrive() noexcept override {
    home_->remote_arrived();
    wake();
  }
  void cancel(frame&, bool) noexcept override {
    if (pool_.withdraw(*this)) {
      home_->remote_arrived();
      give_up();
    } else {
      call_.request_stop();  // it runs, and f may refer to what we own: wait for it
    }
  }
  [[nodiscard]] const char* describe() const noexcept override { return "a thread"; }

  job_pool& pool_;
  pool_function<F> call_;
  loop* home_ = nullptr;
  context_ref context_;
  result<value> result_;
};

}  // namespace eddy::detail
