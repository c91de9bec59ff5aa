// SPDX-License-Identifier: MIT
#include "signal_cancel.hpp"

#include <csignal>

#include "cancel_main.hpp"

namespace eddy::detail {

namespace {

// The mains of other threads are not to end when this one is told to.
constinit std::atomic<bool> taken{false};

bool is_ignored(int signal) noexcept {
  struct sigaction now{};
  return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

// What was ignored when we were started stays so: a script that starts a program in the background
// sees to it that a Ctrl-C is not for that program, and so does nohup for its signal.
signal_set ending_signals() noexcept {
  signal_set ending = 0;
  for (const int signal : {SIGINT, SIGTERM}) {
    if (!is_ignored(signal)) ending |= signal_bit(signal);
  }
  return ending;
}

}  // namespace

signal_cancel::signal_cancel(loop& home, task_record& main, child_frame& root)
    : signal_listener(rank::by_default), home_(home), main_(main), root_(root) {
  installed_ = !taken.exchange(true);
  if (const signal_set ending = ending_signals(); installed_ && ending != 0) (void)listen(ending);
}

signal_cancel::~signal_cancel() {
  if (!installed_) return;
  leave();
  taken.store(false);
}

void signal_cancel::on_signal(int signal) noexcept {
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
