// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <utility>

#include <eddy/core/detail/adoption.hpp>
#include <eddy/core/detail/supervisor.hpp>
#include <eddy/core/loop.hpp>

namespace eddy::detail {

/// The tasks that work for one stage of a stream, and what they share: derived classes hold it.
///
/// It begins with the first `next()`. Whoever drops the stage cancels them at once, and the task
/// that runs then joins them before it ends: only after that does what they shared go, the source
/// included. The first error that comes meanwhile, of clean-up, is one of the clean-up of that
/// task.
class crew : private supervisor, public cleanup_block {
 public:
  struct dropped {
    void operator()(crew* all) const noexcept { all->drop(); }
  };

  /// Starts the tasks, once.
  void begin(frame& consumer) {
    if (home_of_tasks_ != nullptr) return;
    home_of_tasks_ = consumer.home;
    parent_ = consumer.record->id;
    work();
  }
  /// Cancels every task, and those still to come.
  void dismiss() noexcept {
    dismissed_ = true;
    cancel_children(why());
  }

 protected:
  crew() = default;

  virtual void work() = 0;
  /// A task threw: the stage is to fail.
  virtual void failed(std::exception_ptr error) noexcept = 0;
  /// Nobody will ask for items any more.
  virtual void stopped() noexcept {}

  template <class F, class... Args>
  spawned& hire(F&& f, Args&&... args) {
    spawned& hired = *spawn(static_cast<supervisor&>(*this), *home_of_tasks_, parent_,
                            static_cast<F&&>(f), static_cast<Args&&>(args)...);
    if (dismissed_) hired.cancel(why());
    return hired;
  }
  [[nodiscard]] loop& home() const noexcept { return *home_of_tasks_; }
  /// For loops in which nothing may ever wait, and so no cancel take effect.
  [[nodiscard]] bool dismissed() const noexcept { return dismissed_; }
  /// Nobody takes what comes out.
  [[nodiscard]] bool abandoned() const noexcept { return dropped_; }
  [[nodiscard]] static cancel_reason why() noexcept { return {cancel_kind::user, {}, 0}; }

 private:
  class joining;

  void drop() noexcept {
    dropped_ = true;
    stopped();
    if (!has_children()) {
      delete this;
    } else {
      if (loop::current() != nullptr) dismiss();
      leave_to_task(*this);
    }
  }
  task<> make() override { return join(*this); }
  static task<> join(crew& all);

  void child_ended(spawned& child, const std::exception_ptr& error) noexcept final {
    if (error == nullptr) return;
    child.mark_retrieved();
    if (!dropped_) {
      failed(error);
    } else if (late_error_ == nullptr) {
      late_error_ = error;
    }
  }
  inline void children_gone() noexcept final;

  loop* home_of_tasks_ = nullptr;
  std::uint64_t parent_ = 0;
  bool dismissed_ = false;
  bool dropped_ = false;
  std::exception_ptr late_error_;  // of a task that was dropped
  joining* joiner_ = nullptr;
};

/// Waits for the last task. It holds no cancel back from them and does not leave before they have:
/// what they use goes with us.
class crew::joining final : public awaiter_base {
 public:
  explicit joining(crew& all) noexcept : all_(all) {}
  bool suspend(frame& owner) noexcept {
    if (!all_.has_children()) return false;
    owner_ = &owner;
    owner.child = this;
    all_.joiner_ = this;
    if (owner.bits & cancel_hard) all_.cancel_children(why(), true);
    return true;
  }
  void await_resume() const noexcept {}
  void over() noexcept {
    owner_->child = nullptr;
    owner_->home->push(*owner_);
  }

 private:
  void cancel(frame&, bool hard) noexcept override {
    if (hard) all_.cancel_children(why(), true);
  }
  [[nodiscard]] const char* describe() const noexcept override { return "the tasks of a stream"; }

  crew& all_;
  frame* owner_ = nullptr;
};

inline task<> crew::join(crew& all) {
  co_await joining(all);
  if (all.late_error_ != nullptr) std::rethrow_exception(std::exchange(all.late_error_, nullptr));
}

inline void crew::children_gone() noexcept {
  if (joiner_ != nullptr) std::exchange(joiner_, nullptr)->over();
}

template <class Crew>
using crew_ptr = std::unique_ptr<Crew, crew::dropped>;

template <class Crew, class... Args>
crew_ptr<Crew> make_crew(Args&&... args) {
  return crew_ptr<Crew>(new Crew(static_cast<Args&&>(args)...));
}

}  // namespace eddy::detail
