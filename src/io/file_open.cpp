// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/to_thread.hpp>

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

/// The descriptor or -errno; nothing where it would have to wait, or the kernel does not know how
/// not to.
std::optional<int> open_cached(const char* path, int flags) noexcept {
  if ((flags & (O_CREAT | O_TRUNC)) != 0) return std::nullopt;
  const open_how how{.flags = static_cast<unsigned>(flags), .mode = 0, .resolve = RESOLVE_CACHED};
  const long fd = ::syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
  if (fd >= 0) return static_cast<int>(fd);
  switch (errno) {
    case EAGAIN:
    case EINTR:
    case EINVAL:  // before Linux 5.12
    case ENOSYS:
    case EPERM:  // a sandbox that does not know the call
      return std::nullopt;
    default:
      return -errno;
  }
}

int open_waiting(const char* path, int flags, unsigned mode) noexcept {
  for (;;) {
    const int fd = ::open(path, flags, mode);
    if (fd >= 0) return fd;
    if (errno == EAGAIN && (flags & O_NONBLOCK) != 0) {
      flags &= ~O_NONBLOCK;  // somebody holds a lease on it, and is given time to let go
    } else if (errno != EINTR) {
      return -errno;
    }
  }
}

file_type type_of(unsigned mode) noexcept {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return file_type::regular;
    case S_IFDIR:
      return file_type::directory;
    case S_IFLNK:
      return file_type::symlink;
    case S_IFBLK:
      return file_type::block_device;
    case S_IFCHR:
      return file_type::character_device;
    case S_IFIFO:
      return file_type::pipe;
    case S_IFSOCK:
      return file_type::socket;
    default:
      return file_type::unknown;
  }
}

}  // namespace

void fail_on(std::string_view verb, std::string_view path, int error) {
  throw io_error(error, fmt::format("{} {}", verb, path));
}

void refuse_nul(std::string_view verb, std::string_view path) {
  if (!path.contains('\0')) return;
  throw io_error(EINVAL, fmt::format("{} {:?}, a path with a NUL inside", verb, path));
}

file_status to_file_status(const struct statx& from) noexcept {
  using namespace std::chrono;
  const auto modified = seconds(from.stx_mtime.tv_sec) + nanoseconds(from.stx_mtime.tv_nsec);
  return {.type = type_of(from.stx_mode),
          .mode = from.stx_mode & 07777U,
          .size = from.stx_size,
          .modified = system_clock::time_point(duration_cast<system_clock::duration>(modified)),
          .links = from.stx_nlink,
          .user = from.stx_uid,
          .group = from.stx_gid,
          .device = (std::uint64_t{from.stx_dev_major} << 32) | from.stx_dev_minor,
          .inode = from.stx_ino};
}

task<opened_file> open_path(std::string path, open_options options) {
  refuse_nul("open", path);
  const int flags = flags_of(options);
  std::optional<int> fd = open_cached(path.c_str(), flags);
  if (!fd) {
    fd = co_await to_thread([&] { return open_waiting(path.c_str(), flags, options.mode); });
  }
  if (*fd < 0) fail_on("open", path, -*fd);
  opened_file made;
  made.file.fd = descriptor(*fd);

  // What opening has just learnt is asked for, and not over the network once more.
  struct statx found{};
  constexpr int as_cached = AT_EMPTY_PATH | AT_STATX_DONT_SYNC;
  if (::statx(*fd, "", as_cached, STATX_BASIC_STATS, &found) < 0) fail_on("open", path, errno);
  switch (type_of(found.stx_mode)) {
    case file_type::directory:
      fail_on("open", path, EISDIR);
    case file_type::pipe:
      throw io_error(EOPNOTSUPP, fmt::format("open {}, a named pipe, as a file", path));
    default:
      break;
  }
  made.size = found.stx_size;
  made.file.path = std::move(path);
  made.file.is_device = type_of(found.stx_mode) == file_type::character_device;
  made.file.appends = options.append;
  made.file.is_nonblocking = true;
  co_return made;
}

}  // namespace eddy::detail
