// SPDX-License-Identifier: MIT
#include <eddy/core/task.hpp>

eddy::task<int> f();

eddy::task<> start() {
  auto work = f();
  co_await work;
}
