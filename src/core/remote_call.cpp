// SPDX-License-Identifier: MIT
#include <eddy/core/detail/remote_call.hpp>

#include <eddy/core/create_task.hpp>
#include <eddy/core/detail/supervisor.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/loop_ref.hpp>

namespace eddy {

loop_ended::loop_ended()
    : std::runtime_error(
          "eddy: a call was posted to a loop that has ended, and did not run: keep that loop's "
          "main "
          "running as long as others post to it") {}

loop_ref this_loop() {
  return loop_ref(detail::mailbox::share(detail::require_loop("this_loop").mailbox()));
}

namespace detail {

cancel_reason reason_elsewhere(const frame& owner) noexcept {
  cancel_reason why = owner.record->asked();
  if (why.kind == cancel_kind::none) why = {cancel_kind::user, owner.site, 0};
  why.asked_by = 0;  // a number that means nothing over there
  return why;
}

bool remote_call_base::stop(const cancel_reason& why, bool hard) noexcept {
  if (!asked_) {
    if (box_->withdraw(*this)) return true;
    asked_ = true;
    why_ = why;
  }
  if (hard) hard_.store(true, std::memory_order_relaxed);
  box_->post(*this);
  return false;
}

void remote_call_base::deliver(loop& home) noexcept {
  if (begun_) {
    block_->cancel(why_, hard_.load(std::memory_order_relaxed));
    return;
  }
  begun_ = true;
  if (home.ending()) return returned();
  try {
    block_ = spawn(home.background(), home, 0, [this] { return run(); });
    block_->add(*this);
  } catch (...) {
    fail(std::current_exception());
    end();
  }
}

void remote_call_base::returned() noexcept {
  fail(std::make_exception_ptr(loop_ended()));
  end();
}

void remote_call_base::task_gone() noexcept {
  ended_by_ = block_->asked();
  end();
}

void remote_call_base::end() noexcept {
  box_->retire(*this);
  over();
}

}  // namespace detail
}  // namespace eddy
