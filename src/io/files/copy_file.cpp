// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <stop_token>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/to_thread.hpp>
#include <eddy/io/fs.hpp>

#include "file_calls.hpp"

namespace eddy::fs {
namespace {

// A cancel waits no longer than one of these takes.
constexpr std::size_t slice = std::size_t{8} << 20;

/// Everything here blocks its thread.
class copier {
 public:
  copier(const std::string& from, const std::string& to) : from_(from), to_(to) {
    detail::refuse_nul("copy", from);
    detail::refuse_nul("copy", to);
  }
  // A copy that is not whole is none, but what was there before it is not ours to remove.
  ~copier() {
    if (made_ && !whole_) ::unlink(to_.c_str());
  }
  copier(const copier&) = delete;
  copier& operator=(const copier&) = delete;

  void open(bool overwrite) {
    source_ = detail::descriptor(::open(from_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat source{};
    if (!source_.is_open() || ::fstat(source_.get(), &source) < 0)
      detail::fail_on("copy", from_, errno);
    if (!S_ISREG(source.st_mode))
      throw io_error(EINVAL, fmt::format("copy {}, no regular file", from_));

    constexpr int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK;
    const mode_t mode = source.st_mode & 07777U;
    target_ = detail::descriptor(::open(to_.c_str(), flags | O_EXCL, mode));
    made_ = target_.is_open();
    if (!made_ && errno == EEXIST && overwrite) {
      target_ = detail::descriptor(::open(to_.c_str(), flags, mode));
    }
    struct stat target{};
    if (!target_.is_open() || ::fstat(target_.get(), &target) < 0) fail();
    if (target.st_dev == source.st_dev && target.st_ino == source.st_ino) {
      throw io_error(EINVAL, fmt::format("copy {} onto itself", from_));
    }
    if (::ftruncate(target_.get(), 0) < 0 || ::fchmod(target_.get(), mode) < 0) fail();
  }

  /// False: told to stop.
  bool copy(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const ssize_t moved = next();
      if (moved < 0 && errno == EINTR) continue;
      if (moved < 0) fail();
      if (moved == 0) {
        whole_ = true;
        return true;
      }
      copied_ += static_cast<std::size_t>(moved);
    }
    return false;
  }

  [[nodiscard]] std::uint64_t copied() const noexcept { return copied_; }

 private:
  [[noreturn]] void fail() const {
    throw io_error(errno, fmt::format("copy {} to {}", from_, to_));
  }

  /// From one file system to another the kernel refuses the first. The second took a sixth to a
  /// quarter less time there than a buffer, which is what is left for files in /proc.
  enum class way : std::uint8_t { copy_file_range, sendfile, buffer };

  ssize_t next() {
    while (way_ != way::buffer) {
      const ssize_t moved = in_kernel();
      const bool elsewhere =
          moved < 0 && (errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP ||
                        errno == ENOSYS || errno == EPERM);
      // Some files only seem empty to it.
      if (!elsewhere && (moved != 0 || copied_ > 0)) return moved;
      way_ = way_ == way::copy_file_range ? way::sendfile : way::buffer;
    }
    return through_buffer();
  }

  ssize_t in_kernel() {
    if (way_ == way::sendfile) return ::sendfile(target_.get(), source_.get(), nullptr, slice);
    return ::copy_file_range(source_.get(), nullptr, target_.get(), nullptr, slice, 0);
  }

  ssize_t through_buffer() {
    std::array<char, std::size_t{64} << 10> buffer;
    const ssize_t got = ::read(source_.get(), buffer.data(), buffer.size());
    for (ssize_t written = 0; written < got;) {
      const ssize_t some =
          ::write(target_.get(), buffer.data() + written, static_cast<std::size_t>(got - written));
      if (some < 0 && errno == EINTR) continue;
      if (some < 0) return -1;
      written += some;
    }
    return got;
  }

  const std::string& from_;
  const std::string& to_;
  detail::descriptor source_;
  detail::descriptor target_;
  way way_ = way::copy_file_range;
  bool made_ = false;
  bool whole_ = false;
  std::uint64_t copied_ = 0;
};

}  // namespace

task<std::uint64_t> copy_file(std::string from, std::string to, copy_options options) {
  const auto copied =
      co_await to_thread([&](const std::stop_token& stop) -> std::optional<std::uint64_t> {
        copier work(from, to);
        work.open(options.overwrite);
        if (!work.copy(stop)) return std::nullopt;
        return work.copied();
      });
  if (!copied) co_await yield();  // where the cancel that stopped it takes us
  co_return copied.value();
}

}  // namespace eddy::fs
