// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/detail/supervisor.hpp>
#include <eddy/core/task_handle.hpp>

namespace eddy {

/// What `wait` waits for.
enum class return_when : std::uint8_t {
  first_completed,  ///< one of them has ended, in any way
  first_exception,  ///< one of them has failed, or all have ended; being cancelled is not failing
  all_completed,    ///< all of them have ended
};

/// The tasks that have ended, and those that still run; both in the order they were given in.
template <class T>
struct wait_result {
  std::vector<task_handle<T>> done;
  std::vector<task_handle<T>> pending;
};

namespace detail {

/// One task waiting for the end of several.
class wait_base : public leaf {
 public:
  bool suspend(frame& owner);

 protected:
  explicit wait_base(return_when what) noexcept : what_(what) {}
  ~wait_base() = default;

 private:
  class watcher final : public end_watcher {
   public:
    void begin(wait_base& owner, spawned& block) noexcept;
    void end() noexcept;

   private:
    void task_gone() noexcept override;
    wait_base* owner_ = nullptr;
    spawned* block_ = nullptr;  // null once it has told
  };

  [[nodiscard]] virtual std::size_t size() const noexcept = 0;
  [[nodiscard]] virtual spawned& block(std::size_t index) const noexcept = 0;

  void ended(const spawned& block) noexcept;
  void stop_watching() noexcept;
  void cancel(frame&, bool) noexcept override {
    stop_watching();
    give_up();
  }
  [[nodiscard]] const char* describe() const noexcept override { return "the end of tasks"; }

  std::vector<watcher> watchers_;
  std::size_t left_ = 0;
  return_when what_;
};

template <class T>
class wait_awaiter final : public wait_base {
 public:
  wait_awaiter(std::vector<task_handle<T>> handles, return_when what) noexcept
      : wait_base(what), handles_(std::move(handles)) {}

  wait_result<T> await_resume() {
    wait_result<T> sorted;
    for (task_handle<T>& handle : handles_)
      (handle.done() ? sorted.done : sorted.pending).push_back(std::move(handle));
    return sorted;
  }

 private:
  [[nodiscard]] std::size_t size() const noexcept override { return handles_.size(); }
  [[nodiscard]] spawned& block(std::size_t index) const noexcept override {
    return handles_[index].block();
  }

  std::vector<task_handle<T>> handles_;
};

}  // namespace detail

/// Waits until the tasks of `handles` have come as far as `what` says, and sorts them into those
/// that are done and those that are pending. Cancels nothing, retrieves nothing: ask each handle
/// for its `result()`.
///
/// With a time limit: `wait_for_optional(wait(handles), 5s)`, and the handles say how far it got.
/// An empty range is done at once. Errors: throws `std::logic_error` for a task that waits for
/// itself; nothing that a task threw. Cancellation: ends the wait only.
template <std::ranges::input_range Handles>
[[nodiscard("co_await it")]] auto wait(Handles&& handles,
                                       return_when what = return_when::all_completed) {
  using handle = std::remove_cvref_t<std::ranges::range_reference_t<Handles>>;
  static_assert(detail::any_handle<handle>,
                "wait takes handles: start the tasks with eddy::create_task(f) and wait for what "
                "it returns");
  if constexpr (detail::any_handle<handle>) {
    std::vector<handle> copies;
    for (auto&& each : handles) copies.push_back(each);
    return detail::wait_awaiter<detail::handle_value_t<handle>>(std::move(copies), what);
  }
}

}  // namespace eddy
