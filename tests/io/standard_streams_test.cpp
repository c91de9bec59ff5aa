// SPDX-License-Identifier: MIT
#include <eddy/io/standard_streams.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "tcp_pair.hpp"
#include "temporary_folder.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;

struct fds {
  int read_end;
  int write_end;
};

/// While it lives `fd` of ours is a number for `target`, as a shell would have made it; checks that
/// the flags of what the two share stay as they were.
class standing_in {
 public:
  standing_in(int fd, int target) : fd_(fd), target_(target), saved_(::dup(fd)) {
    ::dup2(target, fd);
    flags_ = ::fcntl(target, F_GETFL);
  }
  standing_in(const standing_in&) = delete;
  standing_in& operator=(const standing_in&) = delete;
  ~standing_in() {
    EXPECT_EQ(::fcntl(target_, F_GETFL), flags_) << "what we share was changed";
    ::dup2(saved_, fd_);
    ::close(saved_);
    ::close(target_);
  }

 private:
  int fd_;
  int target_;
  int saved_;
  int flags_;
};

fds blocking_pipe() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  return {ends[0], ends[1]};
}

fds blocking_sockets() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  return {ends[0], ends[1]};
}

/// A terminal in raw mode: `read_end` is what a program has, `write_end` is the person before it.
fds terminal() {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  ::grantpt(master);
  ::unlockpt(master);
  const int slave = ::open(::ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  termios settings{};
  ::tcgetattr(slave, &settings);
  ::cfmakeraw(&settings);
  ::tcsetattr(slave, TCSANOW, &settings);
  return {slave, master};
}

void put(int fd, std::string_view text) {
  EXPECT_EQ(::write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

std::string take(int fd) {
  std::string text(1 << 16, '\0');
  const ssize_t got = ::read(fd, text.data(), text.size());
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

bool anything_in(int fd) {
  pollfd asked{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&asked, 1, 0) == 1;
}

task<std::string> next_text(standard_reader& from) {
  std::string text(256, '\0');
  text.resize(co_await from.read_some(text));
  co_return text;
}

// Reading, from whatever it may be.

/// Waits without keeping the loop, gets what comes, and is lossless when cancelled.
task<> check_reading(fds ends) {
  const standing_in shared(STDIN_FILENO, ends.read_end);
  {
    standard_reader in = standard_input();
    put(ends.write_end, "there already");
    EXPECT_EQ(co_await next_text(in), "there already");
    for (int round = 0; round < 3; ++round) {
      EXPECT_EQ(co_await wait_for_optional(next_text(in), 2ms), std::nullopt);
    }
    auto reading = create_task([&] { return next_text(in); });
    co_await sleep(2ms);
    put(ends.write_end, "came later");
    EXPECT_EQ(co_await reading, "came later");
    EXPECT_EQ(co_await in.read_some(std::span<std::byte>()), 0U);
  }
  ::close(ends.write_end);
}

EDDY_IO_TEST(standard_input, may_be_a_pipe) { co_await check_reading(blocking_pipe()); }
EDDY_IO_TEST(standard_input, may_be_a_terminal) { co_await check_reading(terminal()); }
EDDY_IO_TEST(standard_input, may_be_a_socket) { co_await check_reading(blocking_sockets()); }
EDDY_IO_TEST(standard_input, may_be_the_master_of_a_terminal) {
  const fds ends = terminal();
  co_await check_reading({ends.write_end, ends.read_end});
}

EDDY_IO_TEST(standard_input, of_a_pipe_ends_when_its_writers_are_gone) {
  const fds ends = blocking_pipe();
  const standing_in shared(STDIN_FILENO, ends.read_end);
  standard_reader in = standard_input();
  put(ends.write_end, "last");
  ::close(ends.write_end);
  EXPECT_EQ(co_await next_text(in), "last");
  EXPECT_EQ(co_await next_text(in), "");
  EXPECT_EQ(co_await next_text(in), "");
}

EDDY_IO_TEST(standard_input, of_a_terminal_ends_at_control_d) {
  const fds ends = terminal();
  termios settings{};
  ::tcgetattr(ends.read_end, &settings);
  settings.c_lflag |= ICANON;
  settings.c_cc[VEOF] = 4;
  ::tcsetattr(ends.read_end, TCSANOW, &settings);
  {
    const standing_in shared(STDIN_FILENO, ends.read_end);
    standard_reader in = standard_input();
    put(ends.write_end, "a line\n\4");
    EXPECT_EQ(co_await next_text(in), "a line\n");
    EXPECT_EQ(co_await next_text(in), "");
  }
  ::close(ends.write_end);
}

EDDY_IO_TEST(standard_input, of_a_file_goes_on_where_others_left_it) {
  const testing::temporary_folder folder;
  const int file = ::open((folder.path() / "file").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  put(file, "read by others, and the rest");
  ::lseek(file, 16, SEEK_SET);
  const standing_in shared(STDIN_FILENO, file);
  standard_reader in = standard_input();
  EXPECT_EQ(co_await next_text(in), "and the rest");
  EXPECT_EQ(co_await next_text(in), "");
}

EDDY_IO_TEST(standard_input, may_be_dev_null) {
  const standing_in shared(STDIN_FILENO, ::open("/dev/null", O_RDONLY | O_CLOEXEC));
  standard_reader in = standard_input();
  EXPECT_EQ(co_await next_text(in), "");
}

EDDY_IO_TEST(standard_input, has_one_reader_at_a_time) {
  for (const fds ends : {blocking_pipe(), blocking_sockets()}) {
    const standing_in shared(STDIN_FILENO, ends.read_end);
    {
      standard_reader in = standard_input();
      auto reading = create_task([&] { return next_text(in); });
      co_await sleep(2ms);
      EXPECT_THROW(co_await next_text(in), std::logic_error);
      put(ends.write_end, "still");
      EXPECT_EQ(co_await reading, "still");
    }
    ::close(ends.write_end);
  }
}

EDDY_IO_TEST(standard_input, that_is_closed_is_an_error) {
  const int saved = ::dup(STDIN_FILENO);
  ::close(STDIN_FILENO);
  EXPECT_THROW((void)standard_input(), io_error);
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
  co_return;
}

EDDY_TEST(standard_input, the_virtual_clock_has_none) {
  EXPECT_THROW((void)standard_input(), io_error);
  EXPECT_THROW((void)standard_output(), io_error);
  co_return;
}

// Writing.

/// Writes more than there is room for while the loop goes on, and all of it arrives.
task<> check_writing(fds ends, std::size_t size) {
  std::string much;
  while (much.size() < size) much += std::to_string(much.size()) + ' ';
  std::string arrived;
  {
    const standing_in shared(STDOUT_FILENO, ends.write_end);
    standard_writer out = standard_output();
    bool done = false;
    auto writing = create_task([&]() -> task<> {
      co_await out.write_all(much);
      done = true;
    });
    co_await sleep(5ms);
    EXPECT_FALSE(done) << "there is no room for all";
    while (arrived.size() < much.size()) {
      if (anything_in(ends.read_end)) arrived += take(ends.read_end);
      co_await yield();
    }
    co_await writing;
    co_await out.shutdown();
    EXPECT_THROW(co_await out.write_all("more"), io_error);
  }
  ::close(ends.read_end);
  EXPECT_TRUE(arrived == much);
}

EDDY_IO_TEST(standard_output, may_be_a_pipe) { co_await check_writing(blocking_pipe(), 300'000); }
EDDY_IO_TEST(standard_output, may_be_a_socket) {
  co_await check_writing(blocking_sockets(), 2'000'000);
}
EDDY_IO_TEST(standard_output, may_be_a_terminal) {
  const fds ends = terminal();
  co_await check_writing({ends.write_end, ends.read_end}, 100'000);
}

EDDY_IO_TEST(standard_output, of_a_file_adds_to_what_others_wrote) {
  const testing::temporary_folder folder;
  const int file = ::open((folder.path() / "file").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  {
    const standing_in shared(STDERR_FILENO, ::dup(file));
    put(STDERR_FILENO, "theirs, ");
    standard_writer err = standard_error();
    co_await err.write_all("ours, ");
    put(STDERR_FILENO, "theirs again");
  }
  ::lseek(file, 0, SEEK_SET);
  EXPECT_EQ(take(file), "theirs, ours, theirs again");
  ::close(file);
}

EDDY_IO_TEST(standard_output, that_nobody_reads_is_an_error_and_no_signal) {
  for (const fds ends : {blocking_pipe(), blocking_sockets()}) {
    const standing_in shared(STDOUT_FILENO, ends.write_end);
    standard_writer out = standard_output();
    ::close(ends.read_end);
    std::optional<io_error> error;
    try {
      co_await out.write_all("in vain");
    } catch (const io_error& e) {
      error = e;
    }
    EXPECT_STREQ(error->what(), "write stdout: Broken pipe");
  }
}

EDDY_IO_TEST(standard_output, a_cancelled_write_ends_though_nobody_reads) {
  for (const fds ends : {blocking_pipe(), blocking_sockets()}) {
    {
      const standing_in shared(STDOUT_FILENO, ends.write_end);
      standard_writer out = standard_output();
      const std::string much(4 << 20, 'x');
      EXPECT_EQ(co_await wait_for_optional(out.write_all(much), 10ms), std::nullopt);
    }
    ::close(ends.read_end);
  }
}

}  // namespace
}  // namespace eddy
