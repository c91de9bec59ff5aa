// SPDX-License-Identifier: MIT
#pragma once

#include <coroutine>
#include <exception>
#include <utility>

#include <eddy/core/loop.hpp>
#include <eddy/flow/stream/detail/light_frame.hpp>
#include <eddy/flow/stream/detail/pending_await.hpp>

namespace eddy::detail {

/// One `next()` of an adaptor: an awaiter that awaits others until it has a result, without a
/// coroutine of its own.
///
/// `Self` has `drive()`, which goes on from where it last waited: it gives null once the result is
/// there, and else what `pending_await::start` gave; `drop()`, which ends what it waits for; and
/// `result()`.
template <class Self>
class stage : public awaiter_base, private light_frame {
 public:
  std::coroutine_handle<> suspend(frame& owner) noexcept {
    owner_ = &owner;
    owner.child = this;
    promise.adopt(owner, *this);
    slot_.reset(promise);
    if (const auto next = advance()) return next;
    return owner.handle();
  }

  decltype(auto) await_resume() {
    if (error_ != nullptr) [[unlikely]]
      std::rethrow_exception(std::move(error_));
    return self().result();
  }

 protected:
  stage() noexcept : light_frame(&on_resumed, &on_destroyed) {}
  ~stage() = default;
  [[nodiscard]] frame& inner() noexcept { return promise; }

 private:
  Self& self() noexcept { return static_cast<Self&>(*this); }
  static Self& self_of(void* address) noexcept {
    return static_cast<Self&>(static_cast<stage&>(*static_cast<light_frame*>(address)));
  }

  std::coroutine_handle<> advance() noexcept {
    try {
      if (const auto next = self().drive()) return next;
    } catch (...) {
      error_ = std::current_exception();
      self().drop();
    }
    static_cast<void>(slot_.release());
    owner_->child = nullptr;
    return nullptr;
  }

  static void on_resumed(void* address) {
    stage& self = self_of(address);
    auto next = self.advance();
    if (!next) next = self.owner_->home->transfer(*self.owner_);
    next.resume();
  }
  static void on_destroyed(void* address) { self_of(address).drop(); }

  void cancel(frame&, bool hard) noexcept final { slot_.cancel(hard); }
  frame* unwound() noexcept final {
    owner_->child = nullptr;
    return owner_;
  }
  child_frame* running() noexcept final { return &slot_; }
  [[nodiscard]] const char* describe() const noexcept final { return "a stream"; }

  frame* owner_ = nullptr;
  child_frame slot_;  // our light frame, while we wait
  std::exception_ptr error_;
};

}  // namespace eddy::detail
