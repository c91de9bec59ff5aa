// SPDX-License-Identifier: MIT
#include <eddy/core/detail/context.hpp>

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include <eddy/core/loop.hpp>

namespace eddy::detail {

/// Copied before it is changed, unless nobody else sees it. A program has few variables: a search
/// from the front is the quickest.
struct context {
  struct entry {
    std::uint64_t variable;
    context_value value;
  };
  std::atomic<int> references{1};  // to_thread takes a context to another thread
  std::vector<entry> entries;
};

void context_ref::acquire() const noexcept {
  shared_->references.fetch_add(1, std::memory_order_relaxed);
}

// Releases pair with the acquire of whoever is last, and of whoever finds itself alone in set().
void context_ref::release() noexcept {
  if (shared_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete shared_;
}

const context_value* context_ref::find(std::uint64_t variable) const noexcept {
  if (shared_ == nullptr) return nullptr;
  const auto found = std::ranges::find(shared_->entries, variable, &context::entry::variable);
  return found != shared_->entries.end() ? &found->value : nullptr;
}

void context_ref::set(std::uint64_t variable, context_value value) {
  context_ref changed;
  context_value old;  // goes last: its destructor may look at variables
  if (shared_ != nullptr && shared_->references.load(std::memory_order_acquire) == 1) {
    if (value != nullptr) shared_->entries.reserve(shared_->entries.size() + 1);
    std::swap(shared_, changed.shared_);
  } else {
    changed.shared_ = new context;
    if (shared_ != nullptr) changed.shared_->entries = shared_->entries;
  }
  auto& entries = changed.shared_->entries;
  const auto found = std::ranges::find(entries, variable, &context::entry::variable);
  if (value == nullptr) {
    if (found != entries.end()) {
      old = std::move(found->value);
      entries.erase(found);
    }
  } else if (found != entries.end()) {
    old = std::exchange(found->value, std::move(value));
  } else {
    entries.push_back({variable, std::move(value)});
  }
  std::swap(shared_, changed.shared_);
}

context_ref& thread_context() noexcept {
  thread_local context_ref outside_tasks;
  return outside_tasks;
}

context_ref& current_context() noexcept {
  const loop* home = loop::current();
  task_record* running = home != nullptr ? home->current_task() : nullptr;
  return running != nullptr ? running->context : thread_context();
}

std::uint64_t new_context_variable() noexcept {
  static constinit std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace eddy::detail
