// SPDX-License-Identifier: MIT
// What a pipeline does about errors.
#include <chrono>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/stream.hpp>

using namespace std::chrono_literals;
using namespace eddy;

struct busy : std::runtime_error {
  busy() : std::runtime_error("the server is busy") {}
};

// snippet: retry
task<int> ask(int question) {
  static int asked = 0;
  co_await eddy::sleep(1ms);
  if (++asked % 3 != 0) throw busy();
  co_return question * 10;
}

task<> ask_until_answered() {
  const retry_policy patient{.attempts = 5, .pause = 100ms, .when = is_error<busy>};
  EDDY_FOR (const int answer, iota(1, 4) | map_async(retry(ask, patient), {.concurrency = 1})) {
    std::cout << "answer " << answer << '\n';
  }
}
// end snippet

// snippet: skip-errors
int parse(const std::string& text) { return std::stoi(text); }

task<> parse_what_can_be_parsed() {
  const std::vector<std::string> rows{"1", "two", "3"};
  std::vector<std::exception_ptr> errors;
  EDDY_FOR (const int x, from(rows) | transform(parse) | skip_errors(errors)) {
    std::cout << "row " << x << '\n';
  }
  std::cout << errors.size() << " skipped\n";
}
// end snippet

async_generator<int> feed(int& connections) {
  const int first = connections++ * 2;
  co_yield first;
  co_yield first + 1;
  if (connections < 3) throw busy();
}

task<> go_on_after_a_failure() {
  int connections = 0;
  const auto connect = [&] { return feed(connections); };
  EDDY_FOR (const int x, restart(connect, {.pause = 10ms})) std::cout << "item " << x << '\n';

  connections = 0;
  const auto cached = [](const busy& why) {
    std::cout << why.what() << '\n';
    return from({-1});
  };
  EDDY_FOR (const int x, feed(connections) | catch_error<busy>(cached)) {
    std::cout << "item " << x << '\n';
  }
}

task<> start() {
  co_await ask_until_answered();
  co_await parse_what_can_be_parsed();
  co_await go_on_after_a_failure();
}

int main() { return run(start, {.backend = backend_kind::sim}); }
