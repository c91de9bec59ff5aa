// SPDX-License-Identifier: MIT
#include "child.hpp"

#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <memory>
#include <new>
#include <system_error>

#include <eddy/core/detail/job_pool.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/wait_for.hpp>

#include <io/polling_awaiter.hpp>
#include "pidfd.hpp"

namespace eddy::detail {
namespace {

/// Takes the end of a child: 0, or the error.
int take_end(const descriptor& pidfd, int flags, siginfo_t& info) noexcept {
  for (;;) {
    if (::waitid(P_PIDFD, static_cast<id_t>(pidfd.get()), &info, WEXITED | flags) == 0) return 0;
    if (errno != EINTR) return errno;
  }
}

/// Waits on a worker for a process that was killed, for nobody else is left to do it.
struct last_wait final : pool_job {
  explicit last_wait(descriptor fd) noexcept : pidfd(fd.release()) {}  // our loop's no more
  void run() noexcept override {
    siginfo_t ignored{};
    [[maybe_unused]] const int error = take_end(pidfd, 0, ignored);
    delete this;
  }
  descriptor pidfd;
};

process_status status_of(const siginfo_t& info) noexcept {
  if (info.si_code == CLD_EXITED) return process_status::exited(info.si_status);
  return process_status::killed(info.si_status, info.si_code == CLD_DUMPED);
}

}  // namespace

child::~child() {
  if (!alive()) return;
  [[maybe_unused]] const int error = send(SIGKILL);
  try {
    auto job = std::make_unique<last_wait>(std::move(pidfd_));
    blocking_pool().submit(*job);
    (void)job.release();
  } catch (const std::exception&) {
    report("no thread to wait for process " + std::to_string(pid_) + " (" + name_ +
           "), which was killed: it stays a zombie until this program ends");
  }
}

int child::send(int signal) const noexcept {
  if (!alive()) return ESRCH;
  if (send_pidfd_signal(pidfd_.get(), leads_group_ ? 0 : signal) < 0) return errno;
  // The group keeps its number as long as its leader has not been waited for, which it has not.
  return leads_group_ && ::kill(-pid_, signal) < 0 ? errno : 0;
}

task<process_status> child::wait() {
  while (!status_) {
    co_await ended();
    if (!status_) reap();
  }
  co_return *status_;
}

task<process_status> child::stop(duration grace) {
  stopping_ = true;
  if (send(SIGTERM) == 0) co_await wait_for_optional(ended(), grace);
  [[maybe_unused]] const int sent = send(SIGKILL);
  co_return co_await wait();
}

task<> child::end() {
  try {
    co_await stop(grace_);
  } catch (const io_error& error) {
    if (error.code() != std::errc::no_child_process) throw;  // else somebody has waited for it
  }
}

task<> child::ended() {
  const auto turn = co_await turn_.lock();
  if (!alive()) co_return;
  const int result = co_await polling_awaiter(io_code::poll_in, pidfd_.get(), polling_, "process");
  if (result < 0) throw io_error(-result, "wait for " + name_);
}

void child::reap() {
  if (!alive()) throw io_error(ECHILD, "wait for " + name_);
  if (stopping_ && leads_group_) (void)send(SIGKILL);
  siginfo_t info{};
  const int error = take_end(pidfd_, WNOHANG, info);
  if (error == 0 && info.si_pid == 0) return;  // a debugger has it, and lets go of it in a moment
  pidfd_.close();
  if (error != 0) {
    throw io_error(
        error, "wait for " + name_ + " (does the program wait for any child, or ignore SIGCHLD?)");
  }
  status_ = status_of(info);
}

}  // namespace eddy::detail
