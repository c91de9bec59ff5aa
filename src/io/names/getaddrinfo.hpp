// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <eddy/core/task.hpp>
#include <eddy/io/ip_address.hpp>

namespace eddy::detail {

/// The C library's look-up, on a worker thread; a cancel leaves it to finish by itself.
/// Errors: throws `resolve_error`.
[[nodiscard]] task<std::vector<ip_address>> resolve_by_getaddrinfo(std::string host);

}  // namespace eddy::detail
