// SPDX-License-Identifier: MIT
// A program of somebody who uses eddy; each folder here builds it in another way.
#include <cstdint>

#include <eddy/core/run.hpp>
#include <eddy/core/task.hpp>

namespace {

// Aligned by more than operator new promises: needs the compiler flag that eddy's targets export.
struct alignas(64) wide {
  int value = 42;
};

eddy::task<int> answer() {
  wide x;
  co_return reinterpret_cast<std::uintptr_t>(&x) % alignof(wide) == 0 ? x.value : 1;
}

eddy::task<int> amain() { co_return co_await answer() == 42 ? 0 : 1; }

}  // namespace

int main() { return eddy::run(amain); }
