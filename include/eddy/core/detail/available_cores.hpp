// SPDX-License-Identifier: MIT
#pragma once

namespace eddy::detail {

/// How many cores this thread may use, by its affinity mask; at least 1.
[[nodiscard]] int available_cores() noexcept;

}  // namespace eddy::detail
