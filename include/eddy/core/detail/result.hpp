// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

#include <eddy/core/detail/frame.hpp>

namespace eddy::detail {

/// A `std::reference_wrapper` that does not make every program compile the search algorithms and
/// containers of `<functional>`: they would be a tenth of a small one.
template <class T>
class reference {
 public:
  explicit(false) reference(T& to) noexcept : to_(std::addressof(to)) {}
  explicit(false) operator T&() const noexcept { return *to_; }
  [[nodiscard]] T& get() const noexcept { return *to_; }

 private:
  T* to_;
};

/// What stands for a `T` where an object is needed: `void` becomes `std::monostate`.
template <class T>
using stored = std::conditional_t<
    std::is_void_v<T>, std::monostate,
    std::conditional_t<std::is_reference_v<T>, reference<std::remove_reference_t<T>>, T>>;

/// Room for a child's result, in the awaiter of whoever waits for it.
template <class T>
class result {
 public:
  enum class state : std::uint8_t { none, value, error };

  result() noexcept {}
  result(const result&) = delete;
  result& operator=(const result&) = delete;
  ~result() { reset(); }

  template <class... Args>
  void emplace(Args&&... args) {
    std::construct_at(std::addressof(value_), static_cast<Args&&>(args)...);
    state_ = state::value;
  }

  void set_error(std::exception_ptr error) noexcept {
    reset();
    std::construct_at(std::addressof(error_), std::move(error));
    state_ = state::error;
  }

  [[nodiscard]] bool has_value() const noexcept { return state_ == state::value; }
  [[nodiscard]] bool has_error() const noexcept { return state_ == state::error; }
  [[nodiscard]] const std::exception_ptr& error() const noexcept { return error_; }
  [[nodiscard]] stored<T>& value() noexcept { return value_; }

  /// Rethrows the error, or moves the value out.
  T take() {
    if (state_ == state::error) [[unlikely]]
      std::rethrow_exception(error_);
    if constexpr (!std::is_void_v<T>) return static_cast<T>(std::move(value_));
  }

  void reset() noexcept {
    const state old = std::exchange(state_, state::none);
    if (old == state::value) std::destroy_at(std::addressof(value_));
    if (old == state::error) std::destroy_at(std::addressof(error_));
  }

 private:
  union {
    stored<T> value_;
    std::exception_ptr error_;
  };
  state state_ = state::none;
};

/// Stores what `f()` gives or throws.
template <class F, class T>
void call_into(result<T>& to, F& f) noexcept {
  try {
    if constexpr (std::is_void_v<T>) {
      f();
      to.emplace();
    } else {
      to.emplace(f());
    }
  } catch (...) {
    to.set_error(std::current_exception());
  }
}

/// A node that receives a `T`.
template <class T>
struct result_node : awaiter_base {
  void fail(std::exception_ptr error) noexcept override { outcome_.set_error(std::move(error)); }
  result<T>& get() noexcept { return outcome_; }

 protected:
  ~result_node() = default;
  result<T> outcome_;
};

}  // namespace eddy::detail
