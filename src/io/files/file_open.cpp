// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/io/owned_fd.hpp>

#include "file_calls.hpp"

namespace eddy::detail {
namespace {

// O_NONBLOCK: a named pipe must not wait here for its other end.
constexpr int always = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

int flags_of(const open_options& options) {
  const bool writes =
      options.write || options.append || options.create || options.exclusive || options.truncate;
  if (!options.read && !writes) {
    throw std::invalid_argument("eddy: a file opened neither to be read nor to be written");
  }
  int flags = always;
  flags |= !writes ? O_RDONLY : options.read ? O_RDWR : O_WRONLY;
  if (options.append) flags |= O_APPEND;
  if (options.create || options.exclusive) flags |= O_CREAT;
  if (options.exclusive) flags |= O_EXCL;
  if (options.truncate) flags |= O_TRUNC;
  return flags;
}

constexpr off_t largest_unexamined = off_t{1} << 30;

int open_at(int folder, const std::string& path, int flags, unsigned mode, std::uint64_t resolve) {
  const open_how how{.flags = static_cast<unsigned>(flags), .mode = mode, .resolve = resolve};
  return static_cast<int>(::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how));
}

}  // namespace

opening::opening(std::string path, const open_options& options)
    : beneath_(options.beneath), flags_(flags_of(options)), mode_(options.mode) {
  refuse_nul("open", path);
  refuse_nul("open", beneath_);
  file.path = std::move(path);
  file.appends = options.append;
  file.is_nonblocking = true;
}

bool opening::open_cached() {
  if ((flags_ & (O_CREAT | O_TRUNC)) != 0) return false;
  const int fd = open_within(RESOLVE_CACHED);
  if (fd < 0) {
    switch (errno) {
      case EAGAIN:
      case EINTR:
      case EINVAL:  // before Linux 5.12
      case ENOSYS:
      case EPERM:  // a sandbox that does not know the call
        return false;
      default:
        break;
    }
  }
  take(fd);
  return true;
}

void opening::open() {
  for (;;) {
    const int fd = beneath_.empty() ? ::open(file.path.c_str(), flags_, mode_) : open_within(0);
    if (fd < 0 && errno == EINTR) continue;
    if (fd < 0 && errno == EAGAIN && (flags_ & O_NONBLOCK) != 0) {
      flags_ &= ~O_NONBLOCK;  // somebody holds a lease on it, and is given time to let go
      continue;
    }
    return take(fd);
  }
}

// -1 and `errno` where it fails.
int opening::open_within(std::uint64_t resolve) {
  const unsigned mode = (flags_ & O_CREAT) != 0 ? mode_ : 0;
  if (beneath_.empty()) return open_at(AT_FDCWD, file.path, flags_, mode, resolve);
  const owned_fd folder(open_at(AT_FDCWD, beneath_, O_PATH | O_DIRECTORY | O_CLOEXEC, 0, resolve));
  if (!folder) return -1;
  return open_at(folder.get(), file.path, flags_, mode,
                 resolve | RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
}

void opening::take(int fd) {
  if (fd < 0) file.fail("open", errno);
  file.fd = descriptor(fd);
}

void opening::examine() {
  // Opening has just learnt what is asked here: it is cached, also of a file elsewhere.
  struct statx found{};
  constexpr int as_cached = AT_EMPTY_PATH | AT_STATX_DONT_SYNC;
  if (::statx(file.fd.get(), "", as_cached, STATX_BASIC_STATS, &found) < 0) {
    file.fail("open", errno);
  }
  const file_type type = to_file_type(found.stx_mode);
  if (type == file_type::directory) file.fail("open", EISDIR);
  if (type == file_type::pipe) {
    throw io_error(EOPNOTSUPP, fmt::format("open {}, a named pipe, as a file", file.path));
  }
  file.is_device = type == file_type::character_device;
  // It will be polled, and if a worker has opened it, the loop has yet to hear of it.
  if (file.is_device) file.fd = descriptor(file.fd.release());
  size = found.stx_size;
}

// Asking for the end costs a third of asking for everything, and only what has positions answers.
// A directory may answer too, with anything.
void opening::examine_quickly() {
  const off_t end = ::lseek(file.fd.get(), 0, SEEK_END);
  if (end < 0 || end > largest_unexamined) return examine();
  size = static_cast<std::uint64_t>(end);
}

}  // namespace eddy::detail
