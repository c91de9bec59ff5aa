// SPDX-License-Identifier: MIT
#include <eddy/core/task.hpp>

eddy::task<int> f();

eddy::task<> start() {
  f();
  co_return;
}
