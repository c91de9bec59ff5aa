// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <eddy/core/task.hpp>
#include <eddy/io/detail/open_file.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/file_status.hpp>

struct statx;

namespace eddy::detail {

[[noreturn]] void fail_on(std::string_view verb, std::string_view path, int error);

/// A NUL would hide the rest of the path from the system.
void refuse_nul(std::string_view verb, std::string_view path);

[[nodiscard]] file_status to_file_status(const struct statx& from) noexcept;

struct opened_file {
  open_file file;
  std::uint64_t size;
};
/// Without a worker thread where the way to the file and the file itself are cached.
[[nodiscard]] task<opened_file> open_path(std::string path, open_options options);

}  // namespace eddy::detail
