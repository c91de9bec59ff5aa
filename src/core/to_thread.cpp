// SPDX-License-Identifier: MIT
#include <eddy/core/to_thread.hpp>

#include <pthread.h>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <system_error>
#include <thread>

namespace eddy::detail {
namespace {

class blocking_pool {
 public:
  void submit(blocking_job& job) {
    const std::lock_guard lock(mutex_);
    if (queued_ >= idle_ && workers_ < most_workers) {
      try {
        start_worker();
      } catch (const std::system_error&) {
        if (workers_ == 0) throw;  // else those there are will get to it
      }
    }
    job.next_job = nullptr;
    *tail_ = &job;
    tail_ = &job.next_job;
    ++queued_;
    job_added_.notify_one();
  }

  bool withdraw(blocking_job& job) noexcept {
    const std::lock_guard lock(mutex_);
    for (blocking_job** link = &head_; *link != nullptr; link = &(*link)->next_job) {
      if (*link != &job) continue;
      *link = job.next_job;
      if (*link == nullptr) tail_ = link;
      --queued_;
      return true;
    }
    return false;
  }

 private:
  static constexpr int most_workers = 32;

  void start_worker() {
    // Signals belong to the threads that run loops.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread worker([this] { work(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_setname_np(worker.native_handle(), "eddy-blocking");
    // Detached: a call that hangs must not keep the process from ending.
    worker.detach();
    ++workers_;
  }

  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++idle_;
      job_added_.wait(lock, [this] { return head_ != nullptr; });
      --idle_;
      blocking_job* job = head_;
      head_ = job->next_job;
      if (head_ == nullptr) tail_ = &head_;
      --queued_;
      lock.unlock();
      job->run();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable job_added_;
  blocking_job* head_ = nullptr;
  blocking_job** tail_ = &head_;
  int queued_ = 0;
  int workers_ = 0;
  int idle_ = 0;
};

/// Never destroyed: workers outlive main.
blocking_pool& pool() {
  static auto* const instance = new blocking_pool;
  return *instance;
}

}  // namespace

void submit_or_unpark(blocking_job& job, frame& owner) {
  try {
    pool().submit(job);
  } catch (...) {
    owner.child = nullptr;
    throw;
  }
  owner.home->expect_remote();
}

bool withdraw_blocking(blocking_job& job) noexcept { return pool().withdraw(job); }

}  // namespace eddy::detail
