// SPDX-License-Identifier: MIT
// Other programs: run, fed, limited, stopped.
#include <chrono>
#include <iostream>
#include <string>

#include <eddy/core/error.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/core/with.hpp>
#include <eddy/io/process.hpp>

using namespace std::chrono_literals;
using eddy::process;
using eddy::stdio;

// snippet: run
eddy::task<> capture() {
  const eddy::process_result sorted =
      co_await process::run({"sort", "-r"}, {.input = "a\nc\nb\n", .check = true});
  std::cout << sorted.out;

  // It fails: with `check` that is an exception, and without it a value.
  try {
    co_await process::run({"sh", "-c", "echo cannot do it >&2; exit 3"}, {.check = true});
  } catch (const eddy::process_error& error) {
    std::cout << error.what() << '\n';
  }
  const eddy::process_result failed = co_await process::run({"false"});
  const eddy::process_status how = failed.status;
  std::cout << "false " << how.to_string() << (how.success() ? "" : ", which is no success\n");
}
// end snippet

// snippet: options
eddy::task<> options() {
  const eddy::process_result result =
      co_await process::run({"sh", "-c", "echo $GREETING from $(pwd); echo unheard >&2"}, {},
                            {.cwd = "/tmp", .env = {{"GREETING", "hello"}}, .err = stdio::null()});
  std::cout << result.out;
}
// end snippet

// snippet: errors
eddy::task<> errors() {
  try {
    co_await process::run({"no-such-program"});
  } catch (const eddy::io_error& error) {
    std::cout << error.what() << '\n';
  }
}
// end snippet

// snippet: limit
eddy::task<> limit() {
  // The limit ends the process too, and waits until it is gone.
  const auto result = co_await eddy::wait_for_optional(process::run({"sleep", "1000"}), 20ms);
  std::cout << (result ? "slept" : "took too long") << '\n';
}
// end snippet

// snippet: with
eddy::task<> talk() {
  co_await eddy::with(process::spawn({"cat"}, {.in = stdio::pipe(), .out = stdio::pipe()}),
                      [](process& cat) -> eddy::task<> {
                        co_await cat.in().write_all("and back\n");
                        std::string answer(64, '\0');
                        answer.resize(co_await cat.out().read_some(answer));
                        std::cout << "there " << answer;
                      });  // stopped here, had the body failed or been cancelled too
}
// end snippet

eddy::task<> start() {
  co_await capture();
  co_await options();
  co_await errors();
  co_await limit();
  co_await talk();
}

int main() { return eddy::run(start); }
