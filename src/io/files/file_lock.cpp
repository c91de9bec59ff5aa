// SPDX-License-Identifier: MIT
#include <eddy/io/file_lock.hpp>

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include <eddy/core/sleep.hpp>
#include <eddy/io/file.hpp>

namespace eddy {
namespace {

// Of the open file, not of the process: those vanish as soon as anyone closes the file.
int set_lock(int fd, short type) noexcept {
  struct flock whole{};
  whole.l_type = type;
  whole.l_whence = SEEK_SET;
  return ::fcntl(fd, F_OFD_SETLK, &whole) == 0 ? 0 : errno;
}

bool try_lock_as(const detail::open_file& file, short type) {
  const int error = set_lock(file.fd.get(), type);
  if (error == EAGAIN || error == EACCES) return false;
  if (error != 0) file.fail("lock", error);
  return true;
}

// The system has nobody who tells when a lock is free, but for a thread that waits in it and that
// nothing but a signal gets out again.
task<> lock_as(detail::open_file& file, short type) {
  using namespace std::chrono_literals;
  const detail::file_use use(file);
  for (duration pause = 1ms; !try_lock_as(file, type);
       pause = std::min<duration>(2 * pause, 50ms)) {
    co_await sleep(pause);
  }
}

}  // namespace

task<file_lock> file::lock() {
  co_await lock_as(file_, F_WRLCK);
  co_return file_lock(file_);
}
task<file_lock> file::lock_shared() {
  co_await lock_as(file_, F_RDLCK);
  co_return file_lock(file_);
}
std::optional<file_lock> file::try_lock() {
  if (!try_lock_as(file_, F_WRLCK)) return std::nullopt;
  return file_lock(file_);
}
std::optional<file_lock> file::try_lock_shared() {
  if (!try_lock_as(file_, F_RDLCK)) return std::nullopt;
  return file_lock(file_);
}

void file_lock::unlock() noexcept {
  if (file_ == nullptr) return;
  set_lock(file_->fd.get(), F_UNLCK);
  std::exchange(file_, nullptr)->uses.remove();
}

}  // namespace eddy
