// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <source_location>
#include <string>
#include <vector>

#include <eddy/core/detail/queues.hpp>
#include <eddy/core/loop.hpp>

namespace eddy::detail {

/// What a loop has besides when it runs under a seed or in debug mode: takes part in each step.
class monitor {
 public:
  explicit monitor(const loop_checks& checks);

  /// Takes the next ready frame, or any of them under a seed; null when there is none.
  frame* pick(frame_fifo& ready);

  void step_begins(const frame& f);
  /// Reports a step that kept all other tasks waiting.
  void step_ended(const loop& home);

 private:
  using wall_clock = std::chrono::steady_clock;  // a step is slow in real time only

  bool timing_;
  std::optional<std::mt19937_64> random_;
  std::vector<frame*> mixed_;

  wall_clock::time_point began_{};
  const task_record* task_ = nullptr;
  std::uint64_t id_ = 0;
  std::string name_;
  std::vector<std::source_location> from_;  // innermost first
};

}  // namespace eddy::detail
