// SPDX-License-Identifier: MIT
// Many frames: deep, and one after the other.
#include "parts.hpp"
#include "shapes.hpp"

namespace eddy::cancellation {
namespace {

task<> ten_thousand_frames_deep() {
  try {
    tracked local;
    co_await deep(10'000, &local);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> a_few_frames_deep() {
  try {
    tracked local;
    co_await deep(5, &local);
    co_await pause(2);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> tasks_that_never_suspend() {
  try {
    int sum = 0;
    for (int i = 0; i < 300; ++i) sum += co_await ready(tracked(i));
    co_await pause(1);
    for (int i = 0; i < 300; ++i) {
      sum += co_await ready(tracked(i)) + (i % 100 != 0 ? 0 : co_await count(1));
    }
    if (sum < 2 * 299 * 150) problem("a value was lost");
  } catch (...) {
    entered_catch();
    throw;
  }
}

constexpr shape shapes[] = {
    {"ten_thousand_frames_deep", ten_thousand_frames_deep, trait::large},
    {"a_few_frames_deep", a_few_frames_deep},
    {"tasks_that_never_suspend", tasks_that_never_suspend},
};

}  // namespace

std::span<const shape> depth_shapes() { return shapes; }

}  // namespace eddy::cancellation
