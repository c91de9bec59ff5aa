// SPDX-License-Identifier: MIT
//
// The suites once more, with system calls that fail because strace says so: that the errors a
// kernel may give are outlived is confirmed on the real one.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <fmt/format.h>

#include <temporary_folder.hpp>

namespace eddy {
namespace {

using testing::temporary_folder;

struct output {
  int status = -1;
  std::string text;
};

output shell(const std::string& command) {
  output made;
  FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return made;
  std::array<char, 4096> piece;
  while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), pipe)) {
    made.text.append(piece.data(), count);
  }
  made.status = ::pclose(pipe);
  return made;
}

struct fault {
  const char* name;
  const char* calls;
  const char* what;  // strace's: which error, at which calls
  const char* tests;
};

class strace : public ::testing::TestWithParam<fault> {};

TEST_P(strace, the_suite_outlives) {
  const fault& injected = GetParam();
  if (const output tried = shell("strace -f --seccomp-bpf -qq -o /dev/null -e trace=close true");
      tried.status != 0) {
    GTEST_SKIP() << "strace cannot trace here: " << tried.text;
  }
  const temporary_folder folder;
  const std::string trace = folder.path() / "trace";
  const std::string self = std::filesystem::read_symlink("/proc/self/exe");
  // LeakSanitizer does not work in a traced process.
  const output ran = shell(
      fmt::format("env ASAN_OPTIONS=detect_leaks=0 strace -f --seccomp-bpf -qq -o {} -e trace={} "
                  "-e inject={}:{} "
                  "{} --gtest_brief=1 '--gtest_filter={}'",
                  trace, injected.calls, injected.calls, injected.what, self, injected.tests));
  EXPECT_EQ(ran.status, 0) << ran.text;
  std::stringstream calls;
  calls << std::ifstream(trace).rdbuf();
  EXPECT_TRUE(calls.str().contains("(INJECTED)"));
}

INSTANTIATE_TEST_SUITE_P(
    faults, strace,
    ::testing::Values(fault{"interrupted_calls", "accept4,recvfrom,sendto", "error=EINTR:when=1+2",
                            "*_on_epoll.*"},
                      fault{"interrupted_messages", "sendmsg,recvmsg,sendmmsg,recvmmsg",
                            "error=EINTR:when=1+2", "udp*:unix_fds*"},
                      fault{"interrupted_waits_of_epoll", "epoll_wait,epoll_pwait2",
                            "error=EINTR:when=1+2", "*_on_epoll.*"},
                      fault{"interrupted_waits_of_io_uring", "io_uring_enter",
                            "error=EINTR:when=2+2", "*_on_uring.*"},
                      fault{"connections_that_went_before_they_were_accepted", "accept4",
                            "error=ECONNABORTED:when=1+2", "*_on_epoll.*"},
                      // Each costs a pause of 50 ms.
                      fault{"descriptors_that_run_out", "accept4", "error=EMFILE:when=3+20",
                            "*_on_epoll.*-*many*:*what_comes*"}),
    [](const ::testing::TestParamInfo<fault>& info) { return info.param.name; });

}  // namespace
}  // namespace eddy
