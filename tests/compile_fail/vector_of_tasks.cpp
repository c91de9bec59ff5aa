// SPDX-License-Identifier: MIT
#include <vector>

#include <eddy/core/task.hpp>

eddy::task<int> f();

eddy::task<> start() {
  std::vector<eddy::task<int>> tasks;
  tasks.push_back(f());
  co_return;
}
