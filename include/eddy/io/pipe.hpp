// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/task.hpp>
#include <eddy/io/detail/descriptor.hpp>
#include <eddy/io/detail/io_awaiter.hpp>

namespace eddy {

/// The end of a pipe that bytes come out of: a byte reader, closed when destroyed.
///
/// One task reads at a time; a second one gets `std::logic_error`. Failures are `io_error`.
/// Lifetime: neither destroyed nor moved while a read is in flight.
class pipe_reader {
 public:
  class reading;

  /// One that is closed.
  pipe_reader() = default;
  /// Takes over a descriptor that does not block; `name` is for errors: `read stdout of sort: …`.
  explicit pipe_reader(int fd, std::string name = "pipe") noexcept
      : fd_(fd), name_(std::move(name)) {}

  /// Waits for bytes and puts them at the start of `into`; gives their number, at least 1; 0 once
  /// all writers are gone, and for an empty span.
  ///
  /// Lifetime: `into` lives until the operation has ended.
  /// Cancellation: safe; bytes that had come are delivered or stay in the pipe.
  [[nodiscard]] reading read_some(std::span<std::byte> into) noexcept;
  [[nodiscard]] reading read_some(std::span<char> into) noexcept;

  /// Closes now: whoever writes gets EPIPE, or dies of SIGPIPE.
  /// Errors: throws `std::logic_error` while a read is in flight: cancel its task first.
  void close();
  [[nodiscard]] bool is_open() const noexcept { return fd_.is_open(); }

 private:
  friend class stdio;
  detail::descriptor fd_;
  detail::io_slot slot_;
  std::string name_;
};

/// The end of a pipe that bytes go into: a byte writer, closed when destroyed.
///
/// One task writes at a time; a second one gets `std::logic_error`. Failures are `io_error`; with
/// nobody left to read it is EPIPE, and never the signal SIGPIPE.
/// Lifetime: neither destroyed nor moved while a write is in flight.
class pipe_writer {
 public:
  class writing;

  /// One that is closed.
  pipe_writer() = default;
  /// Takes over a descriptor that does not block; `name` is for errors: `write stdin of sort: …`.
  explicit pipe_writer(int fd, std::string name = "pipe") noexcept
      : fd_(fd), name_(std::move(name)) {}

  /// Writes all of `bytes`, waiting for room as often as it takes.
  ///
  /// Lifetime: `bytes` lives until the operation has ended.
  /// Cancellation: an unknown part may have been written; cancelled before it began, none.
  [[nodiscard]] writing write_all(std::span<const std::byte> bytes) noexcept;
  [[nodiscard]] writing write_all(std::string_view bytes) noexcept;

  /// Ends the stream, for whoever reads it: what was written, then the end. Never waits.
  /// Errors: as `close`.
  [[nodiscard]] task<> shutdown();
  /// The same, at once.
  /// Errors: throws `std::logic_error` while a write is in flight: cancel its task first.
  void close();
  [[nodiscard]] bool is_open() const noexcept { return fd_.is_open(); }

 private:
  friend class stdio;
  detail::descriptor fd_;
  detail::io_slot slot_;
  std::string name_;
};

class pipe_reader::reading final : public detail::io_awaiter {
 public:
  std::size_t await_resume();

 private:
  friend class pipe_reader;
  reading(pipe_reader& from, void* into, std::size_t size) noexcept;
  [[nodiscard]] const char* describe() const noexcept override { return "pipe read"; }
  const std::string* name_;
};

class pipe_writer::writing final : public detail::io_awaiter {
 public:
  void await_resume();

 private:
  friend class pipe_writer;
  writing(pipe_writer& to, const void* from, std::size_t size) noexcept;
  [[nodiscard]] bool is_over(int result) noexcept override;
  [[nodiscard]] const char* describe() const noexcept override { return "pipe write"; }
  const std::string* name_;
  std::size_t left_;
};

/// The two ends of a new pipe.
struct pipe_ends {
  pipe_reader reader;
  pipe_writer writer;
};

/// Makes a pipe. The kernel keeps 64 KiB of what was written and not read.
/// Errors: throws `io_error`: `pipe: Too many open files`.
[[nodiscard]] pipe_ends open_pipe();

}  // namespace eddy
