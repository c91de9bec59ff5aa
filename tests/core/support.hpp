// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <eddy/core/detail/backend.hpp>
#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/detail/supervisor.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_handle.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/tracked.hpp>

namespace eddy::testing {

using namespace std::chrono_literals;

/// What a coroutine holds must be gone when it has ended.
using counted = tracked;

/// Work that takes `span` and gives `value`.
inline task<int> after(duration span, int value) {
  const counted local;
  co_await sleep(span);
  co_return value;
}

/// Writes its name into a log when it is destroyed.
struct logs_end {
  std::vector<std::string>& log;
  std::string name;
  ~logs_end() { log.push_back(name); }
};

/// Holds tasks back until it is opened: the smallest leaf, so that core is tested without flow.
class gate {
 public:
  class waiting final : public detail::leaf {
   public:
    explicit waiting(gate& g) noexcept : gate_(g) {}
    void suspend(detail::frame& owner) {
      if (park(owner)) gate_.waiters_.push_back(this);
    }
    void await_resume() const noexcept {}

   private:
    friend class gate;
    void cancel(detail::frame&, bool) noexcept override {
      std::erase(gate_.waiters_, this);
      give_up();
    }
    [[nodiscard]] const char* describe() const noexcept override { return "gate"; }
    gate& gate_;
  };

  gate() = default;
  gate(const gate&) = delete;
  gate& operator=(const gate&) = delete;
  ~gate() { assert(waiters_.empty() && "a gate went with tasks waiting at it: open it first"); }

  [[nodiscard]] waiting wait() noexcept { return waiting(*this); }
  void open() {
    for (waiting* w : waiters_) w->wake();
    waiters_.clear();
  }

 private:
  std::vector<waiting*> waiters_;
};

/// Time that may overshoot, as when the loop was busy; counts how often the loop asks for news.
class stub_backend final : public detail::backend {
 public:
  explicit stub_backend(duration overshoot = {}, int* polls = nullptr) noexcept
      : overshoot_(overshoot), polls_(polls) {}
  [[nodiscard]] std::string_view name() const noexcept override { return "stub"; }
  [[nodiscard]] std::optional<int> submit(detail::io_op&) noexcept override { return -EOPNOTSUPP; }
  void cancel(detail::io_op&) noexcept override {}
  void run_once(time_point until) noexcept override { now_ = std::max(now_, until) + overshoot_; }
  void wake() noexcept override {}
  // Read once in each poll.
  [[nodiscard]] time_point now() noexcept override {
    if (polls_ != nullptr) ++*polls_;
    return now_;
  }
  [[nodiscard]] bool owns_clock() const noexcept override { return true; }
  void forget(int) noexcept override {}

 private:
  time_point now_{};
  duration overshoot_;
  int* polls_;
};

/// Runs `main` and all it starts on a loop over `events`.
template <class Main>
void drive(std::unique_ptr<detail::backend> events, Main main) {
  loop home(std::move(events), 30s);
  const task_handle<> handle(*detail::spawn(home.background(), home, 0, std::move(main)));
  while (home.background().has_children() && home.step()) {
  }
  handle.result();
}

inline constexpr run_options virtual_time{.handle_signals = false, .backend = backend_kind::sim};

}  // namespace eddy::testing
