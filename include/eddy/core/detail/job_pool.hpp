// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <eddy/core/detail/frame.hpp>
#include <eddy/core/detail/intrusive_list.hpp>

namespace eddy::detail {

/// A call for a worker thread. Sits in the awaiter that waits for it, so a line of any length takes
/// no memory of the pool's.
class pool_job {
 public:
  pool_job() = default;
  pool_job(const pool_job&) = delete;
  pool_job& operator=(const pool_job&) = delete;

 protected:
  ~pool_job() = default;

 private:
  friend class job_pool;
  friend class intrusive_list<pool_job>;
  virtual void run() noexcept = 0;  // on the worker

  pool_job* previous = nullptr;
  pool_job* next = nullptr;
  bool queued_ = false;
};

/// Threads that run jobs, oldest first: started as needed up to a bound, and kept.
///
/// Thread safety: any thread.
class job_pool {
 public:
  /// Threads are called `name-1`, `name-2`, ..., shortened to the 15 letters the system has for it.
  /// Errors: throws `std::invalid_argument` for less than one thread.
  job_pool(int most_threads, std::string name);
  job_pool(const job_pool&) = delete;
  job_pool& operator=(const job_pool&) = delete;
  /// Joins the threads. Requires: no job is queued or running.
  ~job_pool();

  /// Errors: throws `std::system_error` if not even one thread can be started.
  void submit(pool_job& job);
  /// Takes back a job that no worker has begun. False: too late, it will run.
  [[nodiscard]] bool withdraw(pool_job& job) noexcept;

  [[nodiscard]] int most_threads() const noexcept { return most_threads_; }

 private:
  void start_worker();
  void work();

  const int most_threads_;
  const std::string name_;
  std::mutex mutex_;
  std::condition_variable changed_;
  intrusive_list<pool_job> jobs_;
  int queued_ = 0;
  int idle_ = 0;
  bool ending_ = false;
  std::vector<std::thread> workers_;
};

/// Submits the job `owner` waits for. Errors: as `submit`; the owner then goes on with that.
void submit_or_unpark(job_pool& pool, pool_job& job, frame& owner);

/// What `to_thread` uses: up to 32 threads, for calls that block. Never destroyed, so a call that
/// hangs does not keep the process from ending.
[[nodiscard]] job_pool& blocking_pool();

}  // namespace eddy::detail
