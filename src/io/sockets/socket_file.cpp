// SPDX-License-Identifier: MIT
#include <eddy/io/detail/socket_file.hpp>

#include <sys/stat.h>
#include <unistd.h>

namespace eddy::detail {

socket_file::socket_file(std::string path) noexcept {
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return;
  path_ = std::move(path);
  device_ = found.st_dev;
  inode_ = found.st_ino;
}

void socket_file::remove() noexcept {
  if (path_.empty()) return;
  struct stat found{};
  const bool is_ours = ::lstat(path_.c_str(), &found) == 0 && S_ISSOCK(found.st_mode) &&
                       found.st_dev == device_ && found.st_ino == inode_;
  if (is_ours) ::unlink(path_.c_str());
  path_.clear();
}

}  // namespace eddy::detail
