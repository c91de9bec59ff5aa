// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include <eddy/core/detail/cleanup.hpp>
#include <eddy/core/task.hpp>
#include <eddy/flow/mutex.hpp>
#include <eddy/io/detail/descriptor.hpp>
#include <eddy/io/detail/io_awaiter.hpp>
#include <eddy/io/process.hpp>

namespace eddy::detail {

/// A child process that has not been waited for, or how it ended.
///
/// It is itself the clean-up that a task adopts when it drops its `process`, so that dropping needs
/// no memory.
class child final : public cleanup_block {
 public:
  child(std::string name, duration grace, bool leads_group) noexcept
      : name_(std::move(name)), grace_(grace), leads_group_(leads_group) {}
  /// One that still runs is killed, and waited for by a worker thread.
  ~child() override;

  /// `pidfd` comes from a worker: the loop has yet to hear of it.
  void started(pid_t pid, descriptor pidfd) noexcept {
    pid_ = pid;
    pidfd_ = descriptor(pidfd.release());
  }
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::optional<process_status> status() const noexcept { return status_; }
  /// There is somebody to be waited for.
  [[nodiscard]] bool alive() const noexcept { return pidfd_.is_open(); }

  /// 0, ESRCH if it has been waited for, or what else the kernel says.
  [[nodiscard]] int send(int signal) const noexcept;
  [[nodiscard]] task<process_status> wait();
  [[nodiscard]] task<process_status> stop(duration grace);
  /// Stops it for somebody who does not ask how it ended.
  [[nodiscard]] task<> end();

 private:
  task<> make() override { return end(); }
  [[nodiscard]] task<> ended();
  void reap();

  std::string name_;
  duration grace_;
  bool leads_group_;
  bool stopping_ = false;
  pid_t pid_ = -1;
  descriptor pidfd_;
  io_slot polling_;
  mutex turn_;  // one task polls, the others wait for that
  std::optional<process_status> status_;
};

}  // namespace eddy::detail
