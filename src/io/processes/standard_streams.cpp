// SPDX-License-Identifier: MIT
#include <eddy/io/standard_streams.hpp>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <io/real_clock.hpp>
#include "shared_stream.hpp"

namespace eddy {
namespace {

/// Whether a second open gives the same pipe or terminal again. One of a terminal's master would
/// make a new terminal, one of a file begin at its start, and of other devices who knows.
bool can_be_opened_anew(int fd) {
  struct stat what{};
  if (::fstat(fd, &what) < 0) return false;
  if (S_ISFIFO(what.st_mode)) return true;
  unsigned number = 0;
  const bool is_master = ::ioctl(fd, TIOCGPTN, &number) == 0;
  return ::isatty(fd) == 1 && !is_master;
}

/// A descriptor that does not block, of an open file description of our own; -1 if none can be had.
int open_anew(int fd, int mode) {
  if (!can_be_opened_anew(fd)) return -1;
  return ::open(fmt::format("/proc/self/fd/{}", fd).c_str(),
                mode | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

}  // namespace

void detail::shared_stream_deleter::operator()(shared_stream* owned) const noexcept {
  delete owned;
}

standard_reader::standard_reader(int fd) {
  detail::require_real_clock("read stdin");
  own_ = pipe_reader(open_anew(fd, O_RDONLY), "stdin");
  if (!own_.is_open()) shared_.reset(new detail::shared_stream(fd, "stdin"));
}

task<std::size_t> standard_reader::read_some(std::span<std::byte> into) {
  if (shared_ != nullptr) return shared_->read_some(into.data(), into.size());
  return [](pipe_reader& from, std::span<std::byte> to) -> task<std::size_t> {
    co_return co_await from.read_some(to);
  }(own_, into);
}
task<std::size_t> standard_reader::read_some(std::span<char> into) {
  return read_some(std::as_writable_bytes(into));
}

standard_writer::standard_writer(int fd, const char* name) {
  detail::require_real_clock(fmt::format("write {}", name));
  own_ = pipe_writer(open_anew(fd, O_WRONLY), name);
  if (!own_.is_open()) shared_.reset(new detail::shared_stream(fd, name));
}

task<> standard_writer::write_all(std::span<const std::byte> bytes) {
  if (shared_ != nullptr) return shared_->write_all(bytes.data(), bytes.size());
  return [](pipe_writer& to, std::span<const std::byte> from) -> task<> {
    co_await to.write_all(from);
  }(own_, bytes);
}
task<> standard_writer::write_all(std::string_view bytes) {
  return write_all(std::as_bytes(std::span(bytes)));
}

task<> standard_writer::shutdown() {
  own_.close();
  shared_.reset();
  co_return;
}

standard_reader standard_input() { return standard_reader(STDIN_FILENO); }
standard_writer standard_output() { return {STDOUT_FILENO, "stdout"}; }
standard_writer standard_error() { return {STDERR_FILENO, "stderr"}; }

}  // namespace eddy
