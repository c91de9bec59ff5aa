// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include <eddy/core/detail/context.hpp>

namespace eddy {

/// A variable with a value of its own in each task: the id of the request being served, say.
///
/// A task starts with the values that its starter saw at that moment: so do the children of
/// `create_task`, of a group, `gather`, `race` and `as_completed`, and the call of `to_thread`.
/// What it sets later neither its starter nor its siblings see. A coroutine that is merely awaited
/// is a part of its caller's task, and so is a generator: what they set the caller sees.
///
/// Make it a variable of a namespace: `const eddy::context_var<std::string> request_id;`
/// Thread safety: any thread; outside tasks each thread has values of its own, which `run` hands to
/// main. A `T` may be read and destroyed on any thread that saw it.
template <std::copy_constructible T>
class context_var {
 public:
  class scope;

  context_var()
    requires std::default_initializable<T>
      : context_var(T()) {}
  /// `default_value` is what tasks see that nobody set it for.
  explicit context_var(T default_value)
      : id_(detail::new_context_variable()), default_(std::move(default_value)) {}
  context_var(const context_var&) = delete;
  context_var& operator=(const context_var&) = delete;

  /// A copy of the value that the running task sees.
  [[nodiscard]] T get() const {
    const detail::context_value* value = detail::current_context().find(id_);
    return value != nullptr ? *static_cast<const T*>(value->get()) : default_;
  }

  /// Changes it for the running task and for those it starts from now on.
  void set(T value) const {
    detail::current_context().set(id_, std::make_shared<const T>(std::move(value)));
  }

  /// Changes it until the result goes: `const auto undo = request_id.set_for_scope(id);`
  [[nodiscard("the value is put back at once: keep what it returns")]] scope set_for_scope(
      T value) const {
    return scope(*this, std::move(value));
  }

 private:
  std::uint64_t id_;
  T default_;
};

/// Puts the value of a `context_var` back as it was, if it is still the one that was set.
template <std::copy_constructible T>
class context_var<T>::scope {
 public:
  scope(const scope&) = delete;
  scope& operator=(const scope&) = delete;
  ~scope() {
    detail::context_ref& context = detail::current_context();
    const detail::context_value* now = context.find(variable_.id_);
    // Set again meanwhile, or destroyed by another task: nothing to put back here.
    if (now == nullptr || *now != ours_) return;
    try {
      context.set(variable_.id_, std::move(before_));
    } catch (const std::bad_alloc&) {
      // The task keeps the value: better than a destructor that throws.
    }
  }

 private:
  friend class context_var;
  scope(const context_var& variable, T value)
      : variable_(variable), ours_(std::make_shared<const T>(std::move(value))) {
    detail::context_ref& context = detail::current_context();
    if (const detail::context_value* now = context.find(variable.id_)) before_ = *now;
    context.set(variable.id_, ours_);
  }

  const context_var& variable_;
  detail::context_value ours_;
  detail::context_value before_;
};

}  // namespace eddy
