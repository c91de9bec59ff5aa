// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <utility>

#include <eddy/core/detail/as_task.hpp>
#include <eddy/core/detail/frame_pool.hpp>
#include <eddy/core/detail/queues.hpp>
#include <eddy/core/detail/result.hpp>
#include <eddy/core/detail/task_record.hpp>
#include <eddy/core/loop.hpp>

namespace eddy::detail {

class branch_base;

/// Several frames run at once for one awaiting owner, each as a task of its own; the owner goes on
/// when all have ended. The common half of `gather` and `race`.
class fork_join : public awaiter_base {
 protected:
  enum class mode : std::uint8_t {
    all,     // the first failure decides; the others are cancelled
    settle,  // nothing decides
    first,   // the first to end decides; the others are cancelled
  };

  explicit fork_join(mode m) noexcept : mode_(m) {}
  ~fork_join() = default;

  void begin(frame& owner, std::size_t branches) noexcept {
    owner_ = &owner;
    owner.child = this;
    running_ = branches;
  }
  void start(branch_base& branch, std::size_t index) noexcept;
  void decide(std::size_t index, std::exception_ptr error, const cancel_reason& others) noexcept;
  /// These give the owner if it goes on now.
  [[nodiscard]] frame* one_less() noexcept;
  [[nodiscard]] frame* finish() noexcept;
  /// The branch has ended and is out of the loop's list.
  [[nodiscard]] virtual frame* leave(branch_base&) noexcept { return one_less(); }
  void cancel(frame&, bool hard) noexcept final {
    stopping_ = true;
    const cancel_reason from_above{cancel_kind::user, owner_->site, owner_->record->id};
    cancel_branches(from_above, hard);
  }
  virtual void cancel_branches(const cancel_reason& reason, bool hard) noexcept = 0;

  static constexpr std::size_t none = ~std::size_t{0};
  frame* owner_ = nullptr;
  std::size_t decided_by_ = none;  // the first to fail, or the winner
  std::exception_ptr error_;
  std::size_t running_ = 0;
  mode mode_;
  bool stopping_ = false;   // decided, or cancelled from above: nothing more is to be started
  bool cut_short_ = false;  // a cancel kept something from its end

 private:
  friend class branch_base;
  [[nodiscard]] frame* branch_ended(branch_base& branch, const std::exception_ptr& error) noexcept;
  void branch_cancelled(branch_base& branch) noexcept;
};

/// One of the frames, without its value.
class branch_base : public task_record, protected grave {
 public:
  void cancel(const cancel_reason& reason, bool hard) noexcept;
  [[nodiscard]] std::size_t index() const noexcept { return index_; }

 protected:
  explicit branch_base(frame_ptr root) noexcept : root_(*root.release()) {}
  ~branch_base() = default;

  /// Returns the join's owner if this was all it waited for.
  frame* ended(const std::exception_ptr& error) noexcept;
  void unwound_now() noexcept;

  child_frame root_;

 private:
  friend class fork_join;
  friend class range_branch_base;
  virtual node& as_node() noexcept = 0;
  // The loop can free the frame, or the clean-up that the branch had adopted is over.
  void bury() noexcept final;

  fork_join* join_ = nullptr;
  std::size_t index_ = 0;
  bool over_ = false;
  bool cut_short_ = false;
};

/// A branch of a `range_join`: on the heap, and gone as soon as it has ended.
class range_branch_base : public branch_base, public pool_allocated {
 public:
  virtual ~range_branch_base() = default;

 protected:
  using branch_base::branch_base;

  /// Frees the frame before it counts as ended.
  [[nodiscard]] frame* ended(const std::exception_ptr& error) noexcept;

 private:
  friend class range_join;
  range_branch_base* previous_ = nullptr;
  range_branch_base* next_ = nullptr;
};

/// A `fork_join` over works that are made one by one, at most `limit` of them running at a time.
class range_join : public fork_join {
 protected:
  range_join(mode m, std::size_t limit) noexcept : fork_join(m), limit_(limit) {}
  ~range_join();

  /// False: nothing was left to wait for, the owner goes on.
  bool begin_range(frame& owner) noexcept;
  void add(range_branch_base& branch) noexcept;
  void failed(std::size_t index, std::exception_ptr error) noexcept;

  std::size_t started_ = 0;

 private:
  /// Adds a branch for the next element. False: that was the last.
  virtual bool add_next() = 0;
  /// The branch's frame is gone; takes its result.
  virtual void collect(range_branch_base& branch) noexcept = 0;

  frame* leave(branch_base& branch) noexcept final;
  void remove(range_branch_base& branch) noexcept;
  void fill() noexcept;
  void cancel_branches(const cancel_reason& reason, bool hard) noexcept final;

  range_branch_base* branches_ = nullptr;
  std::size_t limit_;
  bool more_ = true;
};

/// `Base` with the place for its value.
template <class T, class Base = branch_base>
class branch final : public Base, public result_node<T> {
 public:
  explicit branch(frame_ptr root) noexcept : Base(std::move(root)) {}
  using Base::cancel;

 private:
  node& as_node() noexcept override { return *this; }
  frame* done() noexcept override {
    static const std::exception_ptr no_error;
    return this->ended(this->outcome_.has_error() ? this->outcome_.error() : no_error);
  }
  frame* unwound() noexcept override {
    this->unwound_now();
    return nullptr;
  }
  child_frame* running() noexcept override { return &this->root_; }
  [[nodiscard]] const char* describe() const noexcept override { return "task"; }
};

}  // namespace eddy::detail
