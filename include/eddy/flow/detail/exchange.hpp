// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>
#include <optional>
#include <semaphore>
#include <utility>

#include <eddy/core/detail/intrusive_list.hpp>
#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/detail/queues.hpp>

namespace eddy::detail {

/// One who waits at a channel, to send or to receive: a task of some loop, or a thread.
template <class T>
class exchange {
 public:
  exchange() = default;
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

  /// It is out of the line, for good. Called without the channel's lock, by any thread; from here
  /// on it may be gone.
  virtual void served() noexcept = 0;

  // Guarded by the channel's mutex while it is in line.
  exchange* previous = nullptr;
  exchange* next = nullptr;
  bool in_line = false;
  bool sent = false;      // a sender's answer
  std::optional<T> item;  // what a sender brings or a receiver was given

 protected:
  ~exchange() = default;
};

/// A line of them that keeps `in_line`.
template <class T>
class exchange_line {
 public:
  [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
  void add(exchange<T>& e) noexcept {
    e.in_line = true;
    list_.push_back(e);
  }
  void remove(exchange<T>& e) noexcept {
    e.in_line = false;
    list_.erase(e);
  }
  /// The oldest, or null.
  exchange<T>* take() noexcept {
    exchange<T>* oldest = list_.pop_front();
    if (oldest != nullptr) oldest->in_line = false;
    return oldest;
  }

 private:
  intrusive_list<exchange<T>> list_;
};

/// A task in line. A cancel takes it out; once it was served it resumes and keeps what it was
/// given.
template <class T>
class waiting_task : public leaf, public exchange<T>, private remote_work {
 protected:
  explicit waiting_task(std::mutex& mutex) noexcept : mutex_(mutex) {}
  ~waiting_task() = default;

  /// Requires: the channel's mutex is held.
  void get_in(exchange_line<T>& line, frame& owner) noexcept {
    if (!park(owner)) return;
    home_ = owner.home;
    line_ = &line;
    home_->open_door();
    line.add(*this);
  }

 private:
  void served() noexcept override {
    if (home_ == loop::current()) {
      arrive();
    } else {
      home_->post(*this);
    }
  }
  void arrive() noexcept override {
    home_->shut_door();
    wake();
  }
  void cancel(frame&, bool) noexcept override {
    {
      const std::lock_guard lock(mutex_);
      if (!this->in_line) return;  // served: that is on its way here
      line_->remove(*this);
    }
    home_->shut_door();
    give_up();
  }

  std::mutex& mutex_;
  exchange_line<T>* line_ = nullptr;
  loop* home_ = nullptr;
};

/// A thread in line.
template <class T>
class waiting_thread final : public exchange<T> {
 public:
  void wait() noexcept { served_.acquire(); }

 private:
  void served() noexcept override { served_.release(); }
  std::binary_semaphore served_{0};
};

}  // namespace eddy::detail
