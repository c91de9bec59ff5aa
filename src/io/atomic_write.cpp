// SPDX-License-Identifier: MIT
#include <eddy/io/atomic_write.hpp>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
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

/// A file beside `path` that takes its place or goes. Everything here blocks its thread.
class replacement {
 public:
  replacement(const std::string& path, unsigned mode) : path_(behind_links(path)) {
    detail::refuse_nul("write", path);
    const std::size_t slash = path_.rfind('/');
    folder_ = slash == std::string::npos ? "./" : path_.substr(0, slash + 1);
    name_ = slash == std::string::npos ? path_ : path_.substr(slash + 1);
    struct stat old{};
    const bool replaces = ::stat(path_.c_str(), &old) == 0;
    if (replaces && !S_ISREG(old.st_mode)) {
      throw io_error(EINVAL, fmt::format("write {}, no regular file", path_));
    }
    make(replaces ? old.st_mode & 07777U : mode);
    if (!replaces) return;
    // The owner is kept where we may give files away, and the mode whatever the umask.
    (void)!::fchown(fd_.get(), old.st_uid, old.st_gid);
    if (::fchmod(fd_.get(), old.st_mode & 07777U) < 0) fail();
  }
  replacement(const replacement&) = delete;
  replacement& operator=(const replacement&) = delete;
  ~replacement() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
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
    if (::rename(temporary_.c_str(), path_.c_str()) < 0) fail();
    temporary_.clear();
    const detail::descriptor folder(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open() || ::fsync(folder.get()) < 0) fail();
  }

 private:
  [[noreturn]] void fail() const { detail::fail_on("write", path_, errno); }

  static std::string behind_links(const std::string& path) {
    const std::unique_ptr<char, void (*)(void*)> target(::realpath(path.c_str(), nullptr), ::free);
    return target != nullptr ? std::string(target.get()) : path;
  }

  void make(unsigned mode) {
    for (;;) {
      temporary_ = fmt::format("{}.{}.{}", folder_, name_, random_letters());
      constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
      fd_ = detail::descriptor(::open(temporary_.c_str(), flags, mode));
      if (fd_.is_open()) return;
      if (errno == EEXIST || errno == EINTR) continue;
      const int error = errno;
      temporary_.clear();
      detail::fail_on("write", path_, error);
    }
  }

  std::string path_;
  std::string folder_;
  std::string name_;
  std::string temporary_;  // empty when there is none
  detail::descriptor fd_;
};

task<> replace(std::string path, std::string_view bytes, atomic_write_options options) {
  const bool done = co_await to_thread([&](std::stop_token stop) {
    replacement made(path, options.mode);
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
