// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

namespace eddy::detail {

struct context;

using context_value = std::shared_ptr<const void>;

/// The values of context variables as one task sees them. Tasks share what none has changed since
/// it was copied; nothing is allocated until a variable is set.
class context_ref {
 public:
  context_ref() = default;
  context_ref(const context_ref& other) noexcept : shared_(other.shared_) {
    if (shared_ != nullptr) acquire();
  }
  context_ref(context_ref&& other) noexcept : shared_(std::exchange(other.shared_, nullptr)) {}
  context_ref& operator=(context_ref other) noexcept {
    std::swap(shared_, other.shared_);
    return *this;
  }
  ~context_ref() {
    if (shared_ != nullptr) release();
  }

  /// The variable's value, or null.
  [[nodiscard]] const context_value* find(std::uint64_t variable) const noexcept;
  /// Null: it has none any more.
  void set(std::uint64_t variable, context_value value);

 private:
  void acquire() const noexcept;
  void release() noexcept;

  context* shared_ = nullptr;
};

/// The context of the code that runs: its task's, or its thread's.
[[nodiscard]] context_ref& current_context() noexcept;
/// What code outside any task sees.
[[nodiscard]] context_ref& thread_context() noexcept;
[[nodiscard]] std::uint64_t new_context_variable() noexcept;

/// Lends a context to code that a worker thread runs for a task.
class thread_context_scope {
 public:
  explicit thread_context_scope(context_ref context) noexcept : outside_(std::move(context)) {
    std::swap(thread_context(), outside_);
  }
  thread_context_scope(const thread_context_scope&) = delete;
  thread_context_scope& operator=(const thread_context_scope&) = delete;
  ~thread_context_scope() { std::swap(thread_context(), outside_); }

 private:
  context_ref outside_;
};

}  // namespace eddy::detail
