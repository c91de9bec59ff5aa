// SPDX-License-Identifier: MIT
#include <eddy/core/with.hpp>

struct file {};

eddy::task<file> open();

eddy::task<> start() {
  co_await eddy::with(open(), [](file&) -> eddy::task<> { co_return; });
}
