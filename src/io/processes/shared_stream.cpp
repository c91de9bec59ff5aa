// SPDX-License-Identifier: MIT
#include "shared_stream.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <stdexcept>

#include <eddy/core/detail/write_quietly.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/to_thread.hpp>

#include <io/polling_awaiter.hpp>

namespace eddy::detail {
namespace {

constexpr int first_above_standard = 3;

/// What the system call gives, or -errno.
template <class Call>
task<ssize_t> on_worker(Call call) {
  co_return co_await to_thread([call] {
    for (;;) {
      const ssize_t result = call();
      if (result >= 0) return result;
      if (errno != EINTR) return static_cast<ssize_t>(-errno);
    }
  });
}

}  // namespace

shared_stream::shared_stream(int fd, std::string name)
    : name_(std::move(name)), fd_(::fcntl(fd, F_DUPFD_CLOEXEC, first_above_standard)) {
  struct stat what{};
  if (!fd_.is_open() || ::fstat(fd_.get(), &what) < 0) throw io_error(errno, "open " + name_);
  regular_ = S_ISREG(what.st_mode);
}

mutex::guard shared_stream::take_turn(const char* what) {
  auto turn = turn_.try_lock();
  if (!turn) {
    throw std::logic_error("eddy: " + name_ + " " + what +
                           " while another task is in one: give it to one task at a time");
  }
  return std::move(*turn);
}

task<std::size_t> shared_stream::read_some(void* into, std::size_t size) {
  const auto turn = take_turn("read");
  if (size == 0) co_return 0;
  const int fd = fd_.get();
  for (;;) {
    co_await ready(io_code::poll_in);
    const ssize_t result = co_await on_worker([=] { return ::read(fd, into, size); });
    if (result >= 0) co_return static_cast<std::size_t>(result);
    if (result != -EAGAIN) throw io_error(static_cast<int>(-result), "read " + name_);
  }
}

task<> shared_stream::write_all(const void* from, std::size_t size) {
  const auto turn = take_turn("write");
  const int fd = fd_.get();
  const auto* at = static_cast<const std::byte*>(from);
  while (size > 0) {
    co_await ready(io_code::poll_out);
    // A pipe that has room has room for that much: more would keep the worker, and a cancel, until
    // somebody reads.
    const std::size_t piece = regular_ ? size : std::min<std::size_t>(size, PIPE_BUF);
    const ssize_t result = co_await on_worker([=] { return write_quietly(fd, at, piece); });
    if (result < 0 && result != -EAGAIN) {
      throw io_error(static_cast<int>(-result), "write " + name_);
    }
    if (result > 0) {
      at += result;
      size -= static_cast<std::size_t>(result);
    }
  }
}

task<> shared_stream::ready(io_code code) {
  if (regular_) co_return;  // always
  const int result = co_await polling_awaiter(code, fd_.get(), slot_, "standard stream");
  if (result < 0) throw io_error(-result, "wait for " + name_);
}

}  // namespace eddy::detail
