// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/detail/mailbox.hpp>
#include <eddy/core/detail/queues.hpp>
#include <eddy/core/detail/result.hpp>
#include <eddy/core/run.hpp>

namespace eddy::detail {

/// A thread with a loop of its own, for the task that awaits its end: what does not depend on its
/// main.
class loop_thread : public leaf, private letter, private remote_work {
 public:
  void suspend(frame& owner);

 protected:
  loop_thread(int index, std::string_view name, run_options options) noexcept;
  ~loop_thread() = default;

  /// On the thread: makes and runs main. False: it was cancelled.
  virtual bool run_main() = 0;
  virtual void failed(std::exception_ptr error) noexcept = 0;

  /// On the thread, with its loop made: cancels go to `main` and its frame in `root` from now on,
  /// until the loop ends. False: there has been one already.
  [[nodiscard]] bool begin(task_record& main, child_frame& root);

  const int index_;
  run_options options_;

 private:
  void run_thread() noexcept;
  void arrive() noexcept override;
  void cancel(frame& owner, bool hard) noexcept override;
  void deliver(loop& home) noexcept override;
  void returned() noexcept override {}  // the loop has ended by itself
  [[nodiscard]] const char* describe() const noexcept override { return "a loop on a thread"; }

  std::string_view name_;
  loop* home_ = nullptr;
  context_ref context_;
  std::thread thread_;

  std::mutex mutex_;  // guards the following four
  bool asked_ = false;
  bool hard_ = false;
  cancel_reason why_{cancel_kind::none, {}, 0};
  std::shared_ptr<mailbox> box_;

  // The thread's.
  task_record* main_ = nullptr;
  child_frame* root_ = nullptr;
  bool cancelled_ = false;  // read when the thread has ended
};

template <class T, class F>
class loop_thread_main final : public loop_thread {
 public:
  loop_thread_main(const F& f, int index, std::string_view name, const run_options& options)
      : loop_thread(index, name, options), f_(f) {}
  T await_resume() { return result_.take(); }

 private:
  bool run_main() override {
    run_scope scope(options_);
    root_node<T> root(f_(index_).release());
    if (!begin(scope.main(), *static_cast<node&>(root).running())) return false;
    root.run_to_end(scope);
    if (root.cancelled()) return false;
    if constexpr (std::is_void_v<T>) {
      root.get().take();
      result_.emplace();
    } else {
      result_.emplace(root.get().take());
    }
    return true;
  }
  void failed(std::exception_ptr error) noexcept override { result_.set_error(std::move(error)); }

  F f_;
  result<T> result_;
};

template <class T, class F>
inline constexpr bool only_as_prvalue<loop_thread_main<T, F>> = true;

}  // namespace eddy::detail
