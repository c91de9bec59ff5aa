// SPDX-License-Identifier: MIT
#include <eddy/core/detail/write_quietly.hpp>

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

namespace eddy::detail {

// The signal comes to the thread that writes, at once: blocked there, it can be taken away again.
// To ignore it in the whole process would be simpler, and not ours to decide.
ssize_t write_quietly(int fd, const void* data, std::size_t size) noexcept {
  sigset_t broken_pipe;
  sigset_t before;
  ::sigemptyset(&broken_pipe);
  ::sigaddset(&broken_pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &broken_pipe, &before);
  const ssize_t written = ::write(fd, data, size);
  const int error = errno;
  if (::sigismember(&before, SIGPIPE) == 0) {
    constexpr timespec at_once{};
    if (written < 0 && error == EPIPE) ::sigtimedwait(&broken_pipe, nullptr, &at_once);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  errno = error;
  return written;
}

}  // namespace eddy::detail
