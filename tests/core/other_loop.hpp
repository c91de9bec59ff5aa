// SPDX-License-Identifier: MIT
#pragma once

#include <future>
#include <thread>

#include <eddy/core/loop_ref.hpp>
#include <eddy/core/post_to.hpp>
#include <eddy/core/run.hpp>

#include "support.hpp"

namespace eddy::testing {

/// A loop on a thread of its own, which runs until it is ended.
class other_loop {
 public:
  explicit other_loop(backend_kind backend = backend_kind::epoll)
      : thread_([this, backend] {
          run([this] { return main(); }, {.handle_signals = false, .backend = backend});
        }),
        ref_(started_.get_future().get()) {}
  other_loop(const other_loop&) = delete;
  other_loop& operator=(const other_loop&) = delete;
  ~other_loop() { end(); }

  [[nodiscard]] const loop_ref& ref() const noexcept { return ref_; }
  [[nodiscard]] std::thread::id thread() const noexcept { return id_; }

  /// Asks main to end.
  void let_end() {
    post_to(ref_, [this] { stop_.open(); });
  }
  void end() {
    if (!thread_.joinable()) return;
    let_end();
    thread_.join();
  }

 private:
  task<> main() {
    id_ = std::this_thread::get_id();
    started_.set_value(this_loop());
    co_await stop_.wait();
  }

  gate stop_;
  std::thread::id id_;
  std::promise<loop_ref> started_;
  std::thread thread_;
  loop_ref ref_;
};

}  // namespace eddy::testing
