// SPDX-License-Identifier: MIT
#include "watchdog.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/introspect.hpp>

namespace eddy::testing {
namespace {

// For a loop to come round when it is asked.
constexpr std::chrono::seconds patience{2};

[[noreturn]] void end_process(const std::string& why) {
  std::fputs(why.c_str(), stderr);
  std::abort();
}

double seconds(std::chrono::nanoseconds span) {
  return std::chrono::duration<double>(span).count();
}

}  // namespace

watchdog::watchdog(loop& home, limits times)
    : home_(home), times_(times), thread_([this] { watch(); }) {}

watchdog::~watchdog() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void watchdog::watch() {
  std::unique_lock lock(mutex_);
  for (milliseconds spent{}; spent < times_.end;) {
    const milliseconds span = std::min(times_.look, times_.end - spent);
    if (changed_.wait_for(lock, span, [this] { return done_; })) return;
    spent += span;
    over_time_ = spent >= times_.end;
    // A loop that does not answer is in a long step: only the end of the time is too long for that.
    if (!asked_) {
      asked_ = true;
      home_.post(*this);
    }
  }
  if (changed_.wait_for(lock, patience, [this] { return done_; })) return;
  end_process(
      fmt::format("watchdog: the test did not end within {:.6g} s: a task has kept the loop busy "
                  "since, without "
                  "a co_await that suspends\n",
                  seconds(times_.end)));
}

void watchdog::arrive() noexcept {
  const std::lock_guard lock(mutex_);
  asked_ = false;
  const bool waits = home_.owns_clock() && home_.pending().remote > 0 && !home_.any_ready();
  // Waiting is no fault as long as the clock has moved since the last look.
  const auto stood = std::exchange(stands_at_, waits ? std::optional(home_.now()) : std::nullopt);
  if (waits && stood == home_.now()) {
    end_process(fmt::format(
        "watchdog: virtual time stands still at {:.6g} s, for {:.6g} s of real time by now: {} "
        "with "
        "other threads, and the clock waits for what they do (eddy::to_thread)\n{}",
        seconds(home_.now().time_since_epoch()), seconds(times_.look),
        to_string(detail::pending_work{.remote = home_.pending().remote}), task_tree(home_)));
  }
  if (over_time_) {
    end_process(fmt::format("watchdog: the test did not end within {:.6g} s\n{}",
                            seconds(times_.end), task_tree(home_)));
  }
}

}  // namespace eddy::testing
