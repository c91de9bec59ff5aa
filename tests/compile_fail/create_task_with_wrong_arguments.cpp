// SPDX-License-Identifier: MIT
#include <eddy/core/create_task.hpp>

eddy::task<> f(int& counter);

eddy::task<> start() {
  int counter = 0;
  auto handle = eddy::create_task(f, counter);
  co_return;
}
