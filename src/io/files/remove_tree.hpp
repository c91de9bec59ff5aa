// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

namespace eddy::detail {

/// Removes `path` with all that is in it, until it is done or told to stop; gives how many names
/// are gone. Blocks its thread.
std::uint64_t remove_tree(const std::string& path, const std::stop_token& stop);

}  // namespace eddy::detail
