// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include <eddy/core/run.hpp>
#include <eddy/core/task.hpp>

namespace eddy::testing {

/// Runs `body` on a loop of its own; what goes wrong and what is left over fails the current test.
void run_checked(const std::function<task<>()>& body, backend_kind backend,
                 std::optional<std::uint64_t> seed = {});

}  // namespace eddy::testing
