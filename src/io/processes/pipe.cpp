// SPDX-License-Identifier: MIT
#include <eddy/io/pipe.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

#include <eddy/core/error.hpp>

namespace eddy {

pipe_reader::reading::reading(pipe_reader& from, void* into, std::size_t size) noexcept
    : io_awaiter({.code = detail::io_code::read,
                  .fd = from.fd_.get(),
                  .data = into,
                  .size = std::min(size, longest_request)},
                 from.slot_),
      name_(&from.name_) {}

std::size_t pipe_reader::reading::await_resume() {
  const int result = take_result();
  if (result < 0) throw io_error(-result, "read " + *name_);
  return static_cast<std::size_t>(result);
}

pipe_writer::writing::writing(pipe_writer& to, const void* from, std::size_t size) noexcept
    : io_awaiter({.code = detail::io_code::write,
                  .fd = to.fd_.get(),
                  .data = const_cast<void*>(from),
                  .size = std::min(size, longest_request)},
                 to.slot_),
      name_(&to.name_),
      left_(size) {}

bool pipe_writer::writing::is_over(int result) noexcept {
  if (result < 0) return true;
  const auto written = static_cast<std::size_t>(result);
  left_ -= written;
  request.data = static_cast<std::byte*>(request.data) + written;
  request.size = std::min(left_, longest_request);
  return left_ == 0;
}

void pipe_writer::writing::await_resume() {
  const int result = take_result();
  if (result < 0) throw io_error(-result, "write " + *name_);
}

pipe_reader::reading pipe_reader::read_some(std::span<std::byte> into) noexcept {
  return {*this, into.data(), into.size()};
}
pipe_reader::reading pipe_reader::read_some(std::span<char> into) noexcept {
  return {*this, into.data(), into.size()};
}

void pipe_reader::close() {
  if (slot_.taken()) {
    throw std::logic_error("eddy: pipe close while a task reads: cancel that task first");
  }
  fd_.close();
}

pipe_writer::writing pipe_writer::write_all(std::span<const std::byte> bytes) noexcept {
  return {*this, bytes.data(), bytes.size()};
}
pipe_writer::writing pipe_writer::write_all(std::string_view bytes) noexcept {
  return {*this, bytes.data(), bytes.size()};
}

task<> pipe_writer::shutdown() {
  close();
  co_return;
}

void pipe_writer::close() {
  if (slot_.taken()) {
    throw std::logic_error("eddy: pipe close while a task writes: cancel that task first");
  }
  fd_.close();
}

pipe_ends open_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) < 0) throw io_error(errno, "pipe");
  return {.reader = pipe_reader(ends[0]), .writer = pipe_writer(ends[1])};
}

}  // namespace eddy
