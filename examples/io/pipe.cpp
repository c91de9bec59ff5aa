// SPDX-License-Identifier: MIT
// A pipe of one's own, with one end given to another program.
#include <iostream>
#include <string>
#include <utility>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/io/process.hpp>

// snippet: pipe
eddy::task<> write_numbers(eddy::pipe_writer to) {
  for (int i = 1; i <= 3; ++i) co_await to.write_all(std::to_string(i) + '\n');
  co_await to.shutdown();  // its reader sees the end
}

eddy::task<> print(eddy::pipe_reader from) {
  std::string chunk(4096, '\0');
  while (const std::size_t got = co_await from.read_some(chunk)) {
    std::cout << chunk.substr(0, got);
  }
}

eddy::task<> start() {
  eddy::pipe_ends to_sort = eddy::open_pipe();
  eddy::pipe_ends from_sort = eddy::open_pipe();
  eddy::process sort = co_await eddy::process::spawn(
      {"sort", "-r"}, {.in = eddy::stdio::from(std::move(to_sort.reader)),
                       .out = eddy::stdio::to(std::move(from_sort.writer))});
  co_await eddy::gather(write_numbers(std::move(to_sort.writer)),
                        print(std::move(from_sort.reader)));
  co_await sort.wait();
}
// end snippet

int main() { return eddy::run(start); }
