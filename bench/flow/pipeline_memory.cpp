// SPDX-License-Identifier: MIT
// A pipeline holds what its stages hold, however many items go through: the largest size of the
// process after a million items and after a hundred million, and the CPU time of each item.
#include <sys/resource.h>

#include <cstdio>
#include <ctime>

#include <eddy/core/run.hpp>
#include <eddy/core/task.hpp>
#include <eddy/flow/stream.hpp>

namespace {

long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

eddy::task<> measure(long items) {
  long sum = 0;
  const std::clock_t before = std::clock();
  co_await (eddy::iota(0L, items) | eddy::filter([](long x) { return x % 3 != 0; }) |
            eddy::transform([](long x) { return x * 2; }) |
            eddy::for_each([&](long x) { sum += x; }));
  const double seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  std::printf(
      "iota | filter | transform | for_each  %9ld items  %6ld KiB  %5.2f ns each (sum %ld)\n",
      items, peak_kib(), seconds * 1e9 / static_cast<double>(items), sum);
}

eddy::task<> start() {
  co_await measure(1'000'000);
  co_await measure(100'000'000);
}

}  // namespace

int main() { return eddy::run(start); }
