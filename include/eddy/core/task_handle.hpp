// SPDX-License-Identifier: MIT
#pragma once

#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/detail/supervisor.hpp>

namespace eddy {

template <class T>
class task_handle;

namespace detail {

/// One task waiting for another's end.
class join_base : public leaf, private end_watcher {
 public:
  /// Errors: throws `std::logic_error` for a task that awaits itself.
  bool suspend(frame& owner);

 protected:
  explicit join_base(spawned& block) noexcept : block_(&block) { block.acquire(); }
  ~join_base() { block_->release(); }

  spawned* block_;

 private:
  void cancel(frame&, bool) noexcept override {
    block_->remove(*this);
    give_up();
  }
  void task_gone() noexcept override { wake(); }
  [[nodiscard]] const char* describe() const noexcept override { return "the end of a task"; }
};

/// `T&` from a handle that has a name, `T` from one that has not: its value is moved out.
template <class T, bool Keep>
class join_awaiter final : public join_base {
 public:
  explicit join_awaiter(spawned_result<T>& block) noexcept : join_base(block) {}

  std::conditional_t<Keep && !std::is_void_v<T>, std::add_lvalue_reference_t<T>, T> await_resume() {
    block_->throw_unless_value();
    auto& value = static_cast<spawned_result<T>*>(block_)->get().value();
    if constexpr (std::is_void_v<T>) {
      return;
    } else if constexpr (Keep) {
      return value;
    } else {
      return static_cast<T>(std::move(value));
    }
  }
};

}  // namespace detail

/// Refers to a task started by `create_task`. Copies refer to the same task; dropping the last one
/// neither stops it nor loses its error, which is then reported.
///
/// `co_await handle` waits for the end and gives a reference to the value, valid as long as a
/// handle is; several tasks may wait. Awaiting a handle that has no name (`co_await
/// create_task(f)`) moves the value out.
///
/// Errors: awaiting rethrows what the task threw, and throws `task_cancelled` if it was cancelled.
/// Cancellation: of the awaiter ends the wait only; the task goes on. If both are cancelled there
/// is no error: the awaiter is unwound. Lifetime: may outlive the task, its group and the loop.
template <class T = void>
class task_handle {
 public:
  explicit task_handle(detail::spawned_result<T>& block) noexcept : block_(&block) {
    block.acquire();
  }
  task_handle(const task_handle& other) noexcept : block_(other.block_) { block_->acquire(); }
  task_handle& operator=(task_handle other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~task_handle() { block_->release(); }

  /// Asks the task to stop at its next suspension. False: it has ended, and nothing happens.
  bool cancel(cancel_kind kind = cancel_kind::user,
              std::source_location where = std::source_location::current()) const noexcept {
    return !done() && block_->cancel({kind, where, detail::current_task_id(block_->home())});
  }

  /// Whether it has ended, in any way.
  [[nodiscard]] bool done() const noexcept {
    return block_->ended() != detail::spawned::how::running;
  }

  /// The value of a task that has ended.
  /// Errors: rethrows what the task threw; `task_cancelled`; `std::logic_error` if it is not done.
  std::add_lvalue_reference_t<T> result() const {
    if (!done())
      throw std::logic_error("eddy: result() of a task that has not ended: co_await its handle");
    block_->throw_unless_value();
    if constexpr (!std::is_void_v<T>) return block_->get().value();
  }

  [[nodiscard]] std::string_view name() const noexcept { return block_->name(); }
  /// An empty one leaves the name as it is.
  void set_name(std::string name) const {
    if (!name.empty()) block_->set_name(std::move(name));
  }
  [[nodiscard]] std::uint64_t id() const noexcept { return block_->id; }

  // For what is built on handles.

  [[nodiscard]] detail::spawned_result<T>& block() const noexcept { return *block_; }

  auto operator co_await() const& noexcept { return detail::join_awaiter<T, true>(*block_); }
  auto operator co_await() const&& noexcept { return detail::join_awaiter<T, false>(*block_); }

 private:
  detail::spawned_result<T>* block_;
};

namespace detail {

template <class>
struct handle_value;
template <class T>
struct handle_value<task_handle<T>> {
  using type = T;
};
/// The `T` of a `task_handle<T>`.
template <class Handle>
using handle_value_t = typename handle_value<std::remove_cvref_t<Handle>>::type;

template <class Handle>
concept any_handle = requires { typename handle_value<std::remove_cvref_t<Handle>>::type; };

}  // namespace detail
}  // namespace eddy
