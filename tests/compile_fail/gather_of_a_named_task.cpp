// SPDX-License-Identifier: MIT
#include <eddy/core/gather.hpp>

eddy::task<int> f();

eddy::task<> start() {
  auto work = f();
  co_await eddy::gather(work, f());
}
