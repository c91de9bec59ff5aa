// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <eddy/core/task.hpp>

namespace eddy {

/// How `atomic_write` writes.
struct atomic_write_options {
  unsigned mode = 0644;  ///< of a file that is new, less the umask; one that is there keeps its own
};

/// Makes `bytes` the contents of a file: whoever reads it, also after a crash or a power cut, finds
/// the old contents or the new ones, never a part. When it returns they are on the disk.
///
/// They are written to a file beside it, `.NAME.XXXXXX`, which then takes its name; a process that
/// is killed may leave that one behind. A symbolic link stays and what it points to is replaced;
/// other names of the file keep the old contents.
/// Errors: throws `io_error`; the file is as it was. Only after `sync the folder of …` it has the
/// new contents, which a power cut may undo.
/// Cancellation: waits until it is done or given up: the file has the new contents or the old ones.
/// Lifetime: `bytes` lives until the operation has ended.
[[nodiscard]] task<> atomic_write(std::string path, std::span<const std::byte> bytes,
                                  atomic_write_options options = {});
[[nodiscard]] task<> atomic_write(std::string path, std::string_view bytes,
                                  atomic_write_options options = {});

}  // namespace eddy
