// SPDX-License-Identifier: MIT
#include "parts.hpp"

#include <stdexcept>

namespace eddy::cancellation {

task<int> count(int n) {
  const tracked local(n);
  co_return co_await pause(n % 3 + 1);
}

task<tracked> echo(tracked value) {
  const tracked local(1);
  co_await pause(1);
  co_return value;
}

task<tracked> second(const tracked& first, tracked other) {
  co_await pause(2);
  const tracked copy(first);
  co_return other;
}

task<std::string> twice(std::string text) {
  co_await pause(1);
  co_return text + text;
}

task<std::vector<tracked>> list(std::initializer_list<tracked> values) {
  std::vector<tracked> copies(values);
  co_await pause(1);
  co_return copies;
}

task<std::unique_ptr<tracked>> pass(std::unique_ptr<tracked> value) {
  co_await pause(1);
  co_return value;
}

task<std::pair<tracked, std::string>> split(request r) {
  co_await pause(1);
  co_return std::pair{r.body, r.host};
}

task<int> number(request a, const request& b) {
  co_await pause(1);
  co_return a.number + b.number;
}

task<bool> yes(tracked) {
  co_await pause(1);
  co_return true;
}

task<int> ready(tracked value) { co_return value.value; }

task<int> fails(tracked) {
  co_await pause(1);
  throw std::runtime_error("fails");
}

task<> work() {
  const tracked local;
  co_await pause(1);
  co_await pause(2);
}

task<> work_on(tracked value) {
  const tracked copy(value);
  co_await pause(1);
  co_await echo(copy);
}

task<int> deep(int levels, const tracked* above) {
  const tracked local(levels);
  if (levels == 0) {
    co_await pause(1);
    co_return 0;
  }
  const int below = co_await deep(levels - 1, &local);
  co_return below + (above != nullptr ? 1 : 0);
}

async_generator<tracked> numbers(tracked seed, int n) {
  const tracked local(seed);
  for (int i = 0; i < n; ++i) {
    const tracked inside(i);
    co_await pause(1);
    co_yield tracked(i);
    co_await count(1);
  }
}

task<> clean_up() {
  const tracked before;
  ++book.cleanups_begun;
  co_await pause(1);
  co_await count(1);
  const tracked after;
  co_await pause(2);
  ++book.cleanups_ended;
}

}  // namespace eddy::cancellation
