// SPDX-License-Identifier: MIT
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <stdexcept>
#include <string>

#include "backend_harness.hpp"

namespace eddy::detail {
namespace {

class backend_choice : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const char* value = std::getenv("EDDY_BACKEND")) before_ = value;
    ::unsetenv("EDDY_BACKEND");
  }
  void TearDown() override {
    ::unsetenv("EDDY_BACKEND");
    if (!before_.empty()) ::setenv("EDDY_BACKEND", before_.c_str(), 1);
  }
  static bool has_uring() {
    int error = 0;
    return make_uring_backend(error) != nullptr;
  }
  std::string before_;
};

TEST_F(backend_choice, automatic_takes_io_uring_where_it_can) {
  EXPECT_EQ(make_backend(backend_kind::automatic)->name(), has_uring() ? "uring" : "epoll");
}

TEST_F(backend_choice, the_environment_overrides_automatic) {
  ::setenv("EDDY_BACKEND", "epoll", 1);
  EXPECT_EQ(make_backend(backend_kind::automatic)->name(), "epoll");
  ::setenv("EDDY_BACKEND", "", 1);
  EXPECT_EQ(make_backend(backend_kind::automatic)->name(), has_uring() ? "uring" : "epoll");
  if (!has_uring()) GTEST_SKIP() << "io_uring is refused here";
  ::setenv("EDDY_BACKEND", "uring", 1);
  EXPECT_EQ(make_backend(backend_kind::automatic)->name(), "uring");
}

TEST_F(backend_choice, the_environment_does_not_override_a_program_that_chose) {
  ::setenv("EDDY_BACKEND", "uring", 1);
  EXPECT_EQ(make_backend(backend_kind::epoll)->name(), "epoll");
  EXPECT_EQ(make_backend(backend_kind::sim)->name(), "sim");
}

TEST_F(backend_choice, an_unknown_name_is_refused_and_the_known_ones_told) {
  ::setenv("EDDY_BACKEND", "kqueue", 1);
  try {
    make_backend(backend_kind::automatic);
    FAIL() << "no exception";
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(e.what(),
                 "eddy: EDDY_BACKEND=kqueue: no such backend; use uring, epoll, or leave it unset");
  }
}

/// From now on this process is refused the system call, as a container's sandbox does it.
void refuse(long call, int error) {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(error)),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{.len = std::size(filter), .filter = filter};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    std::perror("seccomp");
    std::_Exit(2);
  }
}

TEST_F(backend_choice, automatic_takes_epoll_where_a_sandbox_refuses_io_uring) {
  const auto in_sandbox = [] {
    refuse(SYS_io_uring_setup, EPERM);
    std::fputs(std::string(make_backend(backend_kind::automatic)->name()).c_str(), stderr);
    std::_Exit(0);
  };
  EXPECT_EXIT(in_sandbox(), ::testing::ExitedWithCode(0), "^epoll$");
}

TEST_F(backend_choice, io_uring_by_name_says_why_it_is_refused) {
  const auto in_sandbox = [] {
    refuse(SYS_io_uring_setup, EPERM);
    ::setenv("EDDY_BACKEND", "uring", 1);
    try {
      make_backend(backend_kind::automatic);
    } catch (const std::runtime_error& e) {
      std::fputs(e.what(), stderr);
      std::_Exit(0);
    }
    std::_Exit(1);
  };
  EXPECT_EXIT(in_sandbox(), ::testing::ExitedWithCode(0), "refuses it: Operation not permitted");
}

TEST_F(backend_choice, epoll_waits_in_milliseconds_where_it_cannot_in_nanoseconds) {
  const auto in_sandbox = [] {
    using namespace std::chrono_literals;
    refuse(SYS_epoll_pwait2, ENOSYS);
    const auto epoll = make_epoll_backend();
    const time_point until = epoll->now() + 1500us;
    int calls = 0;
    while (epoll->now() < until) {
      epoll->run_once(until);
      ++calls;
    }
    // The first finds out, the second waits: more would be a busy loop.
    std::_Exit(calls <= 2 ? 0 : 1);
  };
  EXPECT_EXIT(in_sandbox(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace eddy::detail
