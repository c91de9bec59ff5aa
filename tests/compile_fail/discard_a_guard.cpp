// SPDX-License-Identifier: MIT
#include <eddy/core/task.hpp>
#include <eddy/flow/mutex.hpp>

eddy::task<> start() {
  eddy::mutex m;
  co_await m.lock();
}
