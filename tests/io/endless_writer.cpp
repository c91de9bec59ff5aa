// SPDX-License-Identifier: MIT
//
// Not a test: a program that gives a file one content and another for ever, for a test to kill.
#include <sys/prctl.h>

#include <csignal>
#include <string>

#include <eddy/core/run.hpp>
#include <eddy/io/atomic_write.hpp>

#include "endless_writer.hpp"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // goes with the test, however that ends
  const std::string path = argv[1];
  eddy::run([&]() -> eddy::task<> {
    for (;;) {
      co_await eddy::atomic_write(path, eddy::testing::other_content());
      co_await eddy::atomic_write(path, eddy::testing::one_content());
    }
  });
}
