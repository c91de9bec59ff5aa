// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <eddy/core/detail/backend.hpp>

namespace eddy::detail {

/// Makes the system call of a request that is not on a file, without waiting. Nothing: it would
/// block. Interrupted calls are made again.
[[nodiscard]] std::optional<int> attempt(const io_request& r) noexcept;

/// Whether bytes of `fd` come without bounds between them and nothing beside them.
[[nodiscard]] bool is_tcp(int fd) noexcept;

}  // namespace eddy::detail
