// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include <eddy/flow/queue.hpp>
#include <eddy/flow/semaphore.hpp>
#include <eddy/flow/stream/async_iterable.hpp>
#include <eddy/flow/stream/detail/crew.hpp>
#include <eddy/flow/stream/detail/stage.hpp>

namespace eddy::detail {

/// An item, and the right to make another once this one is taken.
template <class Value>
struct credited {
  Value value;
  semaphore::permit credit;
  std::size_t bytes = 0;  // for a queue that is bounded by them
};

/// A crew that makes the items of one stream. What bounds the queue is how many credits there are,
/// on each of `Lines` lines: whoever makes an item has one first.
template <class Value, std::size_t Lines = 1>
class producer : public crew {
 public:
  using value_type = Value;

  /// The error that ended the stream, if one did: once.
  void rethrow_error() {
    if (error_ != nullptr) std::rethrow_exception(std::exchange(error_, nullptr));
  }

  queue<credited<Value>>& output() noexcept { return output_; }

 protected:
  explicit producer(std::size_t credits, std::size_t bytes = 0) noexcept
      : producer(std::make_index_sequence<Lines>(), credits, bytes) {}

  [[nodiscard]] auto credit(std::size_t line = 0) noexcept { return credits_[line].acquire(); }
  void give(Value value, semaphore::permit credit) {
    if (failed_) return;
    output_.try_put({std::move(value), std::move(credit)});
  }
  /// There will be no more items.
  void finish() { output_.shutdown(); }
  /// Items given before come out first; nothing more is made.
  void failed(std::exception_ptr error) noexcept override {
    if (std::exchange(failed_, true)) return;
    error_ = std::move(error);
    dismiss();
    output_.shutdown();
  }

 private:
  template <std::size_t... I>
  producer(std::index_sequence<I...>, std::size_t credits, std::size_t bytes) noexcept
      : credits_{(static_cast<void>(I), semaphore(credits))...},
        output_({.bytes = bytes}, [](const credited<Value>& c) { return c.bytes; }) {}

  std::array<semaphore, Lines> credits_;  // outlives the permits in the queue
  queue<credited<Value>> output_;
  std::exception_ptr error_;
  bool failed_ = false;
};

/// The stream that a producer makes.
template <class Producer>
class produced {
  using value = typename Producer::value_type;
  class pulling;
  class close_awaiter;

 public:
  explicit produced(crew_ptr<Producer> by) noexcept : by_(std::move(by)) {}

  [[nodiscard("co_await it")]] pulling next() { return pulling(*this); }
  /// Cancels the stage's tasks and waits until they and the clean-up of the source are over.
  /// Afterwards `next` gives nothing.
  /// Errors: throws `std::logic_error` while a `next` is under way.
  [[nodiscard("co_await it")]] close_awaiter close() {
    if (waiting_ != 0) {
      throw std::logic_error("eddy: close() of a stream while a next() of it is under way");
    }
    return close_awaiter(*this);
  }

 private:
  crew_ptr<Producer> by_;
  std::size_t waiting_ = 0;  // calls of next()
};

template <class Producer>
class produced<Producer>::pulling final : public stage<pulling> {
  using getting = typename queue<credited<value>>::getting;

 public:
  explicit pulling(produced& self) noexcept : self_(self) {}

  std::coroutine_handle<> drive() {
    if (self_.by_ == nullptr) return nullptr;
    if (!got_.started()) {
      self_.by_->begin(this->inner());
      const auto get = [this] { return self_.by_->output().get(); };
      if (const auto next = got_.start(this->inner(), get)) {
        wait(true);
        return next;
      }
    }
    wait(false);
    try {
      out_.emplace(std::move(got_.take().value));
    } catch (const queue_shut_down&) {
      self_.by_->rethrow_error();
    }
    return nullptr;
  }
  void drop() noexcept {
    wait(false);
    got_.reset();
  }
  std::optional<value> result() { return std::move(out_); }

 private:
  void wait(bool is_to) noexcept {
    if (std::exchange(waiting_, is_to) == is_to) return;
    is_to ? ++self_.waiting_ : --self_.waiting_;
  }

  produced& self_;
  bool waiting_ = false;
  pending_await<getting> got_;
  std::optional<value> out_;
};

template <class Producer>
class produced<Producer>::close_awaiter final : public closing {
 public:
  explicit close_awaiter(produced& self) noexcept : self_(self) {}
  bool suspend(frame& owner) noexcept {
    return drop_and_wait(owner, [this] { self_.by_.reset(); });
  }

 private:
  produced& self_;
};

/// The right side of a `|` whose stage is made by a `Producer<Source>` from `args`.
template <class Producer, class... Args>
produced<Producer> produce(Args&&... args) {
  return produced<Producer>(make_crew<Producer>(static_cast<Args&&>(args)...));
}

}  // namespace eddy::detail
