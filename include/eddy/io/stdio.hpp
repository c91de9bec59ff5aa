// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <eddy/io/pipe.hpp>

namespace eddy {

namespace detail {
class launcher;
}

/// Where a standard stream of a new process comes from or goes to.
class stdio {
 public:
  /// The usual: ours. For `process::run`: nothing for stdin, a pipe for stdout and stderr.
  stdio() = default;

  /// Ours.
  [[nodiscard]] static stdio inherit() { return {kind::inherit}; }
  /// A pipe to us.
  [[nodiscard]] static stdio pipe() { return {kind::pipe}; }
  /// Reads as empty, swallows what is written.
  [[nodiscard]] static stdio null();
  /// For stderr: where stdout goes.
  [[nodiscard]] static stdio to_stdout() { return {kind::to_stdout}; }
  /// An open descriptor. Lifetime: stays open until the process has been spawned.
  [[nodiscard]] static stdio descriptor(int fd) { return {kind::descriptor, fd}; }
  /// A file or device. A named pipe is refused, for opening one waits for its other end: here and
  /// below.
  [[nodiscard]] static stdio from_file(std::string path);
  /// A file that is made, or emptied.
  [[nodiscard]] static stdio to_file(std::string path);
  /// A file that is made if need be, and added to.
  [[nodiscard]] static stdio append_to(std::string path);
  /// The end of a pipe, which becomes the process's own: `.in =
  /// stdio::from(std::move(first.out()))` makes a pipeline. Errors: `std::logic_error` if it is
  /// closed.
  [[nodiscard]] static stdio from(pipe_reader source);
  [[nodiscard]] static stdio to(pipe_writer sink);

 private:
  friend class process;
  friend class detail::launcher;
  enum class kind : std::uint8_t { usual, inherit, pipe, to_stdout, descriptor, file };

  stdio(kind what, int number = -1) noexcept : kind_(what), number_(number) {}
  static stdio file(std::string path, int flags);
  static stdio own(detail::descriptor end);

  kind kind_ = kind::usual;
  int number_ = -1;  // the descriptor, or how to open the file
  std::string path_;
  std::shared_ptr<detail::descriptor> owned_;
};

}  // namespace eddy
