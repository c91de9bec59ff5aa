// SPDX-License-Identifier: MIT
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <source_location>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/frame_pool.hpp>

namespace eddy {
class loop;
}

namespace eddy::detail {

struct frame;
struct cleanup_block;
struct task_record;

/// The frame a node runs: owned and destroyed by it, or, while the deferred clean-up of a dropped
/// frame runs, a stand-in that only a hard cancel may reach.
class child_frame {
 public:
  child_frame() = default;
  explicit child_frame(frame& owned) noexcept : frame_(&owned) {}
  child_frame(const child_frame&) = delete;
  child_frame& operator=(const child_frame&) = delete;
  ~child_frame() { drop(); }

  void reset(frame& owned) noexcept {
    drop();
    frame_ = &owned;
  }
  [[nodiscard]] frame* get() const noexcept { return frame_; }
  [[nodiscard]] frame* release() noexcept {
    stands_in_ = false;
    return std::exchange(frame_, nullptr);
  }
  /// Destroys the frame; from here on the slot is empty, also for the destructors that run now.
  inline void drop() noexcept;
  void stand_in(frame* cleanup) noexcept {
    frame_ = cleanup;
    stands_in_ = cleanup != nullptr;
  }
  inline void cancel(bool hard) noexcept;
  /// A hard cancel has come this way.
  [[nodiscard]] bool asked_hard() const noexcept { return asked_hard_; }
  /// Asked to stop already, or being unwound.
  [[nodiscard]] inline bool cancelling() const noexcept;

 private:
  frame* frame_ = nullptr;
  bool stands_in_ = false;
  bool asked_hard_ = false;
};

/// The one link between coroutines: what a frame waits on, seen from above, and who receives a
/// frame's result, seen from below. Every awaiter is one.
///
/// Cancelling goes down through `child` links, as a request; unwinding comes up through `parent`
/// links, one level at a time and only from the loop, so its depth costs no stack: the loop drops
/// `*running()`, then asks `unwound()` where to go on.
struct node {
  /// The owner waits here and is asked to stop. A leaf ends its operation and, once that is over,
  /// reaps the owner; anything else passes the request to the frames it runs.
  virtual void cancel([[maybe_unused]] frame& owner, [[maybe_unused]] bool hard) noexcept {}

  /// The child frame is at its end and its result stored. Returns the frame to resume, or null.
  virtual frame* done() noexcept { std::terminate(); }

  /// Replaces the child's result by an error: its deferred clean-up threw.
  virtual void fail(std::exception_ptr /*error*/) noexcept { std::terminate(); }

  /// After the child was dropped. Returns the next frame to unwind, or null when the cancel ends
  /// here.
  virtual frame* unwound() noexcept { std::terminate(); }

  /// The frame this node runs; null for leaves.
  [[nodiscard]] virtual child_frame* running() noexcept { return nullptr; }

  /// What a suspended owner waits for, in a word or two, for the task tree.
  [[nodiscard]] virtual const char* describe() const noexcept = 0;

 protected:
  ~node() = default;
};

/// Bits of `frame::bits`.
enum frame_bit : std::uint32_t {
  cancel_soft = 1,  // stop at the next suspension; held back by shields and clean-up
  cancel_hard = 2,  // stop, shields and clean-up included
  fresh = 4,        // spawned and not yet started
  dying = 8,        // on the reap list or being destroyed
  queued = 16,      // in the run queue
  asked = 32,       // in the worklist of loop::cancel
  polling = 64,     // has no time to wait, and so a cancel pending that nobody asked for
  cancel_bits = cancel_soft | cancel_hard,
  inherited_bits = cancel_bits | polling,
};

/// A destructor threw inside `destroy()`: the frame would go on running in the user's `catch`.
[[noreturn]] void destructor_threw() noexcept;

/// Only nodes: what suspends a frame behind the loop's back can neither be cancelled nor seen.
template <class Awaitable>
concept awaiter =
    std::is_base_of_v<node, Awaitable> && requires(Awaitable& a) { a.await_resume(); };

template <class Awaitable>
concept awaitable = awaiter<std::remove_reference_t<Awaitable>> || requires(Awaitable&& a) {
  { static_cast<Awaitable&&>(a).operator co_await() } -> awaiter;
};

/// True of what refers to the arguments of the expression that made it: a name for it outlives
/// them.
template <class Awaitable>
inline constexpr bool only_as_prvalue = false;

/// The part every eddy promise begins with. 64 bytes; the result is not in it but in the parent's
/// awaiter, so a finished frame holds nothing anybody needs.
struct frame {
  frame* next = nullptr;   // run queue, reap list or cancel worklist: never two at once
  node* parent = nullptr;  // receives the result
  node* child = nullptr;   // what we wait on; null while running or queued
  loop* home = nullptr;
  task_record* record = nullptr;      // the task this frame runs in
  cleanup_block* deferred = nullptr;  // clean-up registered by defer(), newest first
  std::source_location site;          // of the last co_await
  std::uint32_t bits = fresh;

  [[nodiscard]] std::coroutine_handle<> handle() noexcept {
    return std::coroutine_handle<frame>::from_promise(*this);
  }

  /// Joins the task of `from`, on behalf of `to`. Cancel bits are assigned, not or-ed: a generator
  /// must not remember an old consumer's cancel.
  void adopt(const frame& from, node& to) noexcept {
    parent = &to;
    home = from.home;
    record = from.record;
    bits = from.bits & inherited_bits;
  }

  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* block, std::size_t size) noexcept { free_frame(block, size); }

  // Frames with over-aligned locals; the compiler passes the alignment of every frame here.
  static void* operator new(std::size_t size, std::align_val_t alignment) {
    if (alignment <= std::align_val_t{__STDCPP_DEFAULT_NEW_ALIGNMENT__})
      return allocate_frame(size);
    return ::operator new(size, alignment);
  }
  static void operator delete(void* block, std::size_t size, std::align_val_t alignment) noexcept {
    if (alignment <= std::align_val_t{__STDCPP_DEFAULT_NEW_ALIGNMENT__})
      return free_frame(block, size);
    ::operator delete(block, size, alignment);
  }

  [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }

  /// No wrapper: every awaitable is its own awaiter and stays where the caller's frame holds it.
  template <class Awaitable>
  Awaitable&& await_transform(
      Awaitable&& awaited, std::source_location where = std::source_location::current()) noexcept {
    static_assert(awaitable<Awaitable>,
                  "this type cannot be awaited in an eddy coroutine: await an eddy::task, a "
                  "task_handle or an eddy operation");
    static_assert(
        !(only_as_prvalue<std::remove_cvref_t<Awaitable>> && std::is_lvalue_reference_v<Awaitable>),
        "await it in the expression that makes it, co_await f(), where its arguments are still "
        "alive, or start it with eddy::create_task(f) and await the handle");
    if (bits & dying) [[unlikely]]
      destructor_threw();
    site = where;
    return static_cast<Awaitable&&>(awaited);
  }
};
static_assert(sizeof(frame) == 64);

inline bool child_frame::cancelling() const noexcept {
  return frame_ == nullptr || stands_in_ || (frame_->bits & cancel_soft) != 0;
}

inline void child_frame::drop() noexcept {
  const bool owned = !std::exchange(stands_in_, false);
  if (frame* f = std::exchange(frame_, nullptr); f != nullptr && owned) f->handle().destroy();
}

/// Ends every task and generator: runs deferred clean-up, then hands over to whoever waits.
struct final_awaiter {
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) const noexcept {
    return finish(self.promise());
  }
  void await_resume() const noexcept {}

 private:
  static inline std::coroutine_handle<> finish(frame& self) noexcept;
  static std::coroutine_handle<> finish_deferred(frame& self) noexcept;
};

/// Gives an awaiter its `await_suspend`: the type-free `suspend(frame&)` of the derived class.
struct awaiter_base : node {
  awaiter_base() = default;
  awaiter_base(const awaiter_base&) = delete;
  awaiter_base& operator=(const awaiter_base&) = delete;

  [[nodiscard]] constexpr bool await_ready() const noexcept { return false; }

  template <class Self, class Promise>
  auto await_suspend(this Self& self, std::coroutine_handle<Promise> caller) {
    static_assert(std::is_base_of_v<frame, Promise>,
                  "eddy operations can only be awaited in an eddy coroutine: one that returns "
                  "eddy::task or eddy::async_generator");
    return self.suspend(static_cast<frame&>(caller.promise()));
  }

 protected:
  ~awaiter_base() = default;
};

}  // namespace eddy::detail
