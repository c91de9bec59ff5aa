// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>

#include <eddy/io/socket_options.hpp>

namespace eddy::detail {

/// Errors: throws `io_error`: `set <name>: …`.
void set_option(int fd, int level, int option, int value, const char* name);
void set_keepalive(int fd, const std::optional<keepalive_options>& options);
/// 0 leaves a buffer as the system made it.
void set_buffers(int fd, std::size_t send, std::size_t receive);

}  // namespace eddy::detail
