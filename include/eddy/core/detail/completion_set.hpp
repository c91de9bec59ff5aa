// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <source_location>
#include <utility>

#include <eddy/core/detail/as_task.hpp>
#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/detail/supervisor.hpp>

namespace eddy::detail {

class completion_leaf;

/// Tasks, and which of them have ended, in that order, and were not taken yet.
class completion_set {
 public:
  completion_set() = default;
  completion_set(const completion_set&) = delete;
  completion_set& operator=(const completion_set&) = delete;
  ~completion_set();

  /// Takes a reference to `block`. `ours`: to be cancelled with the set.
  /// Errors: throws `std::logic_error` for the task whose code is running.
  void add(spawned& block, bool ours);
  /// The oldest end not taken yet; the caller takes over the reference. Requires: there is one.
  [[nodiscard]] spawned& take() noexcept;
  [[nodiscard]] bool over() const noexcept { return left_ == 0; }
  void cancel_ours(std::source_location where) noexcept;
  /// Waits no longer for those that it did not start.
  void forget_others() noexcept;

 private:
  friend class completion_leaf;
  struct entry final : end_watcher {
    void task_gone() noexcept override { set->ended(*this); }
    completion_set* set = nullptr;
    spawned* block = nullptr;  // null once taken
    entry* next_ended = nullptr;
    bool ours = false;
    bool watching = false;
  };
  void ended(entry& e) noexcept;

  std::deque<entry> entries_;  // they stay where they are
  entry* first_ended_ = nullptr;
  entry** last_ended_ = &first_ended_;
  std::size_t left_ = 0;  // not taken
  completion_leaf* waiting_ = nullptr;
};

/// Waits until `take` can take something, or nothing is left.
class completion_leaf : public leaf {
 public:
  explicit completion_leaf(completion_set& set) noexcept : set_(set) {}
  /// Errors: throws `std::logic_error` when another waits.
  bool suspend(frame& owner);
  void await_resume() const noexcept {}

 protected:
  completion_set& set_;

 private:
  friend class completion_set;
  void cancel(frame&, bool) noexcept override {
    set_.waiting_ = nullptr;
    give_up();
  }
  [[nodiscard]] const char* describe() const noexcept override { return "the end of a task"; }
};

/// The control block of a work that a range made, with what the work may refer to.
template <class T, class Source>
class spawned_work final : public spawned_result<T> {
 public:
  spawned_work(loop& home, frame_ptr work, std::shared_ptr<Source> source)
      : spawned_result<T>(home.background(), home), source_(std::move(source)) {
    this->root_.reset(*work.release());
    this->start(*this->root_.get(), *this, current_task_id(home));
  }

 private:
  void free_frame() noexcept override {
    this->root_.drop();
    if (this->adopted == nullptr) source_.reset();
  }

  std::shared_ptr<Source> source_;
};

}  // namespace eddy::detail
