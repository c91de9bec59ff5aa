// SPDX-License-Identifier: MIT
#include <eddy/core/loop.hpp>

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <utility>

#include <eddy/core/detail/cleanup.hpp>
#include <eddy/core/detail/mailbox.hpp>
#include <eddy/core/detail/supervisor.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/introspect.hpp>

#include "monitor.hpp"

namespace eddy {
namespace {
constinit thread_local loop* current_loop = nullptr;
}

loop::loop(std::unique_ptr<detail::backend> backend, duration grace,
           const detail::loop_checks& checks)
    : debug_(checks.debug),
      monitor_(checks.seed || checks.debug ? std::make_unique<detail::monitor>(checks) : nullptr),
      backend_(std::move(backend)),
      grace_(grace),
      background_(std::make_unique<detail::background_tasks>(*this)) {
  tick_ = backend_->now();
  current_loop = this;
}

loop::~loop() {
  if (mailbox_ != nullptr) mailbox_->close();
  // Nobody else is in here any more, then what we own goes while this thread still knows us.
  while (posting_.load(std::memory_order_acquire) != 0) std::this_thread::yield();
  background_.reset();
  locals_.clear();
  backend_.reset();
  detail::trim_frame_pool();
  current_loop = nullptr;
}

loop* loop::current() noexcept { return current_loop; }

// Driving.

inline detail::frame* loop::next_ready() noexcept {
  if (!forked_.empty()) [[unlikely]]
    return next_forked();
  forks_left_ = transfer_budget;
  return ready_.pop();
}

detail::frame* loop::next_forked() noexcept {
  // They have had their share: from here on they wait in line.
  if (--forks_left_ == 0) {
    while (!forked_.empty()) ready_.push(*forked_.pop());
    forks_left_ = transfer_budget;
    return ready_.pop();
  }
  return forked_.pop();
}

inline void loop::run_one(detail::frame& f) noexcept {
  using namespace detail;
  f.bits &= ~queued;
  budget_ = transfer_budget;
  running_ = f.record;
  if ((f.bits & fresh) && (f.bits & cancel_soft)) {
    reap(f);  // spawned, and cancelled before its first step: the body never runs
  } else {
    f.bits &= ~fresh;
    f.handle().resume();
  }
  if (any_dead()) clear_dead();
}

void loop::run_ready(int most) noexcept {
  interrupted_.store(false, std::memory_order_relaxed);
  if (monitor_ != nullptr) [[unlikely]]
    return run_monitored(most);
  while (most-- > 0 && !interrupted_.load(std::memory_order_relaxed)) {
    detail::frame* f = next_ready();
    if (f == nullptr) break;
    run_one(*f);
  }
  running_ = nullptr;
}

void loop::run_monitored(int most) noexcept {
  while (most-- > 0 && !interrupted_.load(std::memory_order_relaxed)) {
    detail::frame* f = monitor_->pick(ready_);
    if (f == nullptr) break;
    monitor_->step_begins(*f);
    run_one(*f);
    monitor_->step_ended(*this);
  }
  running_ = nullptr;
}

bool loop::step() {
  if (any_dead()) {
    // A step of its own: what ends here may be all that the caller waits for.
    clear_dead();
    return true;
  }
  if (any_ready() && ++steps_unpolled_ < poll_interval) {
    run_ready(1);
  } else {
    if (!anything_pending()) return false;
    steps_unpolled_ = 0;
    poll(!any_ready());
  }
  clear_dead();
  return true;
}

void loop::run_until(const bool& over) {
  clear_dead();
  while (!over) {
    run_ready(poll_interval);
    if (over) break;
    if (!anything_pending())
      throw deadlock_error("deadlock: every task waits and nothing can wake one\n" +
                           task_tree(*this));
    poll(!any_ready());
  }
  clear_dead();
}

void loop::poll(bool may_wait) noexcept {
  if (may_wait && !idle_waiters_.empty()) [[unlikely]] {
    poll(false);  // what has happened already comes first
    return tell_idle();
  }
  time_point until = time_point::min();
  if (may_wait) {
    until = timers_.empty() ? time_point::max() : timers_.next_deadline();
    if (backend_->owns_clock()) until = next_virtual(until);
    // Sequentially consistent on both sides: either the poster sees us asleep and wakes us, or we
    // see its work here and do not wait.
    asleep_.store(true);
    if (inbox_.load() != nullptr) until = time_point::min();
  }
  if (may_wait || in_flight_ > 0 || forgot_) {
    forgot_ = false;
    backend_->run_once(until);
  }
  asleep_.store(false, std::memory_order_relaxed);
  take_remote();
  tick_ = backend_->now();
  fire_timers();
  clear_dead();
}

time_point loop::next_virtual(time_point until) noexcept {
  until = std::min(until, backend_->next_event());
  // Virtual time stands still for work that another thread does in real time.
  return owed_ > 0 && until > backend_->now() ? time_point::max() : until;
}

void loop::fire_timers() noexcept {
  while (timers_.any_finite() && timers_.next_deadline() <= tick_) timers_.pop().fire();
}

void loop::tell_idle() noexcept {
  if (any_ready()) return;
  for (detail::idle_waiter* w : std::exchange(idle_waiters_, {})) w->idle();
}

bool loop::anything_pending() const noexcept {
  return any_ready() || !idle_waiters_.empty() || timer_pending() || operation_pending() ||
         owed_ > 0 || doors_ > 0 || inbox_.load(std::memory_order_relaxed) != nullptr;
}

// A sleep for ever may still be ended by a signal, but virtual time never gets there.
bool loop::timer_pending() const noexcept {
  return timers_.any_finite() || (!timers_.empty() && !backend_->owns_clock());
}

// An invented world knows when nothing will ever happen in it again.
bool loop::operation_pending() const noexcept {
  return in_flight_ > 0 && (!backend_->owns_clock() || backend_->next_event() != time_point::max());
}

bool loop::idle() const noexcept { return !anything_pending() && tasks_ == nullptr; }

detail::pending_work loop::pending() const noexcept {
  detail::pending_work all{.timers = timers_.size(), .operations = in_flight_, .remote = owed_};
  for (const auto* t = tasks_; t != nullptr; t = t->next) ++all.tasks;
  return all;
}

void loop::require_own_thread() const noexcept {
  if (current_loop == this) return;
  detail::report(
      "a task, a timer or an operation was started, woken or cancelled from a thread that is not "
      "its "
      "loop's; what tasks wait on belongs to one thread. Hand the work over with "
      "eddy::post_to(loop, f), give it back as the result of eddy::to_thread(f), or send it "
      "through "
      "an eddy::channel");
  std::abort();
}

// Other threads.

void loop::post(detail::remote_work& work) noexcept {
  // Once the work is in the inbox the loop may do it and end; the count keeps it until we are out.
  posting_.fetch_add(1, std::memory_order_relaxed);
  detail::remote_work* head = inbox_.load(std::memory_order_relaxed);
  do {
    work.next_remote = head;
  } while (!inbox_.compare_exchange_weak(head, &work));
  if (asleep_.load()) backend_->wake();
  posting_.fetch_sub(1, std::memory_order_release);
}

const std::shared_ptr<detail::mailbox>& loop::mailbox() {
  if (mailbox_ == nullptr) mailbox_ = std::make_shared<detail::mailbox>(*this);
  return mailbox_;
}

void loop::take_remote() noexcept {
  if (inbox_.load(std::memory_order_relaxed) == nullptr) return;
  detail::remote_work* taken = inbox_.exchange(nullptr);
  detail::remote_work* oldest_first = nullptr;
  while (taken != nullptr) {
    detail::remote_work* next = taken->next_remote;
    taken->next_remote = oldest_first;
    oldest_first = taken;
    taken = next;
  }
  while (oldest_first != nullptr) {
    detail::remote_work* next = oldest_first->next_remote;
    oldest_first->arrive();
    oldest_first = next;
  }
}

// Cancelling and unwinding.

void loop::cancel(detail::frame& f, bool hard) noexcept {
  using namespace detail;
  if (debug_) [[unlikely]]
    require_own_thread();
  const std::uint32_t wanted = hard ? cancel_bits : cancel_soft;
  if ((f.bits & wanted) == wanted) return;
  f.bits |= wanted;
  if (f.child == nullptr || (f.bits & (queued | dying))) return;  // will see the bit by itself
  // A node's cancel calls us again for the frames it runs: the worklist keeps that from recursing.
  if (f.bits & asked) return;
  f.bits |= asked;
  f.next = to_cancel_;
  to_cancel_ = &f;
  if (cancelling_) return;
  cancelling_ = true;
  while (frame* next = to_cancel_) {
    to_cancel_ = next->next;
    next->bits &= ~asked;
    if (next->bits & dying) {  // the operation of another ended this one
      reaped_.push(*next);
    } else if (next->bits & queued) {  // or woke it
      ready_.push(*next);
    } else {
      next->child->cancel(*next, next->bits & cancel_hard);
    }
  }
  cancelling_ = false;
}

void loop::clear_dead() noexcept {
  for (;;) {
    if (detail::frame* f = reaped_.pop()) {
      unwind(f);
    } else if (graves_ != nullptr) {
      detail::grave* g = std::exchange(graves_, graves_->next_grave);
      g->bury();
    } else {
      return;
    }
  }
}

void loop::unwind(detail::frame* f) noexcept {
  while (f != nullptr) {
    detail::node* parent = f->parent;
    detail::task_record* record = f->record;
    detail::cleanup_block* deferred = std::exchange(f->deferred, nullptr);
    const bool hard = f->bits & detail::cancel_hard;
    f->bits |= detail::dying;
    running_ = record;
    if (record->root == f) record->root = nullptr;
    unwinding_ = true;
    parent->running()->drop();
    unwinding_ = false;
    if (deferred != nullptr) {
      detail::cleanup_block::run(*deferred, *parent, nullptr, *this, record, hard);
      return;
    }
    f = parent->unwound();
  }
}

}  // namespace eddy
