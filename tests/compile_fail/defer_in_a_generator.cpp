// SPDX-License-Identifier: MIT
#include <eddy/core/finally.hpp>
#include <eddy/flow/async_generator.hpp>

eddy::task<> clean_up();

eddy::async_generator<int> numbers() {
  co_await eddy::defer(clean_up);
  co_yield 1;
}
