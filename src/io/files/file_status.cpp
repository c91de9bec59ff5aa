// SPDX-License-Identifier: MIT
#include <eddy/io/file_status.hpp>

#include <sys/stat.h>

#include <cerrno>
#include <chrono>

#include <fmt/format.h>

#include <eddy/core/error.hpp>

#include "file_calls.hpp"

namespace eddy::detail {

file_type to_file_type(unsigned mode) noexcept {
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
  return {.type = to_file_type(from.stx_mode),
          .mode = from.stx_mode & 07777U,
          .size = from.stx_size,
          .modified = system_clock::time_point(duration_cast<system_clock::duration>(modified)),
          .links = from.stx_nlink,
          .user = from.stx_uid,
          .group = from.stx_gid,
          .device = (std::uint64_t{from.stx_dev_major} << 32) | from.stx_dev_minor,
          .inode = from.stx_ino};
}

}  // namespace eddy::detail
