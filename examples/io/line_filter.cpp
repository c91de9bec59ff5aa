// SPDX-License-Identifier: MIT
// A filter: stdin, line by line, to stdout. Works for pipes, files and terminals, and while it
// waits for input the program can do other things.
#include <iostream>
#include <string>

#include <eddy/core/run.hpp>
#include <eddy/io/buffered_reader.hpp>
#include <eddy/io/buffered_writer.hpp>
#include <eddy/io/process.hpp>
#include <eddy/io/standard_streams.hpp>

// snippet: filter
eddy::task<> number_lines(eddy::standard_reader from, eddy::standard_writer to) {
  eddy::buffered_reader in(from);
  eddy::buffered_writer out(to);
  int number = 0;
  while (const auto line = co_await in.read_line()) {
    co_await out.write_all(std::to_string(++number) + ' ' + *line + '\n');
  }
  co_await out.flush();
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
  if (argc > 1) {
    return eddy::run([] { return number_lines(eddy::standard_input(), eddy::standard_output()); });
  }
  return eddy::run([&] { return start(argv[0]); });
}
