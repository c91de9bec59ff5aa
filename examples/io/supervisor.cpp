// SPDX-License-Identifier: MIT
// A worker process that is started again when it fails.
#include <chrono>
#include <exception>
#include <iostream>
#include <string>

#include <eddy/core/run.hpp>
#include <eddy/flow/retry.hpp>
#include <eddy/io/process.hpp>

using namespace std::chrono_literals;

// snippet: supervisor
class supervised_worker {
 public:
  /// Until it has ended with success. Cancelled, it stops the worker: SIGTERM, and SIGKILL later.
  eddy::task<> operator()() {
    const std::string number = std::to_string(++starts_);
    const auto result = co_await eddy::process::run(
        {"sh", "-c", "echo worker $0; test $0 -eq 3 || { echo out of luck >&2; exit 1; }", number},
        {.check = true}, {.new_group = true});
    std::cout << result.out;
  }

 private:
  int starts_ = 0;
};

eddy::task<> start() {
  const auto worth_it = [](const std::exception_ptr& error) {
    try {
      std::rethrow_exception(error);
    } catch (const eddy::process_error& failed) {
      std::cout << failed.what() << ", once more\n";
      return true;
    } catch (...) {
      return false;  // such as a worker that is not there
    }
  };
  auto worker = eddy::retry(supervised_worker(), {.attempts = 5, .pause = 1ms, .when = worth_it});
  co_await worker();
}
// end snippet

int main() { return eddy::run(start); }
