// SPDX-License-Identifier: MIT
#include <chrono>

#include <eddy/core/sleep.hpp>
#include <eddy/core/task.hpp>

eddy::task<> start() {
  eddy::sleep(std::chrono::seconds(1));
  co_return;
}
