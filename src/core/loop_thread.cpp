// SPDX-License-Identifier: MIT
#include <eddy/core/detail/loop_thread.hpp>

#include <stdexcept>
#include <string>

#include <eddy/core/detail/remote_call.hpp>
#include <eddy/core/run_on_each.hpp>

#include "cancel_main.hpp"
#include "named_thread.hpp"

namespace eddy::detail {

int check_loops(int loops) {
  if (loops < 0) {
    throw std::invalid_argument("eddy: run_on_each on " + std::to_string(loops) +
                                " loops: give a number, or 0 for one a core");
  }
  return loops == 0 ? available_cores() : loops;
}

loop_thread::loop_thread(int index, std::string_view name, run_options options) noexcept
    : index_(index), options_(options), name_(name) {
  options_.handle_signals = false;  // whoever waits for us hands on the cancel
}

void loop_thread::suspend(frame& owner) {
  if (!park(owner)) return;
  home_ = owner.home;
  context_ = owner.record->context;
  try {
    thread_ = start_named_thread(name_, index_, [this] { run_thread(); });
  } catch (...) {
    owner.child = nullptr;
    throw;
  }
  // No work that is owed: under a virtual clock this loop's time goes on, and so does theirs.
  home_->open_door();
}

void loop_thread::run_thread() noexcept {
  {
    const thread_context_scope in(std::move(context_));
    try {
      cancelled_ = !run_main();
    } catch (...) {
      failed(std::current_exception());
    }
  }
  home_->post(*this);  // from here on the loop may destroy us
}

bool loop_thread::begin(task_record& main, child_frame& root) {
  main_ = &main;
  root_ = &root;
  const std::lock_guard lock(mutex_);
  if (asked_) return false;
  box_ = loop::current()->mailbox();
  return true;
}

void loop_thread::arrive() noexcept {
  thread_.join();
  home_->shut_door();
  if (cancelled_) {
    give_up();
  } else {
    wake();
  }
}

void loop_thread::cancel(frame& owner, bool hard) noexcept {
  const std::lock_guard lock(mutex_);
  if (!asked_) why_ = reason_elsewhere(owner);
  asked_ = true;
  hard_ = hard_ || hard;
  if (box_ != nullptr) box_->post(*this);
}

void loop_thread::deliver(loop& home) noexcept {
  const std::lock_guard lock(mutex_);
  cancel_main(home, *main_, *root_, why_, hard_);
}

}  // namespace eddy::detail
