// SPDX-License-Identifier: MIT
#include <eddy/testing/test.hpp>

#include <dirent.h>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <eddy/core/detail/frame_pool.hpp>
#include <eddy/core/error.hpp>

#include "checked.hpp"

namespace eddy::testing {
namespace {

int open_descriptors() {
  int count = 0;
  DIR* dir = opendir("/proc/self/fd");
  while (readdir(dir) != nullptr) ++count;
  closedir(dir);
  return count;
}

/// Ends the process when a test on the real clock hangs: the loop itself may be what is stuck.
class watchdog {
 public:
  explicit watchdog(std::chrono::seconds limit) : thread_([this, limit] { watch(limit); }) {}
  ~watchdog() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

 private:
  void watch(std::chrono::seconds limit) {
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, limit, [this] { return done_; })) return;
    std::fprintf(stderr, "watchdog: the test did not end within %lld s\n",
                 static_cast<long long>(limit.count()));
    std::abort();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace

void run_checked(task<> (*body)(), backend_kind backend, std::optional<std::uint64_t> seed) {
  const long frames = detail::live_frames();
  const int descriptors = open_descriptors();
  try {
    eddy::run(body, {.handle_signals = false, .backend = backend, .seed = seed});
  } catch (...) {
    ADD_FAILURE() << detail::describe(std::current_exception());
  }
  EXPECT_EQ(detail::live_frames(), frames) << "coroutine frames or control blocks were leaked";
  EXPECT_EQ(open_descriptors(), descriptors) << "file descriptors were leaked";
}

void run_virtual(task<> (*body)()) { run_checked(body, backend_kind::sim); }

void run_real(task<> (*body)(), backend_kind backend) {
  try {
    detail::make_backend(backend);
  } catch (const std::runtime_error& refused) {
    GTEST_SKIP() << refused.what();
  }
  const watchdog limit(std::chrono::seconds(5));
  run_checked(body, backend);
}

std::string backend_label(const ::testing::TestParamInfo<backend_kind>& info) {
  return info.param == backend_kind::uring ? "uring" : "epoll";
}

}  // namespace eddy::testing
