// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstddef>

namespace eddy::detail {

/// write(2) that never raises SIGPIPE: to a pipe that nobody reads it is the error EPIPE and no
/// more, as MSG_NOSIGNAL has it for sockets.
ssize_t write_quietly(int fd, const void* data, std::size_t size) noexcept;

}  // namespace eddy::detail
