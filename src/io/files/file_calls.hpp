// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <eddy/io/detail/open_file.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/file_status.hpp>

struct statx;

namespace eddy::detail {

[[noreturn]] void fail_on(std::string_view verb, std::string_view path, int error);

/// A NUL would hide the rest of the path from the system.
void refuse_nul(std::string_view verb, std::string_view path);

[[nodiscard]] file_type to_file_type(unsigned mode) noexcept;
[[nodiscard]] file_status to_file_status(const struct statx& from) noexcept;

/// The steps of opening a file:
/// `if (!o.open_cached()) co_await to_thread([&] { o.open(); }); o.examine();`
class opening {
 public:
  opening(std::string path, const open_options& options);

  /// Without waiting. False: it has to.
  [[nodiscard]] bool open_cached();
  /// Blocks its thread.
  void open();

  /// Refuses what is no file.
  void examine();
  /// The same for reading and at less cost: it leaves a directory for the first read to refuse.
  void examine_quickly();

  open_file file;
  std::uint64_t size = 0;

 private:
  [[nodiscard]] int open_within(std::uint64_t resolve);
  void take(int fd);

  std::string beneath_;  // empty: anywhere
  int flags_;
  unsigned mode_;
};

}  // namespace eddy::detail
