// SPDX-License-Identifier: MIT
// A filter: stdin, line by line, to stdout. Works for pipes, files and terminals, and while it
// waits for input the program can do other things.
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/run.hpp>
#include <eddy/io/process.hpp>
#include <eddy/io/standard_streams.hpp>

// snippet: filter
eddy::task<> number_lines() {
  eddy::standard_reader in = eddy::standard_input();
  eddy::standard_writer out = eddy::standard_output();
  std::string line;
  std::string chunk(64 << 10, '\0');
  int number = 0;
  while (const std::size_t got = co_await in.read_some(chunk)) {
    std::string numbered;
    for (const char letter : std::string_view(chunk).substr(0, got)) {
      line += letter;
      if (letter != '\n') continue;
      numbered += std::to_string(++number) + ' ' + std::exchange(line, {});
    }
    co_await out.write_all(numbered);
  }
  co_await out.write_all(line);  // the last one, if nothing ends it
  eddy::standard_writer log = eddy::standard_error();
  co_await log.write_all(std::to_string(number) + " lines\n");
}
// end snippet

/// The same program again, as another one's child: `line_filter filter < file`.
eddy::task<> start(std::string self) {
  const eddy::process_result result =
      co_await eddy::process::run({self, "filter"}, {.input = "one\ntwo\nthree\n", .check = true});
  std::cout << result.out << result.err;
}

int main(int argc, char** argv) {
  if (argc > 1) return eddy::run(number_lines);
  return eddy::run([&] { return start(argv[0]); });
}
