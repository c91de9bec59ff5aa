// SPDX-License-Identifier: MIT
#include <vector>

#include <eddy/core/wait.hpp>

eddy::task<int> f();

eddy::task<> start() {
  const std::vector works{f, f};
  co_await eddy::wait(works);
}
