// SPDX-License-Identifier: MIT
#pragma once

#include <eddy/core/loop.hpp>
#include <eddy/core/time.hpp>

namespace eddy::testing {

/// Under the virtual clock, time since the test began; it moves only when every task waits, and
/// then straight to the next deadline: `co_await sleep(d)` is how a test lets `d` pass. Requires: a
/// running test.
[[nodiscard]] inline duration now() { return loop::current()->now().time_since_epoch(); }

}  // namespace eddy::testing
