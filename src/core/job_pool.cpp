// SPDX-License-Identifier: MIT
#include <eddy/core/detail/job_pool.hpp>

#include <cassert>
#include <stdexcept>
#include <utility>

#include <eddy/core/loop.hpp>

#include "named_thread.hpp"

namespace eddy::detail {

job_pool::job_pool(int most_threads, std::string name)
    : most_threads_(most_threads), name_(std::move(name)) {
  if (most_threads < 1) {
    throw std::invalid_argument("eddy: a pool of " + std::to_string(most_threads) +
                                " threads can run nothing: give it at least one");
  }
}

job_pool::~job_pool() {
  {
    const std::lock_guard lock(mutex_);
    assert(jobs_.empty() && "a thread pool was destroyed with calls in it");
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void job_pool::submit(pool_job& job) {
  const std::lock_guard lock(mutex_);
  if (queued_ >= idle_ && std::cmp_less(workers_.size(), most_threads_)) {
    try {
      start_worker();
    } catch (...) {
      if (workers_.empty()) throw;  // else those there are will get to it
    }
  }
  job.queued_ = true;
  jobs_.push_back(job);
  ++queued_;
  changed_.notify_one();
}

bool job_pool::withdraw(pool_job& job) noexcept {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(job.queued_, false)) return false;
  jobs_.erase(job);
  --queued_;
  return true;
}

void job_pool::start_worker() {
  workers_.reserve(workers_.size() + 1);  // a thread must not start and then find no place
  const int number = static_cast<int>(workers_.size()) + 1;
  workers_.push_back(start_named_thread(name_, number, [this] { work(); }));
}

void job_pool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    --idle_;
    pool_job* job = jobs_.pop_front();
    if (job == nullptr) return;
    job->queued_ = false;
    --queued_;
    lock.unlock();
    job->run();
    lock.lock();
  }
}

void submit_or_unpark(job_pool& pool, pool_job& job, frame& owner) {
  try {
    pool.submit(job);
  } catch (...) {
    owner.child = nullptr;
    throw;
  }
  owner.home->expect_remote();
}

job_pool& blocking_pool() {
  static auto* const instance = new job_pool(32, "to_thread");
  return *instance;
}

}  // namespace eddy::detail
