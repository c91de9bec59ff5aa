// SPDX-License-Identifier: MIT
// Two programs, the output of one being the input of the other.
#include <iostream>
#include <utility>

#include <eddy/core/run.hpp>
#include <eddy/io/process.hpp>

using eddy::process;
using eddy::stdio;

// snippet: pipeline
eddy::task<> start() {
  process numbers = co_await process::spawn({"seq", "100000"}, {.out = stdio::pipe()});
  // From here on the pipe is between the two: we see none of what goes through it.
  process count = co_await process::spawn(
      {"wc", "-l"}, {.in = stdio::from(std::move(numbers.out())), .out = stdio::pipe()});
  std::cout << (co_await count.communicate()).out;
  std::cout << numbers.name() << ' ' << (co_await numbers.wait()).to_string() << '\n';
}
// end snippet

int main() { return eddy::run(start); }
