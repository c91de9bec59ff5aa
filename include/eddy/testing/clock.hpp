// SPDX-License-Identifier: MIT
#pragma once

#include <eddy/core/loop.hpp>
#include <eddy/core/time.hpp>

namespace eddy::testing {

/// Time since the test began. Under the virtual clock it moves only when every task waits, and then
/// straight to the next deadline: `co_await sleep(d)` is how a test lets `d` pass.
/// Requires: a running test.
[[nodiscard]] inline duration now() { return loop::current()->now().time_since_epoch(); }

}  // namespace eddy::testing
