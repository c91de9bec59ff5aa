// SPDX-License-Identifier: MIT
#include "signal_cancel.hpp"

#include <thread>

#include "cancel_main.hpp"

namespace eddy::detail {
namespace {
// Lock-free, so that a handler may read it.
constinit std::atomic<signal_cancel*> receiver{nullptr};
// Handlers that may be using it: whoever takes it away waits for them.
constinit std::atomic<int> handling{0};
}  // namespace

signal_cancel::signal_cancel(loop& home, task_record& main, child_frame& root)
    : home_(home), main_(main), root_(root) {
  signal_cancel* none = nullptr;
  installed_ = receiver.compare_exchange_strong(none, this);
  if (!installed_) return;
  on_int_.emplace(SIGINT, &signal_cancel::handle);
  on_term_.emplace(SIGTERM, &signal_cancel::handle);
}

signal_cancel::~signal_cancel() {
  if (!installed_) return;
  on_int_.reset();
  on_term_.reset();
  receiver.store(nullptr);
  // Sequentially consistent, as in handle(): it has seen no receiver, or we see it at work.
  while (handling.load() != 0) std::this_thread::yield();
}

void signal_cancel::handle(int signal) noexcept {
  handling.fetch_add(1);
  if (signal_cancel* self = receiver.load()) self->take(signal);
  handling.fetch_sub(1);
}

void signal_cancel::take(int signal) noexcept {
  int none = 0;
  first_signal_.compare_exchange_strong(none, signal);
  if (received_.fetch_add(1) >= 2 || on_its_way_.exchange(true)) {
    // The loop is stuck, or has been asked twice already.
    ::signal(signal, SIG_DFL);
    ::raise(signal);
    return;
  }
  home_.post(*this);
}

void signal_cancel::arrive() noexcept {
  on_its_way_.store(false);
  const bool hard = ++taken_ > 1;
  cancel_main(home_, main_, root_, {cancel_kind::shutdown, {}, 0}, hard);
}

}  // namespace eddy::detail
