// SPDX-License-Identifier: MIT
#include <eddy/core/gather.hpp>

eddy::task<int> f();

eddy::task<> start() {
  auto both = eddy::gather(f(), f());
  co_await both;
}
