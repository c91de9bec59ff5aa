// SPDX-License-Identifier: MIT
#include <eddy/core/task_group.hpp>

eddy::task<int> f();

eddy::task<> start() {
  co_await eddy::with_task_group([](eddy::task_group& group) -> eddy::task<> {
    auto handle = group.create_task(f());
    co_return;
  });
}
