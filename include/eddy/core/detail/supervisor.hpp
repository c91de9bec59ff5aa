// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/intrusive_list.hpp>
#include <eddy/core/detail/queues.hpp>
#include <eddy/core/detail/result.hpp>
#include <eddy/core/detail/task_record.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/task.hpp>

namespace eddy::detail {

class supervisor;
class spawned;

/// Waits at a control block for the end of its task.
class end_watcher {
 protected:
  ~end_watcher() = default;

 private:
  friend class spawned;
  friend class intrusive_list<end_watcher>;
  /// The task's frame is gone, and so is the watcher's place at the block.
  virtual void task_gone() noexcept = 0;

  end_watcher* previous = nullptr;
  end_watcher* next = nullptr;
};

/// Who asks: the task whose code is running, or 0.
[[nodiscard]] inline std::uint64_t current_task_id(const loop& home) noexcept {
  return home.current_task() != nullptr ? home.current_task()->id : 0;
}

/// The control block of a spawned task, as its supervisor and its handles see it. Alive as long as
/// either needs it; the frame and the arguments go as soon as the task ends.
class spawned : public task_record, public grave, public pool_allocated {
 public:
  enum class how : std::uint8_t { running, value, error, cancelled };

  virtual ~spawned();

  void acquire() noexcept { ++references_; }
  void release() noexcept {
    if (--references_ == 0) delete this;
  }

  [[nodiscard]] how ended() const noexcept { return ended_; }
  [[nodiscard]] loop& home() const noexcept { return *home_; }
  /// False: it had ended already, and nothing happens.
  bool cancel(const cancel_reason& reason, bool hard = false) noexcept;
  void add(end_watcher& waiter) noexcept { waiters_.push_back(waiter); }
  void remove(end_watcher& waiter) noexcept { waiters_.erase(waiter); }
  /// Errors: throws `std::logic_error` if `waiter` is this task or a part of it, and would wait for
  /// ever.
  void refuse_itself(const task_record* waiter) const;
  /// Rethrows a failure, or throws `task_cancelled`, if that is how it ended.
  void throw_unless_value() {
    if (ended_ != how::value) [[unlikely]]
      throw_its_end();
  }
  void mark_retrieved() noexcept { retrieved_ = true; }

 protected:
  spawned(supervisor& owner, loop& home) noexcept : supervisor_(&owner), home_(&home) {}

  [[noreturn]] void throw_its_end();
  void start(frame& root, node& self, std::uint64_t parent) noexcept;
  void over(how end) noexcept;
  void unwound_now() noexcept;

  virtual child_frame& root_frame() noexcept = 0;
  /// Also what the frame was called with, unless adopted clean-up may still refer to that: then at
  /// the next call, which comes after it.
  virtual void free_frame() noexcept = 0;
  [[nodiscard]] virtual std::exception_ptr failure() const noexcept = 0;

 private:
  friend class supervisor;
  void bury() noexcept override;

  supervisor* supervisor_;
  loop* home_;
  intrusive_list<end_watcher> waiters_;
  std::exception_ptr failure_;  // a copy: the result may go before we report it
  int references_ = 1;          // the supervisor's
  how ended_ = how::running;
  how ending_ = how::running;  // what becomes of ended_ once nothing of the task is left
  bool retrieved_ = false;
};

/// Owns spawned tasks until each has ended and its frame is gone.
class supervisor {
 public:
  supervisor() = default;
  supervisor(const supervisor&) = delete;
  supervisor& operator=(const supervisor&) = delete;

  void cancel_children(const cancel_reason& reason, bool hard = false) noexcept;
  /// The end: cancels all children, and those that are still to come before their first step.
  void close() noexcept;
  [[nodiscard]] bool has_children() const noexcept { return children_ > 0; }

 protected:
  ~supervisor() = default;

  /// A child has failed, or `error` is null and it was cancelled. Its frame may still exist.
  virtual void child_ended(spawned& child, const std::exception_ptr& error) noexcept = 0;
  /// The frames and arguments of all children are gone.
  virtual void children_gone() noexcept = 0;

 private:
  friend class spawned;
  void adopt(spawned& child, frame& root, std::uint64_t parent) noexcept;
  void disown(spawned& child) noexcept;

  // Our children stand side by side in the loop's list of live tasks, the newest first.
  spawned* newest_ = nullptr;
  std::size_t children_ = 0;
  bool closed_ = false;
};

/// What `create_task` starts: ends with the loop, and tells of errors nobody asked for.
class background_tasks final : public supervisor {
 public:
  explicit background_tasks(loop& home) noexcept : home_(&home) {}
  [[nodiscard]] loop& home() const noexcept { return *home_; }

 private:
  void child_ended(spawned&, const std::exception_ptr&) noexcept override {}
  void children_gone() noexcept override {}
  loop* home_;
};

/// A control block that keeps a `T`: what a `task_handle<T>` points to.
template <class T>
class spawned_result : public spawned, public result_node<T> {
 public:
  using spawned::cancel;

 protected:
  spawned_result(supervisor& owner, loop& home) noexcept : spawned(owner, home) {}

  child_frame& root_frame() noexcept final { return root_; }
  [[nodiscard]] std::exception_ptr failure() const noexcept final {
    return this->outcome_.has_error() ? this->outcome_.error() : nullptr;
  }
  frame* done() noexcept final {
    over(this->outcome_.has_error() ? how::error : how::value);
    return nullptr;
  }
  frame* unwound() noexcept final {
    unwound_now();
    return nullptr;
  }
  child_frame* running() noexcept final { return &root_; }
  [[nodiscard]] const char* describe() const noexcept final { return "task"; }

  child_frame root_;
};

/// The control block with the callable and its arguments, which the frame may refer to.
template <class T, class F, class... Args>
class spawned_call final : public spawned_result<T> {
 public:
  template <class G, class... As>
  spawned_call(supervisor& owner, loop& home, std::uint64_t parent, G&& f, As&&... args)
      : spawned_result<T>(owner, home),
        call_(std::in_place, static_cast<G&&>(f), static_cast<As&&>(args)...) {
    task<T> made = std::apply(
        [this](auto&... as) { return std::invoke(call_->f, std::move(as)...); }, call_->args);
    this->root_.reset(made.release());
    this->start(*this->root_.get(), *this, parent);
  }

 private:
  void free_frame() noexcept override {
    this->root_.drop();
    if (this->adopted == nullptr) call_.reset();
  }

  struct call {
    template <class G, class... As>
    explicit call(G&& g, As&&... as) : f(static_cast<G&&>(g)), args(static_cast<As&&>(as)...) {}
    F f;
    std::tuple<Args...> args;
  };
  std::optional<call> call_;
};

/// The control block for a function whose coroutine owns all it is called with.
template <class T>
class spawned_function final : public spawned_result<T> {
 public:
  spawned_function(supervisor& owner, loop& home, std::uint64_t parent, task<T>&& made) noexcept
      : spawned_result<T>(owner, home) {
    this->root_.reset(made.release());
    this->start(*this->root_.get(), *this, parent);
  }

 private:
  void free_frame() noexcept override { this->root_.drop(); }
};

/// A plain function that takes by value just what it is given: nothing outside its frame is
/// referred to, so nothing has to be kept.
template <class F, class... Args>
inline constexpr bool owns_its_arguments = false;
template <class R, class... Args>
inline constexpr bool owns_its_arguments<R (*)(Args...), Args...> = true;
template <class R, class... Args>
inline constexpr bool owns_its_arguments<R (*)(Args...) noexcept, Args...> = true;

template <class F, class... Args>
using spawn_value_t = task_value_t<std::invoke_result_t<std::decay_t<F>&, std::decay_t<Args>...>>;

/// Starts `f(args...)` under `owner`. The block is returned with one reference: the supervisor's.
template <class F, class... Args>
auto* spawn(supervisor& owner, loop& home, std::uint64_t parent, F&& f, Args&&... args) {
  using value = spawn_value_t<F, Args...>;
  spawned_result<value>* block = nullptr;
  if constexpr (owns_its_arguments<std::decay_t<F>, std::decay_t<Args>...>) {
    block = new spawned_function<value>(owner, home, parent, f(static_cast<Args&&>(args)...));
  } else {
    block = new spawned_call<value, std::decay_t<F>, std::decay_t<Args>...>(
        owner, home, parent, static_cast<F&&>(f), static_cast<Args&&>(args)...);
  }
  return block;
}

}  // namespace eddy::detail
