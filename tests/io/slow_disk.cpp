// SPDX-License-Identifier: MIT
#include "slow_disk.hpp"

#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace {

std::atomic<bool> slow{false};
std::atomic<bool> held{false};
std::atomic<int> calls_seen{0};

void wait_for_the_disk() {
  if (!slow) return;
  ++calls_seen;
  held.wait(true);
}

}  // namespace

extern "C" {

ssize_t pread(int fd, void* into, size_t size, off_t offset) {
  wait_for_the_disk();
  return ::syscall(SYS_pread64, fd, into, size, offset);
}

ssize_t pwrite(int fd, const void* from, size_t size, off_t offset) {
  wait_for_the_disk();
  return ::syscall(SYS_pwrite64, fd, from, size, offset);
}

ssize_t copy_file_range(int from, off_t* from_offset, int to, off_t* to_offset, size_t size,
                        unsigned flags) {
  wait_for_the_disk();
  return ::syscall(SYS_copy_file_range, from, from_offset, to, to_offset, size, flags);
}

int unlinkat(int folder, const char* name, int flags) noexcept {
  wait_for_the_disk();
  return static_cast<int>(::syscall(SYS_unlinkat, folder, name, flags));
}

ssize_t preadv2(int fd, const iovec* where, int count, off_t offset, int flags) {
  if (slow) {
    errno = EAGAIN;
    return -1;
  }
  return ::syscall(SYS_preadv2, fd, where, count, offset, 0, flags);
}

ssize_t pwritev2(int fd, const iovec* where, int count, off_t offset, int flags) {
  if (slow) {
    errno = EAGAIN;
    return -1;
  }
  return ::syscall(SYS_pwritev2, fd, where, count, offset, 0, flags);
}
}

namespace eddy::testing {

slow_disk::slow_disk() {
  calls_seen = 0;
  held = true;
  slow = true;
}
slow_disk::~slow_disk() {
  answer();
  slow = false;
}
void slow_disk::answer() {
  held = false;
  held.notify_all();
}
int slow_disk::calls() const { return calls_seen; }

}  // namespace eddy::testing
