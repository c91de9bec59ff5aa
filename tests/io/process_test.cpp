// SPDX-License-Identifier: MIT
#include <eddy/io/process.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/core/with.hpp>
#include <eddy/testing/test.hpp>

#include "children.hpp"
#include "tcp_pair.hpp"
#include "temporary_folder.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;
using testing::temporary_folder;

task<std::string> out_of(std::vector<std::string> argv, process_options options = {}) {
  const process_result result =
      co_await process::run(std::move(argv), {.check = true}, std::move(options));
  co_return result.out;
}

EDDY_IO_TEST(process, what_it_returns_is_its_code) {
  const no_children_left check;
  process child = co_await process::spawn({"sh", "-c", "exit 3"});
  EXPECT_EQ(child.status(), std::nullopt);
  const process_status status = co_await child.wait();
  EXPECT_EQ(status, process_status::exited(3));
  EXPECT_FALSE(status.success());
  EXPECT_EQ(status.code(), 3);
  EXPECT_EQ(status.signal(), std::nullopt);
  EXPECT_EQ(status.to_string(), "exited with 3");
  EXPECT_EQ(child.status(), status);
  EXPECT_EQ(co_await child.wait(), status);
}

EDDY_IO_TEST(process, a_signal_that_killed_it_is_told) {
  const no_children_left check;
  process child = co_await process::spawn({"sleep", "100"});
  EXPECT_TRUE(child.kill());
  const process_status status = co_await child.wait();
  EXPECT_EQ(status.signal(), SIGKILL);
  EXPECT_EQ(status.code(), std::nullopt);
  EXPECT_EQ(status.to_string(), "killed by SIGKILL");
  EXPECT_FALSE(child.kill()) << "it is gone";
}

EDDY_IO_TEST(process, what_it_writes_is_taken_apart_from_its_errors) {
  const process_result result = co_await process::run({"sh", "-c", "echo out; echo err >&2"});
  EXPECT_TRUE(result.status.success());
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
}

EDDY_IO_TEST(process, its_errors_may_go_where_its_output_goes) {
  const process_result result = co_await process::run({"sh", "-c", "echo out; echo err >&2"}, {},
                                                      {.err = stdio::to_stdout()});
  EXPECT_EQ(result.out, "out\nerr\n");
  EXPECT_EQ(result.err, "");
}

EDDY_IO_TEST(process, megabytes_go_through_it_both_ways_at_once) {
  std::string much;
  while (much.size() < (4 << 20)) much += "line " + std::to_string(much.size()) + "\n";
  const process_result result = co_await process::run({"cat"}, {.input = much});
  EXPECT_TRUE(result.out == much);
}

EDDY_IO_TEST(process, one_that_does_not_read_its_input_is_no_error) {
  const process_result result =
      co_await process::run({"true"}, {.input = std::string(4 << 20, 'x')});
  EXPECT_TRUE(result.status.success());
}

EDDY_IO_TEST(process, one_that_writes_beyond_the_limit_is_an_error_and_ends) {
  const no_children_left check;
  std::optional<io_error> error;
  try {
    co_await create_task([] { return process::run({"cat", "/dev/zero"}, {.limit = 100'000}); });
  } catch (const io_error& e) {
    error = e;
  }
  EXPECT_EQ(error->code(), std::errc::file_too_large);
  EXPECT_STREQ(error->what(), "read what cat writes, more than 100000 bytes: File too large");
}

EDDY_IO_TEST(process, as_much_as_the_limit_is_taken) {
  const process_result result =
      co_await process::run({"head", "-c", "1000", "/dev/zero"}, {.limit = 1000});
  EXPECT_EQ(result.out.size(), 1000U);
}

EDDY_IO_TEST(process, check_turns_a_failure_into_an_error_with_its_last_words) {
  std::optional<process_error> error;
  try {
    co_await process::run({"sh", "-c", "echo some; echo words >&2; echo last >&2; exit 2"},
                          {.check = true});
  } catch (const process_error& e) {
    error = e;
  }
  EXPECT_STREQ(error->what(), "sh exited with 2: last");
  EXPECT_EQ(error->result().out, "some\n");
}

EDDY_IO_TEST(process, the_environment_is_ours_with_changes) {
  ::setenv("EDDY_TAKEN_AWAY", "1", 1);
  ::setenv("EDDY_LEFT", "left", 1);
  EXPECT_EQ(co_await out_of({"sh", "-c", "echo $EDDY_TAKEN_AWAY,$EDDY_LEFT,$EDDY_ADDED"},
                            {.env = {{"EDDY_TAKEN_AWAY", std::nullopt}, {"EDDY_ADDED", "added"}}}),
            ",left,added\n");
}

EDDY_IO_TEST(process, the_environment_may_be_whole) {
  EXPECT_EQ(co_await out_of({"env"}, {.env = {{"ONLY", "this"}}, .inherit_env = false}),
            "ONLY=this\n");
}

EDDY_IO_TEST(process, it_starts_in_its_own_folder) {
  const temporary_folder folder;
  EXPECT_EQ(co_await out_of({"pwd"}, {.cwd = folder.path()}), folder.path().string() + "\n");
}

EDDY_IO_TEST(process, its_streams_may_be_files) {
  const temporary_folder folder;
  const auto file = folder.path() / "file";
  co_await out_of({"sh", "-c", "echo one"}, {.out = stdio::to_file(file)});
  co_await out_of({"sh", "-c", "echo two"}, {.out = stdio::append_to(file)});
  EXPECT_EQ(co_await out_of({"cat"}, {.in = stdio::from_file(file)}), "one\ntwo\n");
  co_await out_of({"sh", "-c", "echo new"}, {.out = stdio::to_file(file)});
  EXPECT_EQ(co_await out_of({"cat"}, {.in = stdio::from_file(file)}), "new\n");
}

/// Our stdout and stderr are files while this lives.
class redirected {
 public:
  explicit redirected(const std::filesystem::path& folder) {
    for (const int fd : {1, 2}) {
      const int file = ::open((folder / std::to_string(fd)).c_str(), O_WRONLY | O_CREAT, 0600);
      saved_[fd] = ::dup(fd);
      ::dup2(file, fd);
      ::close(file);
    }
  }
  redirected(const redirected&) = delete;
  redirected& operator=(const redirected&) = delete;
  ~redirected() {
    for (const int fd : {1, 2}) {
      ::dup2(saved_[fd], fd);
      ::close(saved_[fd]);
    }
  }

 private:
  int saved_[3] = {-1, -1, -1};
};

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

EDDY_IO_TEST(process, its_stdout_and_stderr_may_be_ours_swapped) {
  const temporary_folder folder;
  {
    const redirected ours(folder.path());
    process child = co_await process::spawn(
        {"sh", "-c", "echo out; echo err >&2"},
        {.out = stdio::descriptor(STDERR_FILENO), .err = stdio::descriptor(STDOUT_FILENO)});
    co_await child.wait();
  }
  EXPECT_EQ(text_of(folder.path() / "1"), "err\n");
  EXPECT_EQ(text_of(folder.path() / "2"), "out\n");
}

EDDY_IO_TEST(process, its_streams_are_right_though_ours_are_closed) {
  const temporary_folder folder;
  {
    const redirected ours(folder.path());
    const int saved = ::dup(STDIN_FILENO);
    ::close(STDIN_FILENO);
    ::close(STDOUT_FILENO);
    // The files opened for it get the numbers 0 and 1.
    process child = co_await process::spawn({"sh", "-c", "echo out; echo err >&2"},
                                            {.out = stdio::to_file(folder.path() / "out"),
                                             .err = stdio::to_file(folder.path() / "err")});
    co_await child.wait();
    ::dup2(saved, STDIN_FILENO);
    ::close(saved);
  }
  EXPECT_EQ(text_of(folder.path() / "out"), "out\n");
  EXPECT_EQ(text_of(folder.path() / "err"), "err\n");
}

EDDY_IO_TEST(process, two_make_a_pipeline) {
  const no_children_left check;
  process first = co_await process::spawn({"printf", "b\\na\\nc\\n"}, {.out = stdio::pipe()});
  process second = co_await process::spawn(
      {"sort"}, {.in = stdio::from(std::move(first.out())), .out = stdio::pipe()});
  EXPECT_EQ((co_await second.communicate()).out, "a\nb\nc\n");
  EXPECT_TRUE((co_await first.wait()).success());
}

EDDY_IO_TEST(process, one_inherits_nothing_but_its_streams) {
  const pipe_ends open_on_purpose = open_pipe();
  const int not_close_on_exec = ::dup(STDERR_FILENO);
  // 3 is the folder that ls itself reads.
  EXPECT_EQ(co_await out_of({"ls", "/proc/self/fd"}), "0\n1\n2\n3\n");
  ::close(not_close_on_exec);
}

EDDY_IO_TEST(process, it_starts_with_no_signal_blocked_or_ignored) {
  sigset_t some;
  ::sigemptyset(&some);
  ::sigaddset(&some, SIGTERM);
  sigset_t before;
  ::pthread_sigmask(SIG_BLOCK, &some, &before);
  ::signal(SIGPIPE, SIG_IGN);
  const std::string signals = co_await out_of({"grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"});
  ::signal(SIGPIPE, SIG_DFL);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  // Of the C library's own two signals, 32 and 33, it takes care itself.
  EXPECT_EQ(signals, "SigBlk:\t0000000000000000\nSigIgn:\t0000000180000000\n");
}

EDDY_IO_TEST(process, our_end_of_a_pipe_does_not_block_and_its_end_does) {
  process child = co_await process::spawn({"sh", "-c", "grep -h flags /proc/$$/fdinfo/[01]"},
                                          {.in = stdio::pipe(), .out = stdio::pipe()});
  EXPECT_EQ((co_await child.communicate()).out, "flags:\t00\nflags:\t01\n");
}

EDDY_IO_TEST(process, a_broken_pipe_is_an_error_and_no_signal) {
  pipe_ends ends = open_pipe();
  ends.reader.close();
  std::optional<io_error> error;
  try {
    co_await ends.writer.write_all("nobody reads it");
  } catch (const io_error& e) {
    error = e;
  }
  EXPECT_STREQ(error->what(), "write pipe: Broken pipe");
  sigset_t pending;
  ::sigpending(&pending);
  EXPECT_FALSE(::sigismember(&pending, SIGPIPE));
}

// What goes wrong at the start.

task<> start_and_drop(std::vector<std::string> argv, process_options options) {
  (void)co_await process::spawn(std::move(argv), std::move(options));
}

task<std::string> refusal(std::vector<std::string> argv, process_options options = {}) {
  try {
    // A task of its own has ended only when what it dropped has.
    co_await create_task(start_and_drop, std::move(argv), std::move(options));
  } catch (const std::exception& error) {
    co_return error.what();
  }
  co_return "none";
}

EDDY_IO_TEST(process, what_keeps_it_from_starting_is_named) {
  const no_children_left check;
  EXPECT_EQ(co_await refusal({"eddy-nosuch"}), "spawn eddy-nosuch: No such file or directory");
  EXPECT_EQ(co_await refusal({"/etc/passwd"}), "spawn /etc/passwd: Permission denied");
  EXPECT_EQ(co_await refusal({"ls"}, {.cwd = "/nope"}),
            "spawn ls: cwd /nope: No such file or directory");
  EXPECT_EQ(co_await refusal({"ls"}, {.cwd = "/etc/passwd"}),
            "spawn ls: cwd /etc/passwd: Not a directory");
  EXPECT_EQ(co_await refusal({"ls"}, {.in = stdio::from_file("/nope")}),
            "spawn ls: open /nope: No such file or directory");
  EXPECT_TRUE((co_await refusal({"ls"}, {.out = stdio::to_file(std::string("a\0b", 3))}))
                  .starts_with("spawn ls: open \"a\\x00b\", a path with a NUL inside"));
  EXPECT_EQ(co_await refusal({"ls"}, {.out = stdio::descriptor(999)}),
            "spawn ls: descriptor 999: Bad file descriptor");
  EXPECT_EQ(co_await refusal({"ls", std::string(4 << 20, 'x')}),
            "spawn ls: Argument list too long");
}

EDDY_IO_TEST(process, a_named_pipe_as_a_stream_is_refused_without_waiting) {
  const no_children_left check;
  const temporary_folder folder;
  const std::string path = folder.path() / "pipe";
  EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(co_await refusal({"cat"}, {.in = stdio::from_file(path)}),
            "spawn cat: open " + path + ", a named pipe: Operation not supported");
}

EDDY_IO_TEST(process, arguments_that_make_no_sense_are_refused) {
  EXPECT_EQ(co_await refusal({}),
            "eddy: spawn with an empty argv: it begins with the program's name");
  EXPECT_TRUE((co_await refusal({"ls", std::string("a\0b", 3)})).contains("NUL"));
  EXPECT_TRUE((co_await refusal({"ls"}, {.env = {{"A=B", "c"}}})).contains("'='"));
}

EDDY_TEST(process, the_virtual_clock_has_none) {
  EXPECT_EQ(
      co_await refusal({"ls"}),
      "spawn ls under a virtual clock, which nothing outside goes by (EDDY_IO_TEST has a real "
      "one): Operation not supported");
}

EDDY_IO_TEST(process, where_descriptors_run_out_nothing_is_left) {
  const no_children_left check;
  co_await out_of({"true"});  // what the first one needs stays
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const int lowest = ::dup(STDERR_FILENO);
  ::close(lowest);
  int refused = 0;
  std::string last;
  for (rlim_t room = 0; last != "none" && room < 64; ++room) {
    const rlimit tight{.rlim_cur = static_cast<rlim_t>(lowest) + room, .rlim_max = before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &tight);
    last = co_await refusal({"true"}, {.cwd = "/",
                                       .in = stdio::pipe(),
                                       .out = stdio::pipe(),
                                       .err = stdio::to_file("/dev/null")});
    ::setrlimit(RLIMIT_NOFILE, &before);
    if (last == "none") break;
    ++refused;
    EXPECT_TRUE(last.starts_with("spawn true: ") && last.ends_with(": Too many open files"))
        << last;
    EXPECT_EQ(children().size(), check.before.size());
  }
  EXPECT_GE(refused, 5);
  EXPECT_EQ(last, "none");
}

}  // namespace
}  // namespace eddy
