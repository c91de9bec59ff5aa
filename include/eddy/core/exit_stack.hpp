// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <eddy/core/finally.hpp>
#include <eddy/core/with.hpp>

namespace eddy {

namespace detail {

struct exit_entry {
  virtual ~exit_entry() = default;
  virtual task<> close(exit_status end) = 0;
  std::unique_ptr<exit_entry> older;
};

template <class R>
struct resource_entry final : exit_entry {
  task<> close(exit_status end) override { return resource->close(end); }
  std::optional<R> resource;
};

template <class Clean>
struct callback_entry final : exit_entry {
  explicit callback_entry(Clean&& c) : clean{std::move(c)} {}
  task<> close(exit_status end) override { return clean(end); }
  clean_with_status<Clean> clean;
};

}  // namespace detail

/// What has to be closed, as it comes to be known: the clean-up of a `with` for each of a list, or
/// of what only some branch opens.
///
/// `close` closes last in, first out. Used in `with_exit_stack`, which sees to that on every way
/// out; a stack that goes without it destroys its resources unclosed.
class exit_stack {
 public:
  exit_stack() = default;
  exit_stack(exit_stack&& other) noexcept = default;
  exit_stack& operator=(exit_stack&& other) noexcept {
    newest_.swap(other.newest_);
    return *this;
  }
  ~exit_stack();

  /// Takes a resource over, to `close(exit_status)` it at the end. The reference is valid until
  /// then.
  template <async_closable R>
    requires(!std::is_lvalue_reference_v<R>)
  R& enter(R&& resource) {
    auto entry = std::make_unique<detail::resource_entry<R>>();
    R& kept = entry->resource.emplace(std::move(resource));
    add(std::move(entry));
    return kept;
  }

  /// Acquires a resource and takes it over: `file& f = co_await stack.enter(open(path));`
  ///
  /// Errors: those of acquiring. Cancellation: what was acquired is closed.
  template <async_closable R>
  [[nodiscard("co_await it")]] task<R&> enter(task<R>&& acquire) {
    // The memory first: what has been acquired cannot be lost any more.
    auto entry = std::make_unique<detail::resource_entry<R>>();
    R& kept = entry->resource.emplace(co_await std::move(acquire));
    add(std::move(entry));
    co_return kept;
  }

  /// Has `clean()` or `clean(exit_status)`, which returns `task<>`, run at the end.
  template <class Clean>
    requires detail::makes_task<Clean&> || detail::makes_task<Clean&, exit_status>
  void push(Clean clean) {
    add(std::make_unique<detail::callback_entry<Clean>>(std::move(clean)));
  }

  /// Hands everything over to a new stack, and leaves this one with nothing to close: for what was
  /// opened step by step and is to stay open, as all of it was.
  [[nodiscard]] exit_stack pop_all() noexcept { return std::move(*this); }

  /// Closes everything, last in, first out. Each is told how the body ended, or `error` once one
  /// before it threw.
  ///
  /// Errors: one that throws keeps none of the others from being closed; then it is rethrown, and
  /// more than one as `error_group`.
  /// Cancellation: ends it where it is. In `with` and `with_exit_stack` only a hard one does.
  [[nodiscard]] task<> close(exit_status end);

 private:
  void add(std::unique_ptr<detail::exit_entry> entry) noexcept {
    entry->older = std::move(newest_);
    newest_ = std::move(entry);
  }

  std::unique_ptr<detail::exit_entry> newest_;
};

/// Runs `body(stack)` and closes what it put on the stack, however it ended. Returns the body's
/// value.
///
/// Errors: the body's; those of closing take its place.
/// Cancellation: reaches the body; the closing is out of its reach, as in `finally`.
template <class F>
  requires detail::makes_task<F&, exit_stack&>
[[nodiscard("co_await it")]] auto with_exit_stack(F body) {
  return detail::use_and_close<exit_stack, F>(exit_stack(), std::move(body));
}

}  // namespace eddy
