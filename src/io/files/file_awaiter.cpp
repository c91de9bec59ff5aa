// SPDX-License-Identifier: MIT
#include <eddy/io/detail/file_awaiter.hpp>

#include <fcntl.h>
#include <linux/io_uring.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include <eddy/core/error.hpp>

namespace eddy::detail {
namespace {

bool is_polled(io_code code) noexcept { return code == io_code::read || code == io_code::write; }

io_request on(const open_file& file, io_code code, void* data, std::size_t size) noexcept {
  return {.code = code, .fd = file.fd.get(), .data = data, .size = size};
}

// A device is polled, and has no position that the kernel would look at.
io_request at_position_of(const open_file& file, io_code code, void* data,
                          std::size_t size) noexcept {
  io_request made = on(file, code, data, size);
  made.offset = file.position;
  if (file.is_device) made.code = code == io_code::write_at ? io_code::write : io_code::read;
  return made;
}

io_slot& slot_for(open_file& file, io_code code) noexcept {
  return file.is_device && code == io_code::write_at ? file.device_output : file.at_position;
}

/// Blocks its thread.
ssize_t call(const io_request& r) noexcept {
  const auto offset = static_cast<off_t>(r.offset);
  switch (r.code) {
    case io_code::read_at:
      return ::pread(r.fd, r.data, r.size, offset);
    case io_code::write_at:
      return ::pwrite(r.fd, r.data, r.size, offset);
    case io_code::sync:
      return (r.flags & IORING_FSYNC_DATASYNC) != 0 ? ::fdatasync(r.fd) : ::fsync(r.fd);
    default:
      errno = EOPNOTSUPP;
      return -1;
  }
}

}  // namespace

void open_file::fail(std::string_view verb, int error) const {
  // The kernel has one word for two mistakes.
  const char* why = error != EBADF ? "" : fd.is_open() ? ", not opened for that" : ", closed";
  throw io_error(error, fmt::format("{} {}{}", verb, path, why));
}

file_awaiter::file_awaiter(open_file& file, io_code code, void* data, std::size_t size) noexcept
    : io_awaiter(at_position_of(file, code, data, std::min(size, longest_request)),
                 slot_for(file, code)),
      file_(file),
      use_(file),
      moves_position_(!file.is_device && !(file.appends && code == io_code::write_at)) {}

file_awaiter::file_awaiter(open_file& file, io_code code, void* data, std::size_t size,
                           std::uint64_t offset) noexcept
    : io_awaiter(on(file, code, data, std::min(size, longest_request)), own_slot_),
      file_(file),
      use_(file),
      moves_position_(false) {
  request.offset = offset;
}

bool file_awaiter::is_over(int result) noexcept {
  if (result > 0 && moves_position_) file_.position += static_cast<unsigned>(result);
  return true;
}

std::optional<int> file_awaiter::submit() noexcept {
  if (is_polled(request.code)) return io_awaiter::submit();
  if (const auto finished = try_in_place()) {
    charge(*finished);
    return finished;
  }
  if (home().does_files()) {
    // Of a descriptor that does not block io_uring takes for granted that reading it never waits.
    // Not sooner: what stays in the page cache is spared the call.
    if (std::exchange(file_.is_nonblocking, false)) {
      ::fcntl(request.fd, F_SETFL, file_.appends ? O_APPEND : 0);
    }
    return io_awaiter::submit();
  }
  try {
    blocking_pool().submit(*this);
  } catch (const std::system_error& error) {
    return -error.code().value();
  }
  home().expect_remote();
  return std::nullopt;
}

std::optional<int> file_awaiter::try_in_place() noexcept {
  const iovec where{.iov_base = request.data, .iov_len = request.size};
  const auto offset = static_cast<off_t>(request.offset);
  bool* possible = nullptr;
  ssize_t moved = 0;
  if (request.code == io_code::read_at && file_.reads_in_place) {
    possible = &file_.reads_in_place;
    moved = ::preadv2(request.fd, &where, 1, offset, RWF_NOWAIT);
  } else if (request.code == io_code::write_at && file_.writes_in_place) {
    possible = &file_.writes_in_place;
    moved = ::pwritev2(request.fd, &where, 1, offset, RWF_NOWAIT);
  } else {
    return std::nullopt;
  }
  if (moved >= 0) return static_cast<int>(moved);
  switch (errno) {
    case EAGAIN:
    case EINTR:
      return std::nullopt;
    case EOPNOTSUPP:
    case ENOSYS:
    case EPERM:
      *possible = false;
      return std::nullopt;
    default:
      return -errno;
  }
}

// An operation that never waits may still move much: the budget counts that too. Nor must the
// backend wait until many tasks have had such a share.
void file_awaiter::charge(int moved) noexcept {
  bool used_up = home().charge();
  for (int left = moved >> 16; left > 0; --left) used_up = home().charge();
  if (used_up) home().interrupt();
}

void file_awaiter::ask_to_stop() noexcept {
  if (is_polled(request.code) || home().does_files()) {
    io_awaiter::ask_to_stop();
  } else if (blocking_pool().withdraw(*this)) {
    home().remote_arrived();
    proceed(-ECANCELED);
  }
}

void file_awaiter::run() noexcept {
  const ssize_t result = call(request);
  from_worker_ = result < 0 ? -errno : static_cast<int>(result);
  home().post(*this);  // from here on the loop may destroy us
}

void file_awaiter::arrive() noexcept {
  home().remote_arrived();
  proceed(from_worker_);
}

file_reading::file_reading(open_file& file, void* into, std::size_t size) noexcept
    : file_awaiter(file, io_code::read_at, into, size) {}

file_reading::file_reading(open_file& file, void* into, std::size_t size,
                           std::uint64_t offset) noexcept
    : file_awaiter(file, io_code::read_at, into, size, offset) {}

std::size_t file_reading::await_resume() {
  const int result = take_result();
  if (result < 0) file_.fail("read", -result);
  return static_cast<std::size_t>(result);
}

file_writing_some::file_writing_some(open_file& file, const void* from, std::size_t size) noexcept
    : file_awaiter(file, io_code::write_at, const_cast<void*>(from), size) {}

std::size_t file_writing_some::await_resume() {
  const int result = take_result();
  if (result < 0) file_.fail("write", -result);
  return static_cast<std::size_t>(result);
}

file_writing::file_writing(open_file& file, const void* from, std::size_t size) noexcept
    : file_awaiter(file, io_code::write_at, const_cast<void*>(from), size), left_(size) {}

file_writing::file_writing(open_file& file, const void* from, std::size_t size,
                           std::uint64_t offset) noexcept
    : file_awaiter(file, io_code::write_at, const_cast<void*>(from), size, offset), left_(size) {}

bool file_writing::is_over(int result) noexcept {
  if (result <= 0) return true;
  (void)file_awaiter::is_over(result);
  const auto written = static_cast<unsigned>(result);
  left_ -= written;
  request.offset += written;
  request.data = static_cast<std::byte*>(request.data) + written;
  request.size = std::min(left_, longest_request);
  return left_ == 0;
}

void file_writing::await_resume() {
  const int result = take_result();
  if (result < 0) file_.fail("write", -result);
  if (left_ > 0) file_.fail("write", EIO);  // the system claims that nothing at all fits
}

file_syncing::file_syncing(open_file& file, bool data_only) noexcept
    : file_awaiter(file, io_code::sync, nullptr, 0, 0) {
  request.flags = data_only ? IORING_FSYNC_DATASYNC : 0;
}

void file_syncing::await_resume() {
  const int result = take_result();
  if (result < 0) file_.fail("sync", -result);
}

}  // namespace eddy::detail
