// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include <eddy/core/task.hpp>
#include <eddy/flow/async_generator.hpp>
#include <eddy/io/file_status.hpp>

/// What is done with files by their names. Each call runs on a worker thread, which a cancel waits
/// for: what it was asked to do has then happened, or has not.
///
/// All failures are `io_error` and name the path: `rename a.txt to b/a.txt: No such file or
/// directory`.
namespace eddy::fs {

/// Of what a symbolic link points to.
[[nodiscard]] task<file_status> status(std::string path);
/// Of the link itself.
[[nodiscard]] task<file_status> link_status(std::string path);

/// Whether there is something of that name; a symbolic link to nothing is nothing. Errors: also
/// where the way there is closed to us, so that nobody can tell.
[[nodiscard]] task<bool> exists(std::string path);

/// Errors: also if there is something of that name.
[[nodiscard]] task<> make_directory(std::string path, unsigned mode = 0755);
/// With those on the way to it that are missing; content with what is there.
[[nodiscard]] task<> make_directories(std::string path, unsigned mode = 0755);

/// A file, a link or an empty directory.
[[nodiscard]] task<> remove(std::string path);
/// With all that is in it. Links are removed, not followed. Gives how many names are gone, 0 if
/// there was nothing.
/// Cancellation: stops between two of them.
[[nodiscard]] task<std::uint64_t> remove_all(std::string path);

/// Moves a file or directory within its file system; a file of that name is replaced, at once for
/// all who look.
[[nodiscard]] task<> rename(std::string from, std::string to);

/// What `copy_file` may do.
struct copy_options {
  bool overwrite = false;  ///< a file that is there; otherwise that is an error
};
/// Copies contents and mode of a file, within the kernel where that is possible: some file systems
/// then share the blocks. Gives the number of bytes.
/// Cancellation: stops within some megabytes; removes the copy, or leaves one overwritten in part.
[[nodiscard]] task<std::uint64_t> copy_file(std::string from, std::string to,
                                            copy_options options = {});

/// A name in a directory.
struct entry {
  std::string name;
  file_type type = file_type::unknown;
};
/// What is in a directory, in no order; without `.` and `..`.
[[nodiscard]] task<std::vector<entry>> list(std::string path);

/// What `walk` meets.
struct walk_entry {
  std::string path;  ///< begins with what `walk` was given
  file_type type = file_type::unknown;
  std::size_t depth = 0;  ///< 0 for what is in the folder itself
};

/// How `walk` goes.
struct walk_options {
  /// Also enters directories that links point to, each directory once.
  bool follow_symlinks = false;
  /// Hears of a directory that cannot be read, and the walk goes on. Without it the error ends it.
  std::function<void(const std::string& path, const std::exception_ptr& error)> on_error = {};
};

/// All that is below a directory, each directory before its contents, otherwise in no order:
/// `auto all = fs::walk("src"); while (auto* e = co_await all.next()) …`
///
/// A worker reads some hundred names at a time. What changes meanwhile is met or is not.
/// Cancellation: safe.
[[nodiscard]] async_generator<walk_entry> walk(std::string path, walk_options options = {});

}  // namespace eddy::fs
