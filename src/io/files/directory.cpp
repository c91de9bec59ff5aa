// SPDX-License-Identifier: MIT
#include "directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "file_calls.hpp"

namespace eddy::detail {
namespace {

constexpr int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

/// -1 and errno if it fails.
int open_path(const std::string& path, directory::links at_the_end) {
  refuse_nul("open", path);
  const bool follows = at_the_end == directory::links::follow;
  return ::open(path.c_str(), follows ? flags : flags | O_NOFOLLOW);
}

}  // namespace

directory::directory(const std::string& path, links at_the_end)
    : directory(path, open_path(path, at_the_end)) {}

std::optional<directory> directory::open_if_exists(const std::string& path, links at_the_end) {
  return take(path, open_path(path, at_the_end));
}

std::optional<directory> directory::open_if_exists(const directory& parent, const std::string& name,
                                                   std::string path) {
  return take(std::move(path), ::openat(parent.fd(), name.c_str(), flags | O_NOFOLLOW));
}

std::optional<directory> directory::take(std::string path, int fd) {
  if (fd < 0 && errno == ENOENT) return std::nullopt;
  return directory(std::move(path), fd);
}

directory::directory(std::string path, int fd) : path_(std::move(path)) {
  if (fd < 0) fail_on("open directory", path_, errno);
  stream_.reset(::fdopendir(fd));
  if (stream_ != nullptr) return;
  const int error = errno;
  ::close(fd);
  fail_on("open directory", path_, error);
}

std::vector<fs::entry> directory::next(std::size_t most) {
  std::vector<fs::entry> found;
  while (found.size() < most) {
    errno = 0;
    const dirent* one = ::readdir(stream_.get());
    if (one == nullptr) {
      if (errno != 0) fail_on("read directory", path_, errno);
      break;
    }
    const std::string_view name = one->d_name;
    if (name != "." && name != "..") found.push_back({std::string(name), type_of(*one)});
  }
  return found;
}

file_type directory::type_of(const dirent& found) const {
  if (found.d_type != DT_UNKNOWN) return to_file_type(DTTOIF(found.d_type));
  // Some file systems leave it open.
  struct stat status{};
  if (::fstatat(fd(), found.d_name, &status, AT_SYMLINK_NOFOLLOW) < 0) return file_type::unknown;
  return to_file_type(status.st_mode);
}

}  // namespace eddy::detail
