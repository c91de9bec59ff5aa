// SPDX-License-Identifier: MIT
#include <eddy/io/fs.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/to_thread.hpp>

#include "file_calls.hpp"

namespace eddy::fs {
namespace {

using detail::fail_on;
using detail::refuse_nul;

/// Nothing where there is no such name. Blocks its thread.
std::optional<file_status> look(const std::string& path, int flags) {
  refuse_nul("stat", path);
  struct statx found{};
  if (::statx(AT_FDCWD, path.c_str(), flags, STATX_BASIC_STATS, &found) == 0) {
    return detail::to_file_status(found);
  }
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  fail_on("stat", path, errno);
}

task<file_status> status_or_error(std::string path, int flags) {
  const auto found = co_await to_thread([&] { return look(path, flags); });
  if (!found) fail_on("stat", path, ENOENT);
  co_return *found;
}

void make_one(const std::string& path, unsigned mode) {
  refuse_nul("make directory", path);
  if (::mkdir(path.c_str(), mode) < 0) fail_on("make directory", path, errno);
}

void make_all(const std::string& path, unsigned mode) {
  refuse_nul("make directory", path);
  if (::mkdir(path.c_str(), mode) == 0) return;
  int error = errno;
  if (error == ENOENT) {
    const std::size_t name = path.find_last_not_of('/');
    const std::size_t slash = path.find_last_of('/', name);
    if (slash == std::string::npos || slash == 0) fail_on("make directory", path, error);
    make_all(path.substr(0, slash), mode);
    if (::mkdir(path.c_str(), mode) == 0) return;
    error = errno;  // somebody else may have just made it
  }
  const auto there = error == EEXIST ? look(path, 0) : std::nullopt;
  if (!there || !there->is_directory()) fail_on("make directory", path, error);
}

}  // namespace

task<file_status> status(std::string path) { return status_or_error(std::move(path), 0); }
task<file_status> link_status(std::string path) {
  return status_or_error(std::move(path), AT_SYMLINK_NOFOLLOW);
}

task<bool> exists(std::string path) {
  co_return co_await to_thread([&] { return look(path, 0).has_value(); });
}

task<> make_directory(std::string path, unsigned mode) {
  co_await to_thread([&] { make_one(path, mode); });
}
task<> make_directories(std::string path, unsigned mode) {
  co_await to_thread([&] { make_all(path, mode); });
}

task<> remove(std::string path) {
  co_await to_thread([&] {
    refuse_nul("remove", path);
    if (::unlink(path.c_str()) == 0) return;
    const int error = errno;
    if (error == EISDIR && ::rmdir(path.c_str()) == 0) return;
    fail_on("remove", path, error == EISDIR ? errno : error);
  });
}

task<> rename(std::string from, std::string to) {
  co_await to_thread([&] {
    refuse_nul("rename", from);
    refuse_nul("rename", to);
    if (::rename(from.c_str(), to.c_str()) < 0) {
      throw io_error(errno, fmt::format("rename {} to {}", from, to));
    }
  });
}

}  // namespace eddy::fs
