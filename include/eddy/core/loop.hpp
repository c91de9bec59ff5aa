// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <coroutine>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <eddy/core/cancel.hpp>
#include <eddy/core/detail/backend.hpp>
#include <eddy/core/detail/loop_locals.hpp>
#include <eddy/core/detail/queues.hpp>
#include <eddy/core/detail/task_record.hpp>
#include <eddy/core/detail/timer_queue.hpp>
#include <eddy/core/time.hpp>

namespace eddy {

namespace detail {
class background_tasks;
class mailbox;
class monitor;

/// What a loop does for those who look for faults; nothing by itself.
struct loop_checks {
  std::optional<std::uint64_t> seed = {};  // shuffles the run queue
  bool debug = false;
};

/// What a loop still has to do.
struct pending_work {
  std::size_t tasks = 0;
  std::size_t timers = 0;
  std::uint64_t operations = 0;  // in the backend
  std::uint64_t remote = 0;      // with other threads
};
/// `1 timer, 2 operations`; "nothing" if there is none.
[[nodiscard]] std::string to_string(const pending_work& work);
}  // namespace detail

/// The event loop of one thread: a run queue, timers, a backend and the list of live tasks.
///
/// `eddy::run` makes it; programs meet it only as the `loop_ref` that `post_to` takes. Everything
/// here is what awaiters are built from.
/// Thread safety: only `post` and `interrupt` may be called from another thread.
class loop {
 public:
  explicit loop(std::unique_ptr<detail::backend> backend, duration grace,
                const detail::loop_checks& checks = {});
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;
  ~loop();

  /// The loop running on this thread, or null.
  [[nodiscard]] static loop* current() noexcept;
  /// In debug mode, see `run_options::debug`.
  [[nodiscard]] bool debugging() const noexcept { return debug_; }

  // Run queue.

  /// Makes `f` runnable. Waking always goes through here, never straight into the frame.
  void push(detail::frame& f) noexcept {
    if (debug_) [[unlikely]]
      require_own_thread();
    f.bits |= detail::queued;
    // One that waits for its turn in cancel() has its link in use; that puts it here afterwards.
    if (f.bits & detail::asked) [[unlikely]]
      return;
    ready_.push(f);
  }

  /// Makes `f` runnable, the first step of a branch whose owner now waits for it: it takes the
  /// owner's turn. Going into a tree of forks depth first keeps few of its frames alive at a time.
  void fork(detail::frame& f) noexcept {
    if (monitor_ != nullptr) [[unlikely]]
      return push(f);
    f.bits |= detail::queued;
    forked_.push(f);
  }

  /// Continues in `f` at once, unless this chain of transfers has had its share.
  std::coroutine_handle<> transfer(detail::frame& f) noexcept {
    if (--budget_ > 0) [[likely]]
      return f.handle();
    push(f);
    return std::noop_coroutine();
  }

  /// Charges an operation that completed without suspending. True: let others run first.
  [[nodiscard]] bool charge() noexcept { return --budget_ <= 0; }

  // Cancelling and unwinding.

  /// Asks `f` and whatever it waits for to stop. Never runs or destroys a frame.
  void cancel(detail::frame& f, bool hard = false) noexcept;

  /// The leaf under `f` is over and delivered nothing: the loop will unwind `f`.
  void reap(detail::frame& f) noexcept {
    f.child = nullptr;
    f.bits |= detail::dying;
    if (f.bits & detail::asked) [[unlikely]]
      return;
    reaped_.push(f);
  }

  /// The loop will call `g.bury()`, after the coroutine that asks has suspended.
  void bury(detail::grave& g) noexcept {
    g.next_grave = graves_;
    graves_ = &g;
  }

  /// How long leftovers, and clean-up of what was cancelled, may take from when they were told to
  /// stop until they are cancelled hard.
  [[nodiscard]] duration grace() const noexcept { return grace_; }

  // Time.

  [[nodiscard]] time_point now() noexcept { return backend_->now(); }
  /// Time is virtual.
  [[nodiscard]] bool owns_clock() const noexcept { return backend_->owns_clock(); }
  /// `now()` as it was at the last poll: for statistics, not for deadlines.
  [[nodiscard]] time_point tick() const noexcept { return tick_; }
  void arm(detail::timer& t, time_point deadline) {
    if (debug_) [[unlikely]]
      require_own_thread();
    timers_.insert(t, deadline);
  }
  void disarm(detail::timer& t) noexcept { timers_.erase(t); }

  /// Calls `w.idle()` once nothing is ready, before the loop waits for anything or time moves.
  void when_idle(detail::idle_waiter& w) { idle_waiters_.push_back(&w); }
  void forget_idle(detail::idle_waiter& w) noexcept { std::erase(idle_waiters_, &w); }
  [[nodiscard]] bool any_ready() const noexcept { return !forked_.empty() || !ready_.empty(); }

  // Input and output.

  [[nodiscard]] std::optional<int> submit(detail::io_op& op) noexcept {
    if (debug_) [[unlikely]]
      require_own_thread();
    auto finished = backend_->submit(op);
    if (!finished) ++in_flight_;
    return finished;
  }
  /// Every `io_op::complete` begins with this.
  void completed() noexcept { --in_flight_; }
  void cancel(detail::io_op& op) noexcept { backend_->cancel(op); }
  void forget(int fd) noexcept {
    backend_->forget(fd);
    forgot_ = true;
  }
  [[nodiscard]] bool does_files() const noexcept { return backend_->does_files(); }
  [[nodiscard]] detail::socket_calls& sockets() noexcept { return backend_->sockets(); }
  [[nodiscard]] std::string_view backend_name() const noexcept { return backend_->name(); }

  // Other threads.

  /// Runs `work.arrive()` on the loop's thread. Thread safety: any thread.
  void post(detail::remote_work& work) noexcept;
  /// Counts work that another thread owes us: the virtual clock stands still for it, and it is no
  /// deadlock.
  void expect_remote() noexcept { ++owed_; }
  void remote_arrived() noexcept { --owed_; }
  /// Counts ways for another thread to come in unasked: while there is one, waiting is no deadlock.
  /// Time goes on meanwhile.
  void open_door() noexcept { ++doors_; }
  void shut_door() noexcept { --doors_; }
  /// The address that outlives the loop. Thread safety: as everything here, the loop's thread only.
  [[nodiscard]] const std::shared_ptr<detail::mailbox>& mailbox();

  // Tasks.

  /// Adds a task to the list of those alive, in front of `before` or of all.
  void enlist(detail::task_record& record, detail::frame& root, std::uint64_t parent,
              detail::task_record* before = nullptr) noexcept {
    if (debug_) [[unlikely]]
      require_own_thread();
    record.root = &root;
    record.context = running_ != nullptr ? running_->context : detail::thread_context();
    record.id = ++last_id_;
    record.parent = parent;
    record.since = tick_;
    record.next = before != nullptr ? before : tasks_;
    record.previous = before != nullptr ? before->previous : nullptr;
    (record.previous != nullptr ? record.previous->next : tasks_) = &record;
    if (record.next != nullptr) record.next->previous = &record;
  }
  void delist(detail::task_record& record) noexcept {
    (record.previous != nullptr ? record.previous->next : tasks_) = record.next;
    if (record.next != nullptr) record.next->previous = record.previous;
    record.root = nullptr;
    if (running_ == &record) running_ = nullptr;
    record.context = {};
  }
  [[nodiscard]] const detail::task_record* live_tasks() const noexcept { return tasks_; }
  /// The task whose code is running, or null between tasks.
  [[nodiscard]] detail::task_record* current_task() const noexcept { return running_; }
  /// Frames are being destroyed because of a cancel.
  [[nodiscard]] bool unwinding() const noexcept { return unwinding_; }
  /// What runs from here on, destructors as a rule, belongs to `record`.
  void enter(detail::task_record& record) noexcept { running_ = &record; }
  /// Owns what `create_task` starts.
  [[nodiscard]] detail::background_tasks& background() noexcept { return *background_; }
  /// Where a layer above keeps what belongs to the loop.
  [[nodiscard]] detail::loop_locals& locals() noexcept { return locals_; }

  // Driving.

  /// Main is over and what it left is being joined: nothing new is taken in from other threads.
  void begin_end() noexcept { ending_ = true; }
  [[nodiscard]] bool ending() const noexcept { return ending_; }
  /// Unwinds what was cancelled; if nothing was, runs one frame; if none is ready, or many have
  /// run, polls once. False: nothing can ever happen again.
  bool step();
  /// Runs until `over`. Errors: throws `deadlock_error` if nothing can ever happen again.
  void run_until(const bool& over);
  /// Ends the run of ready frames after the present one: something else comes first. Thread safety:
  /// any thread, and signal handlers.
  void interrupt() noexcept { interrupted_.store(true, std::memory_order_relaxed); }
  /// Frames, timers, operations and tasks all gone.
  [[nodiscard]] bool idle() const noexcept;
  [[nodiscard]] detail::pending_work pending() const noexcept;

 private:
  [[nodiscard]] detail::frame* next_ready() noexcept;
  [[nodiscard]] detail::frame* next_forked() noexcept;
  void run_ready(int most) noexcept;
  void run_monitored(int most) noexcept;
  void run_one(detail::frame& f) noexcept;
  [[nodiscard]] bool any_dead() const noexcept { return !reaped_.empty() || graves_ != nullptr; }
  void clear_dead() noexcept;
  void unwind(detail::frame* f) noexcept;
  void poll(bool may_wait) noexcept;
  [[nodiscard]] time_point next_virtual(time_point until) noexcept;
  void fire_timers() noexcept;
  void tell_idle() noexcept;
  void take_remote() noexcept;
  [[nodiscard]] bool anything_pending() const noexcept;
  [[nodiscard]] bool timer_pending() const noexcept;
  [[nodiscard]] bool operation_pending() const noexcept;
  /// Aborts if another thread calls.
  void require_own_thread() const noexcept;

  // One chain of awaits may transfer this often before others get a turn.
  static constexpr int transfer_budget = 128;
  // Ready frames run between two polls; Tokio's interval.
  static constexpr int poll_interval = 61;

  detail::frame_fifo ready_;
  detail::frame_stack forked_;
  int forks_left_ = transfer_budget;
  detail::frame_fifo reaped_;
  detail::grave* graves_ = nullptr;
  detail::frame* to_cancel_ = nullptr;  // worklist of cancel(); non-null only inside it
  bool cancelling_ = false;
  bool debug_ = false;
  bool unwinding_ = false;
  int budget_ = transfer_budget;
  std::atomic<bool> interrupted_{false};
  int steps_unpolled_ = 0;                    // of step()
  std::unique_ptr<detail::monitor> monitor_;  // null in most programs
  time_point tick_{};
  detail::timer_queue timers_;
  std::vector<detail::idle_waiter*> idle_waiters_;
  std::unique_ptr<detail::backend> backend_;
  std::uint64_t in_flight_ = 0;  // operations the backend owes us
  bool forgot_ = false;          // descriptors, which a backend may hold until its next turn
  std::uint64_t owed_ = 0;       // work other threads owe us
  std::uint64_t doors_ = 0;
  bool ending_ = false;
  duration grace_;

  detail::task_record* tasks_ = nullptr;
  detail::task_record* running_ = nullptr;
  std::uint64_t last_id_ = 0;
  std::unique_ptr<detail::background_tasks> background_;
  std::shared_ptr<detail::mailbox> mailbox_;  // made when first asked for
  detail::loop_locals locals_;

  // Other threads push, the loop takes all at once. The exchange that takes pairs with the
  // compare-exchange that pushes.
  std::atomic<detail::remote_work*> inbox_{nullptr};
  // True while the loop may be asleep in the backend; then a poster must wake it.
  std::atomic<bool> asleep_{false};
  // Threads inside post(): the destructor waits for them to leave.
  std::atomic<int> posting_{0};
};

inline void detail::child_frame::cancel(bool hard) noexcept {
  asked_hard_ = asked_hard_ || hard;
  if (frame_ != nullptr && (hard || !stands_in_)) frame_->home->cancel(*frame_, hard);
}

inline std::coroutine_handle<> detail::final_awaiter::finish(frame& self) noexcept {
  // The user's catch block took what the destructor threw, and the body went on to its end.
  if (self.bits & dying) [[unlikely]]
    destructor_threw();
  if (self.deferred != nullptr) [[unlikely]]
    return finish_deferred(self);
  frame* next = self.parent->done();
  return next != nullptr ? next->home->transfer(*next) : std::noop_coroutine();
}

}  // namespace eddy
