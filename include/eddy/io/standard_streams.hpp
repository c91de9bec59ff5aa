// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include <eddy/core/task.hpp>
#include <eddy/io/pipe.hpp>

namespace eddy {

namespace detail {
class shared_stream;
struct shared_stream_deleter {
  void operator()(shared_stream* owned) const noexcept;
};
using shared_stream_ptr = std::unique_ptr<shared_stream, shared_stream_deleter>;
}  // namespace detail

// The descriptors 0 to 2 are shared with whoever started the program, often a shell, and so is
// whether they block: nothing here changes that. A pipe or a terminal is opened anew, for us alone;
// what cannot be, files above all, is read and written by a worker thread once it is ready.

/// The program's standard input: a byte reader. Made by `standard_input`.
///
/// One task reads at a time; a second one gets `std::logic_error`. Failures are `io_error`.
/// Lifetime: neither destroyed nor moved while a read is in flight.
class standard_reader {
 public:
  /// Waits for bytes and puts them at the start of `into`; gives their number, at least 1; 0 at the
  /// end, and for an empty span. A terminal gives a line at a time.
  ///
  /// Lifetime: `into` lives until the operation has ended.
  /// Cancellation: safe; bytes that had come are delivered or stay where they are.
  [[nodiscard]] task<std::size_t> read_some(std::span<std::byte> into);
  [[nodiscard]] task<std::size_t> read_some(std::span<char> into);

 private:
  friend standard_reader standard_input();
  explicit standard_reader(int fd);

  pipe_reader own_;
  detail::shared_stream_ptr shared_;  // if it could not be opened anew
};

/// The program's standard output, or its standard error: a byte writer. Nothing is buffered. Made
/// by `standard_output` and `standard_error`.
///
/// One task writes at a time; a second one gets `std::logic_error`. Failures are `io_error`; with
/// nobody left to read it is EPIPE, and never the signal SIGPIPE.
/// Lifetime: neither destroyed nor moved while a write is in flight.
class standard_writer {
 public:
  /// Writes all of `bytes`, waiting for room as often as it takes.
  ///
  /// Lifetime: `bytes` lives until the operation has ended.
  /// Cancellation: an unknown part may have been written; cancelled before it began, none.
  [[nodiscard]] task<> write_all(std::span<const std::byte> bytes);
  [[nodiscard]] task<> write_all(std::string_view bytes);

  /// Ends writing here. Whoever reads sees the end when all that share the stream are done with it:
  /// as a rule, when the program ends.
  [[nodiscard]] task<> shutdown();

 private:
  friend standard_writer standard_output();
  friend standard_writer standard_error();
  standard_writer(int fd, const char* name);

  pipe_writer own_;
  detail::shared_stream_ptr shared_;
};

/// The descriptor 0.
/// Errors: throws `io_error` where the program was started without it, and under a virtual clock.
[[nodiscard]] standard_reader standard_input();
/// The descriptor 1. Whoever prints by other means too, as with std::cout, flushes that first.
/// Errors: as `standard_input`.
[[nodiscard]] standard_writer standard_output();
/// The descriptor 2.
/// Errors: as `standard_input`.
[[nodiscard]] standard_writer standard_error();

}  // namespace eddy
