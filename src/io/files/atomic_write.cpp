// SPDX-License-Identifier: MIT
#include <eddy/io/atomic_write.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <stop_token>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/to_thread.hpp>
#include <eddy/io/detail/descriptor.hpp>

#include "file_calls.hpp"

namespace eddy {
namespace {

// A cancel waits no longer than one of these takes.
constexpr std::size_t slice = std::size_t{8} << 20;

/// Six letters or digits that nobody can guess.
std::string random_letters() {
  constexpr std::string_view letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  std::array<unsigned char, 6> bytes{};
  if (::getentropy(bytes.data(), bytes.size()) < 0) throw io_error(errno, "getentropy");
  std::string text;
  for (const unsigned char byte : bytes) text += letters[byte % letters.size()];
  return text;
}

/// What `path` names in the end. What it leads to need not exist.
std::string behind_links(std::string path) {
  constexpr int most = 40;  // the kernel's limit
  for (int links = 0; links < most; ++links) {
    std::array<char, PATH_MAX> buffer;
    const ssize_t size = ::readlink(path.c_str(), buffer.data(), buffer.size());
    if (size < 0) return path;
    const std::string_view target(buffer.data(), static_cast<std::size_t>(size));
    const std::size_t name = target.starts_with('/') ? 0 : path.rfind('/') + 1;
    path.replace(name, std::string::npos, target);
  }
  detail::fail_on("write", path, ELOOP);
}

/// A file beside `path` that takes its place or goes. Everything here blocks its thread.
class replacement {
 public:
  explicit replacement(const std::string& path) : path_(behind_links(path)) {
    detail::refuse_nul("write", path);
    name_ = path_.substr(path_.rfind('/') + 1);
    const std::string folder = path_.substr(0, path_.size() - name_.size());
    // Now: once the new file has the name, it is too late to find that this cannot be had.
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    folder_ = detail::descriptor(::open(folder.empty() ? "." : folder.c_str(), flags));
    if (!folder_.is_open()) fail();
  }
  replacement(const replacement&) = delete;
  replacement& operator=(const replacement&) = delete;
  ~replacement() {
    if (!temporary_.empty()) ::unlinkat(folder_.get(), temporary_.c_str(), 0);
  }

  void make(unsigned mode) {
    struct stat old{};
    const bool replaces = ::stat(path_.c_str(), &old) == 0;
    if (replaces && !S_ISREG(old.st_mode)) {
      throw io_error(EINVAL, fmt::format("write {}, no regular file", path_));
    }
    create(replaces ? old.st_mode & 07777U : mode);
    if (!replaces) return;
    // The owner is kept where we may give files away, and the mode whatever the umask.
    (void)!::fchown(fd_.get(), old.st_uid, old.st_gid);
    if (::fchmod(fd_.get(), old.st_mode & 07777U) < 0) fail();
  }

  /// False: told to stop.
  bool write(std::string_view bytes, const std::stop_token& stop) {
    while (!bytes.empty() && !stop.stop_requested()) {
      const ssize_t written = ::write(fd_.get(), bytes.data(), std::min(bytes.size(), slice));
      if (written < 0 && errno != EINTR) fail();
      bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    return !stop.stop_requested();
  }

  void take_its_place() {
    // In this order: the name must not reach the disk before what it names.
    if (::fsync(fd_.get()) < 0) fail();
    const int folder = folder_.get();
    if (::renameat(folder, temporary_.c_str(), folder, name_.c_str()) < 0) fail();
    temporary_.clear();
    if (::fsync(folder) < 0) detail::fail_on("sync the folder of", path_, errno);
  }

 private:
  [[noreturn]] void fail() const { detail::fail_on("write", path_, errno); }

  void create(unsigned mode) {
    constexpr std::size_t added = sizeof "..XXXXXX" - 1;
    const std::string beginning = name_.substr(0, NAME_MAX - added);
    do {
      const std::string name = fmt::format(".{}.{}", beginning, random_letters());
      constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
      fd_ = detail::descriptor(::openat(folder_.get(), name.c_str(), flags, mode));
      if (fd_.is_open()) temporary_ = name;
    } while (!fd_.is_open() && (errno == EEXIST || errno == EINTR));
    if (!fd_.is_open()) fail();
  }

  std::string path_;
  std::string name_;
  detail::descriptor folder_;
  std::string temporary_;  // empty when there is none
  detail::descriptor fd_;
};

task<> replace(std::string path, std::string_view bytes, atomic_write_options options) {
  const bool done = co_await to_thread([&](std::stop_token stop) {
    replacement made(path);
    made.make(options.mode);
    if (!made.write(bytes, stop)) return false;
    made.take_its_place();
    return true;
  });
  if (!done) co_await yield();  // where the cancel that stopped it takes us
}

}  // namespace

task<> atomic_write(std::string path, std::span<const std::byte> bytes,
                    atomic_write_options options) {
  return replace(std::move(path), {reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                 options);
}
task<> atomic_write(std::string path, std::string_view bytes, atomic_write_options options) {
  return replace(std::move(path), bytes, options);
}

}  // namespace eddy
