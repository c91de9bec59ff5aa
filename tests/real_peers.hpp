// SPDX-License-Identifier: MIT
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <eddy/core/task.hpp>
#include <eddy/core/to_thread.hpp>

namespace eddy::testing {

/// Where a program is, or empty where it is not installed.
inline std::string find_program(const std::string& name) {
  for (const char* folder : {"/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"}) {
    if (::access((folder + name).c_str(), X_OK) == 0) return folder + name;
  }
  return {};
}

/// What a shell command prints on its stdout.
inline task<std::string> shell(std::string command) {
  co_return co_await to_thread([command = std::move(command)] {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
    std::string output;
    std::array<char, 4096> piece;
    while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), pipe.get())) {
      output.append(piece.data(), count);
    }
    return output;
  });
}

/// A program that runs until this is destroyed.
class child_process {
 public:
  explicit child_process(std::vector<std::string> arguments) {
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    id_ = ::fork();
    if (id_ < 0) throw std::runtime_error("fork failed");
    if (id_ > 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that dies takes it along
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;
  ~child_process() {
    ::kill(id_, SIGTERM);
    ::waitpid(id_, nullptr, 0);
  }

 private:
  pid_t id_;
};

}  // namespace eddy::testing
