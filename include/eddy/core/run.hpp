// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/backend.hpp>
#include <eddy/core/detail/result.hpp>
#include <eddy/core/task.hpp>
#include <eddy/core/time.hpp>

namespace eddy {

using detail::backend_kind;

/// What `run` may be told.
struct run_options {
  /// How long leftovers and clean-up may take once they were told to stop; then they are cancelled
  /// hard.
  duration grace = std::chrono::seconds(30);
  /// SIGINT and SIGTERM cancel main; a second one cancels it and all leftovers hard, a third one
  /// kills the process, as does the second if the loop never came round to the first. SIGQUIT
  /// (Ctrl-\) writes the task tree to stderr. One that is ignored when `run` begins stays ignored.
  /// `signals` takes over those it is given, for as long as it is open. False: the program takes
  /// them all over.
  bool handle_signals = true;
  /// `sim` owns its clock: time jumps when every task waits.
  backend_kind backend = backend_kind::automatic;
  /// Ready tasks run in a random order, the same one for the same seed, instead of in turn: what
  /// relies on an order that nothing promises then fails. For tests, see EDDY_SHUFFLED_TEST.
  std::optional<std::uint64_t> seed = {};
  /// Debug mode, also switched on by `EDDY_DEBUG=1` in the environment. Reports on stderr, with the
  /// task and where it stands: steps longer than 50 ms, tasks never awaited, what a failed task was
  /// started as, timers and operations left at the end. Ends the process when a task, a timer or an
  /// operation of this loop is touched from another thread.
  bool debug = false;
};

namespace detail {

/// The outermost task, and what drives it.
class run_scope {
 public:
  explicit run_scope(const run_options& options);
  /// On a backend of the caller's making, whatever `options` say.
  run_scope(const run_options& options, std::unique_ptr<backend> made);
  run_scope(const run_scope&) = delete;
  run_scope& operator=(const run_scope&) = delete;
  ~run_scope();

  /// Runs `root`, a frame whose parent is `self`, until `over`; then cancels and joins what
  /// `create_task` left. Errors: throws `deadlock_error`, with everything unwound.
  void drive(frame& root, node& self, child_frame& slot, const bool& over);
  /// 128 + the number of the signal that cancelled main; 0 if none did.
  [[nodiscard]] int signal_status() const noexcept;
  [[noreturn]] void throw_cancelled() const;
  [[nodiscard]] loop& home() noexcept;
  [[nodiscard]] task_record& main() noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

template <class T>
class root_node final : public result_node<T> {
 public:
  explicit root_node(frame& root) noexcept : root_(root) {}

  void run_to_end(run_scope& scope) { scope.drive(*root_.get(), *this, root_, over_); }
  [[nodiscard]] bool cancelled() const noexcept { return cancelled_; }

 private:
  frame* done() noexcept override {
    over_ = true;
    loop::current()->interrupt();  // what is still ready is left over
    return nullptr;
  }
  frame* unwound() noexcept override {
    over_ = cancelled_ = true;
    loop::current()->interrupt();
    return nullptr;
  }
  child_frame* running() noexcept override { return &root_; }
  [[nodiscard]] const char* describe() const noexcept override { return "main"; }

  child_frame root_;
  bool over_ = false;
  bool cancelled_ = false;
};

template <class T, class F>
auto run_main(F& main, const run_options& options) {
  run_scope scope(options);
  root_node<T> root(main().release());
  root.run_to_end(scope);
  if (root.cancelled()) {
    if constexpr (std::is_void_v<T> || std::is_same_v<T, int>) return scope.signal_status();
    scope.throw_cancelled();
  }
  if constexpr (std::is_void_v<T>) {
    root.get().take();
    return 0;
  } else {
    return root.get().take();
  }
}

}  // namespace detail

/// Runs `main()`, a callable that returns a task, on a new event loop, until it and everything it
/// started have ended. Returns its value; for a `task<>`, and for an int main stopped by a signal,
/// an exit status: `int main() { return eddy::run(start); }`.
///
/// Errors: rethrows what main threw; `deadlock_error` when nothing can ever happen again;
/// `std::logic_error` inside a running loop; `task_cancelled` when main was stopped by a signal and
/// has another kind of value to return.
/// Cancellation: SIGINT and SIGTERM cancel main, see `run_options::handle_signals`.
template <class F>
auto run(F main, const run_options& options = {}) {
  static_assert(!detail::any_task<F>,
                "run takes the function, not its task: write eddy::run(main), or "
                "eddy::run([&] { return main(args); })");
  if constexpr (!detail::any_task<F>) {
    static_assert(detail::makes_task<F&>, "run(main): main must be callable and return eddy::task");
    return detail::run_main<detail::task_value_t<std::invoke_result_t<F&>>>(main, options);
  }
}

}  // namespace eddy
