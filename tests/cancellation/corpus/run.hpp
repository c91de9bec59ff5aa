// SPDX-License-Identifier: MIT
#pragma once

#include "scopes.hpp"

namespace eddy::cancellation {

/// Allocations by operator new that were not freed yet.
long live_allocations() noexcept;

struct totals {
  long runs = 0;
  long cancelled = 0;  // ended by the cancel
  long completed = 0;  // were through before it could reach them
  int largest_k = 0;
};

/// Runs one attempt on a loop of its own under virtual time and checks everything there is to
/// check. False: the shape was over before the k-th moment.
bool run(const attempt& what, totals& sum);

}  // namespace eddy::cancellation
