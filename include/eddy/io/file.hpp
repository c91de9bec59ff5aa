// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/finally.hpp>
#include <eddy/core/task.hpp>
#include <eddy/io/buffered_reader.hpp>
#include <eddy/io/detail/file_awaiter.hpp>
#include <eddy/io/file_lock.hpp>
#include <eddy/io/file_status.hpp>

namespace eddy {

/// How a file is opened: to be read, and only if it exists, unless said otherwise. Only `truncate`
/// destroys anything.
struct open_options {
  bool read = true;
  bool write = false;      ///< implied by all that follow
  bool append = false;     ///< every write goes to the end, also when others write there
  bool create = false;     ///< makes the file if there is none
  bool exclusive = false;  ///< makes the file, and fails if there is one
  bool truncate = false;   ///< empties the file
  unsigned mode = 0644;    ///< of a file that is made, less the umask
  /// A folder: the path, a relative one, is looked up in it, and what lies outside is refused as
  /// another device would be (`EXDEV`), whether `..` or a symbolic link leads there.
  std::string beneath = {};
};

/// An open file with a position of its own, from which it reads and where it writes; closed when
/// destroyed.
///
/// What the page cache holds is read in place, with one system call and without waiting; the rest
/// is read by io_uring or a worker thread. At most 1 MiB goes in one such step.
///
/// One task at a time may use the position, a second one gets `std::logic_error`; `read_at` and
/// `write_at` have no such limit. All failures are `io_error`, such as `read notes.txt:
/// Input/output error`. Lifetime: neither destroyed nor moved while an operation is in flight.
class file {
 public:
  /// Devices and terminals are opened as well, without positions. Errors: throws `io_error`: `open
  /// /etc/shadow: Permission denied`; it refuses directories, named pipes and sockets.
  /// `std::invalid_argument` for neither reading nor writing.
  /// Cancellation: a worker that is opening it is waited for.
  [[nodiscard]] static task<file> open(std::string path, open_options options = {});

  /// Reads at the position and moves it; gives the number of bytes, at least 1; 0 at the end of the
  /// file, and for an empty span.
  ///
  /// Lifetime: `into` lives until the operation has ended.
  /// Cancellation: safe; the position says what was read.
  [[nodiscard]] detail::file_reading read_some(std::span<std::byte> into) noexcept;
  [[nodiscard]] detail::file_reading read_some(std::span<char> into) noexcept;

  /// Writes all of `bytes` at the position and moves it.
  ///
  /// Lifetime: `bytes` lives until the operation has ended.
  /// Cancellation: the position says what was written.
  [[nodiscard]] detail::file_writing write_all(std::span<const std::byte> bytes) noexcept;
  [[nodiscard]] detail::file_writing write_all(std::string_view bytes) noexcept;

  /// As `write_all`, but ends with what went in at once; gives the number of bytes.
  [[nodiscard]] detail::file_writing_some write_some(std::span<const std::byte> bytes) noexcept;
  [[nodiscard]] detail::file_writing_some write_some(std::string_view bytes) noexcept;

  /// Where the next read or write begins. Beyond the end, reading gives 0 and writing leaves a gap.
  /// Errors: throws `std::logic_error` while an operation uses the position.
  void seek(std::uint64_t position);
  [[nodiscard]] std::uint64_t tell() const noexcept { return file_.position; }

  /// Reads at `offset`, whatever the position; gives the number of bytes, at least 1; 0 at and
  /// beyond the end. Lifetime, Cancellation: as `read_some`.
  [[nodiscard]] detail::file_reading read_at(std::uint64_t offset,
                                             std::span<std::byte> into) noexcept;
  [[nodiscard]] detail::file_reading read_at(std::uint64_t offset, std::span<char> into) noexcept;

  /// Writes all of `bytes` at `offset`, whatever the position. Lifetime: as `write_all`.
  /// Cancellation: an unknown part may have been written.
  [[nodiscard]] detail::file_writing write_at(std::uint64_t offset,
                                              std::span<const std::byte> bytes) noexcept;
  [[nodiscard]] detail::file_writing write_at(std::uint64_t offset,
                                              std::string_view bytes) noexcept;

  /// What is left from the position to the end. Errors: also throws `std::length_error` if it is
  /// more than `limit`.
  [[nodiscard]] task<std::string> read_all(
      std::size_t limit = std::numeric_limits<std::size_t>::max());

  /// The lines from the position on, as a stream: `EDDY_FOR (std::string_view line, f.lines())`. A
  /// line lives until the next; its end, "\n" or "\r\n", is left out. The position runs ahead.
  /// Errors: `limit_exceeded` for a line of more than `limit` bytes.
  /// Cancellation: safe. Lifetime: the file's, which `(co_await file::open(path)).lines()` moves
  /// in.
  [[nodiscard]] auto lines(std::size_t limit = buffered_reader<file&>::usual_limit) & noexcept {
    return buffered_reader(*this).lines(limit);
  }
  [[nodiscard]] auto lines(std::size_t limit = buffered_reader<file>::usual_limit) && noexcept {
    return buffered_reader(std::move(*this)).lines(limit);
  }

  /// Waits until all that was written is on the disk; `sync_data` leaves out what is not needed to
  /// read it back, such as the time of change.
  ///
  /// Cancellation: what has reached the disk stays there.
  [[nodiscard]] detail::file_syncing sync() noexcept;
  [[nodiscard]] detail::file_syncing sync_data() noexcept;

  /// Does nothing, as whoever reads a file finds its end where the writing ended: for code that
  /// writes to any `byte_writer`.
  [[nodiscard]] task<> shutdown();

  /// Cuts the file, or lengthens it with zeros. Cancellation: a call that has begun is waited for.
  [[nodiscard]] task<> truncate(std::uint64_t size);

  [[nodiscard]] task<file_status> status();
  /// What this machine knows without waiting: the same, but for files on a server elsewhere.
  [[nodiscard]] file_status cached_status() const;
  [[nodiscard]] task<std::uint64_t> size();

  /// Waits until no other open file holds the lock of this one, and takes it; `lock_shared` leaves
  /// room for others that do the same. Binds only those who ask for it: other programs by
  /// `F_OFD_SETLK` or `lockf`. A second open file is a holder of its own, in this process too.
  ///
  /// Errors: needs a file open to be written, `lock_shared` one to be read.
  /// Cancellation: safe; the lock is not taken.
  [[nodiscard]] task<file_lock> lock();
  [[nodiscard]] task<file_lock> lock_shared();
  /// Nothing where somebody else holds it. Never waits, except for the answer of a file server.
  [[nodiscard]] std::optional<file_lock> try_lock();
  [[nodiscard]] std::optional<file_lock> try_lock_shared();

  /// Closes now. What was written stays in the page cache, from where the system writes it: only
  /// `sync` says whether that worked.
  /// Errors: throws `std::logic_error` while an operation is in flight: cancel its task first.
  void close();
  /// The same on a worker thread, for files on a server that takes its time, and for `with(open(),
  /// …)`.
  [[nodiscard]] task<> close(exit_status end);
  [[nodiscard]] bool is_open() const noexcept { return file_.fd.is_open(); }

  /// As it was given to `open`.
  [[nodiscard]] const std::string& path() const noexcept { return file_.path; }

 private:
  /// What is left of the file once it is closed to everybody else.
  [[nodiscard]] detail::descriptor give_up();

  friend task<file> temporary_file(std::string);
  explicit file(detail::open_file&& opened) noexcept : file_(std::move(opened)) {}

  detail::open_file file_;
};

/// The contents of a file. Errors: as `file::open` and `file::read_all`.
[[nodiscard]] task<std::string> read_file(
    std::string path, std::size_t limit = std::numeric_limits<std::size_t>::max());

/// Makes `bytes` the contents of a file, which is made if there is none. A crash half-way leaves a
/// part of them: where that matters, use `atomic_write`.
///
/// Lifetime: `bytes` lives until the operation has ended.
/// Cancellation: a part may have been written.
[[nodiscard]] task<> write_file(std::string path, std::span<const std::byte> bytes);
[[nodiscard]] task<> write_file(std::string path, std::string_view bytes);

}  // namespace eddy
