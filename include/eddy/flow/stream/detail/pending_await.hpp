// SPDX-License-Identifier: MIT
#pragma once

#include <coroutine>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/as_task.hpp>
#include <eddy/core/detail/frame.hpp>

namespace eddy::detail {

/// An awaitable that is its own awaiter, made where it stays: tasks and most awaiters cannot move.
template <class Awaitable>
struct awaited {
  template <class Make>
  explicit awaited(Make& make) : whole(make()) {}
  Awaitable& awaiter() noexcept { return whole; }
  Awaitable whole;
};

template <class Awaitable>
  requires requires(Awaitable&& a) { static_cast<Awaitable&&>(a).operator co_await(); }
struct awaited<Awaitable> {
  template <class Make>
  explicit awaited(Make& make)
      : whole(make()), part(static_cast<Awaitable&&>(whole).operator co_await()) {}
  auto& awaiter() noexcept { return part; }
  Awaitable whole;
  decltype(std::declval<Awaitable>().operator co_await()) part;
};

/// Room for one `co_await` of an `Awaitable` on behalf of a light frame.
template <class Awaitable>
class pending_await {
 public:
  pending_await() noexcept {}
  pending_await(const pending_await&) = delete;
  pending_await& operator=(const pending_await&) = delete;
  ~pending_await() { reset(); }

  /// Begins to await what `make` gives. Null: it is over; else what to resume until it is.
  template <class Make>
  std::coroutine_handle<> start(frame& self, Make make) {
    ::new (static_cast<void*>(std::addressof(room_))) awaited<Awaitable>(make);
    started_ = true;
    auto& awaiter = room_.awaiter();
    if (awaiter.await_ready()) return nullptr;
    const auto handle = std::coroutine_handle<frame>::from_promise(self);
    using suspended = decltype(awaiter.await_suspend(handle));
    if constexpr (std::is_void_v<suspended>) {
      awaiter.await_suspend(handle);
      return std::noop_coroutine();
    } else if constexpr (std::is_same_v<suspended, bool>) {
      if (!awaiter.await_suspend(handle)) return nullptr;
      return std::noop_coroutine();
    } else {
      const std::coroutine_handle<> next = awaiter.await_suspend(handle);
      return next == handle ? nullptr : next;
    }
  }

  [[nodiscard]] bool started() const noexcept { return started_; }

  /// The result; afterwards there is room for the next one.
  await_value_t<Awaitable> take() {
    const struct at_exit {
      pending_await& self;
      ~at_exit() { self.reset(); }
    } reset_after{*this};
    return room_.awaiter().await_resume();
  }

  void reset() noexcept {
    if (std::exchange(started_, false)) std::destroy_at(std::addressof(room_));
  }

 private:
  union {
    awaited<Awaitable> room_;
  };
  bool started_ = false;
};

}  // namespace eddy::detail
