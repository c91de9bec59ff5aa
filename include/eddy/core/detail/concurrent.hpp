// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <utility>

#include <eddy/core/detail/as_task.hpp>
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
  enum class mode : bool { all, first };

  explicit fork_join(mode m) noexcept : mode_(m) {}
  ~fork_join() = default;

  void begin(frame& owner, std::size_t branches) noexcept {
    owner_ = &owner;
    owner.child = this;
    running_ = branches;
  }
  void start(branch_base& branch, std::size_t index) noexcept;
  void cancel(frame&, bool hard) noexcept final {
    const cancel_reason from_above{cancel_kind::user, owner_->site, owner_->record->id};
    cancel_branches(from_above, hard);
  }
  virtual void cancel_branches(const cancel_reason& reason, bool hard) noexcept = 0;

  static constexpr std::size_t none = ~std::size_t{0};
  frame* owner_ = nullptr;
  std::size_t decided_by_ = none;  // the first to fail, or the winner
  std::exception_ptr error_;

 private:
  friend class branch_base;
  void branch_ended(branch_base& branch, const std::exception_ptr& error) noexcept;
  void branch_cancelled() noexcept;
  void one_less() noexcept;

  std::size_t running_ = 0;
  bool cut_short_ = false;
  mode mode_;
};

/// One of the frames, without its value.
class branch_base : public task_record, private grave {
 public:
  void cancel(const cancel_reason& reason, bool hard) noexcept;
  [[nodiscard]] std::size_t index() const noexcept { return index_; }

 protected:
  explicit branch_base(frame_ptr root) noexcept : root_(*root.release()) {}
  ~branch_base() = default;

  void ended(const std::exception_ptr& error) noexcept;
  void unwound_now() noexcept;

  child_frame root_;

 private:
  friend class fork_join;
  virtual node& as_node() noexcept = 0;
  // The clean-up that it had adopted is over.
  void bury() noexcept final;

  fork_join* join_ = nullptr;
  std::size_t index_ = 0;
  bool over_ = false;
  bool cut_short_ = false;
};

template <class T>
class branch final : public branch_base, public result_node<T> {
 public:
  explicit branch(frame_ptr root) noexcept : branch_base(std::move(root)) {}
  using branch_base::cancel;

 private:
  node& as_node() noexcept override { return *this; }
  frame* done() noexcept override {
    ended(this->outcome_.has_error() ? this->outcome_.error() : nullptr);
    return nullptr;
  }
  frame* unwound() noexcept override {
    unwound_now();
    return nullptr;
  }
  child_frame* running() noexcept override { return &root_; }
  [[nodiscard]] const char* describe() const noexcept override { return "task"; }
};

}  // namespace eddy::detail
