// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include <eddy/core/detail/queues.hpp>

namespace eddy::detail {

/// What a loop has besides when it runs under a seed.
class monitor {
 public:
  explicit monitor(std::uint64_t seed) : random_(seed) {}

  /// Takes any of the ready frames, each as likely as another; null when there is none.
  frame* pick(frame_fifo& ready) {
    while (frame* f = ready.pop()) mixed_.push_back(f);
    if (mixed_.empty()) return nullptr;
    std::swap(mixed_[random_() % mixed_.size()], mixed_.back());
    frame* picked = mixed_.back();
    mixed_.pop_back();
    if (!mixed_.empty()) {  // so that the queue is empty only when nothing is ready
      ready.push(*mixed_.back());
      mixed_.pop_back();
    }
    return picked;
  }

 private:
  std::mt19937_64 random_;
  std::vector<frame*> mixed_;
};

}  // namespace eddy::detail
