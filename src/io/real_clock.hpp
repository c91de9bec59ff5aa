// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace eddy::detail {

/// Refuses what has no meaning in a simulation: other processes, signals, the program's own
/// streams.
/// Errors: throws `io_error` under a virtual clock, `std::logic_error` outside a loop.
void require_real_clock(const std::string& tried);

}  // namespace eddy::detail
