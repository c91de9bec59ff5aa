// SPDX-License-Identifier: MIT
#include <eddy/core/detail/available_cores.hpp>

#include <sched.h>
#include <algorithm>
#include <thread>

namespace eddy::detail {

int available_cores() noexcept {
  cpu_set_t mine;
  CPU_ZERO(&mine);
  if (sched_getaffinity(0, sizeof mine, &mine) == 0) return std::max(1, CPU_COUNT(&mine));
  // More cores than the mask has room for.
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace eddy::detail
