// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include <eddy/core/detail/signal_listener.hpp>
#include <eddy/core/loop.hpp>

namespace eddy::detail {

/// While alive, SIGQUIT writes the task tree of one loop to stderr, and the loop goes on. A loop
/// that is in a long step does so as soon as that ends.
///
/// Any number at a time in a process, each for a loop of its own, and all of them answer.
/// Lifetime: the loop takes no step any more when this goes; it may still have it in its inbox.
class signal_dump final : private signal_listener, private remote_work {
 public:
  explicit signal_dump(loop& home);
  signal_dump(const signal_dump&) = delete;
  signal_dump& operator=(const signal_dump&) = delete;
  ~signal_dump();

 private:
  void on_signal(int signal) noexcept override;
  void arrive() noexcept override;

  loop& home_;
  // Set by the handler, cleared by the loop when it has taken notice.
  std::atomic<bool> on_its_way_{false};
};

}  // namespace eddy::detail
