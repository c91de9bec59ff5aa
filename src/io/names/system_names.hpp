// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>

#include "name_files.hpp"

namespace eddy::detail {

/// Tells one state of a file from another without reading it.
struct file_stamp {
  explicit file_stamp(const std::string& path) noexcept;
  bool operator==(const file_stamp&) const = default;

  dev_t device = 0;
  ino_t file = 0;
  off_t size = -1;  // there is no such file
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
};

/// What this machine says about names.
struct system_names {
  file_stamp hosts_stamp;
  file_stamp resolv_stamp;
  host_table hosts;
  resolv_conf dns;
};

/// `known` if both files are as they were, else what they say now, and LOCALDOMAIN and RES_OPTIONS
/// in the environment. A file that is not there says nothing; without name servers it is the one of
/// this machine.
///
/// Blocks: for a worker thread.
[[nodiscard]] std::shared_ptr<const system_names> load_system_names(
    const std::string& hosts_file, const std::string& resolv_conf_file,
    const std::shared_ptr<const system_names>& known);

}  // namespace eddy::detail
