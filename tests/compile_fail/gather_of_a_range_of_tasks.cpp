// SPDX-License-Identifier: MIT
#include <array>

#include <eddy/core/gather.hpp>

eddy::task<int> f();

eddy::task<> start() {
  std::array<eddy::task<int>, 2> works{f(), f()};
  co_await eddy::gather(works);
}
