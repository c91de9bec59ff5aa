// SPDX-License-Identifier: MIT
#include <eddy/core/create_task.hpp>

int f();

eddy::task<> start() {
  auto handle = eddy::create_task(f);
  co_return;
}
