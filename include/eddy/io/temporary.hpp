// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>

#include <eddy/core/finally.hpp>
#include <eddy/core/task.hpp>
#include <eddy/io/file.hpp>

namespace eddy {

/// A new file in `folder` that has no name and is gone when it is closed, or when the process ends;
/// to be read and written. Without a folder it is `TMPDIR`, or else `/tmp`.
/// Errors: throws `io_error`.
[[nodiscard]] task<file> temporary_file(std::string folder = {});

/// A new folder that goes with all that is in it: `co_await with(temporary_directory::make(),
/// [&](temporary_directory& d) -> task<> { … d.path() … })`.
///
/// If it is destroyed without having been closed, a worker removes it later, unless the process
/// ends first.
class temporary_directory {
 public:
  /// In `folder`; without one in `TMPDIR`, or else in `/tmp`. Only its owner may look inside.
  /// Errors: throws `io_error`.
  [[nodiscard]] static task<temporary_directory> make(std::string folder = {});

  temporary_directory(temporary_directory&& other) noexcept
      : path_(std::exchange(other.path_, {})) {}
  temporary_directory& operator=(temporary_directory&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~temporary_directory();

  /// Removes it. Errors: as `fs::remove_all`.
  [[nodiscard]] task<> close(exit_status end = exit_status::ok);

  /// Empty once it is closed.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  explicit temporary_directory(std::string path) noexcept : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace eddy
