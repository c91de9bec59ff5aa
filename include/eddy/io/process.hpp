// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/finally.hpp>
#include <eddy/core/task.hpp>
#include <eddy/core/time.hpp>
#include <eddy/io/pipe.hpp>
#include <eddy/io/stdio.hpp>

namespace eddy {

namespace detail {
class child;
struct child_deleter {
  void operator()(child* owned) const noexcept;
};
}  // namespace detail

/// How a process has ended: by itself, with a code, or killed by a signal.
class process_status {
 public:
  static constexpr process_status exited(int code) noexcept { return {code, 0, false}; }
  static constexpr process_status killed(int signal, bool dumped = false) noexcept {
    return {0, signal, dumped};
  }

  [[nodiscard]] bool success() const noexcept { return signal_ == 0 && code_ == 0; }
  /// What it returned from main; nothing if it was killed.
  [[nodiscard]] std::optional<int> code() const noexcept {
    return signal_ == 0 ? std::optional(code_) : std::nullopt;
  }
  /// The signal that killed it.
  [[nodiscard]] std::optional<int> signal() const noexcept {
    return signal_ != 0 ? std::optional(signal_) : std::nullopt;
  }
  /// `exited with 3`, `killed by SIGSEGV, core dumped`
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const process_status&, const process_status&) = default;

 private:
  constexpr process_status(int code, int signal, bool dumped) noexcept
      : code_(code), signal_(signal), dumped_(dumped) {}
  int code_;
  int signal_;
  bool dumped_;
};

/// What a process starts with.
struct process_options {
  std::string cwd = {};  ///< where it starts; empty: where we are
  /// Changes to our own environment: a value sets, `nullopt` takes away.
  std::map<std::string, std::optional<std::string>> env = {};
  bool inherit_env = true;  ///< false: it gets what `env` sets and nothing else
  stdio in = {};            ///< its standard input
  stdio out = {};           ///< its standard output
  stdio err = {};           ///< its standard error
  /// It leads a process group of its own: terminal signals pass it by, and the signals that we send
  /// reach all of the group.
  bool new_group = false;
  bool new_session = false;  ///< the same, and it leaves our terminal
  /// How long it has between SIGTERM and SIGKILL when it is dropped or closed.
  duration grace = std::chrono::seconds(5);
};

/// What a process left behind.
struct process_result {
  process_status status;
  std::string out = {};  ///< what it wrote to stdout, if that was a pipe
  std::string err = {};  ///< to stderr
};

/// A process that was to succeed and did not. Says how it ended, and what it said last on stderr.
class process_error : public std::runtime_error {
 public:
  process_error(const std::string& name, process_result result);
  [[nodiscard]] const process_result& result() const noexcept { return *result_; }

 private:
  std::shared_ptr<const process_result> result_;  // an exception must copy without throwing
};

/// What `process::communicate` may be told.
struct communicate_options {
  std::size_t limit = std::size_t{64} << 20;  ///< how much it may write to stdout, and to stderr
};

/// What `process::run` may be told beside what it starts with.
struct process_run_options {
  std::string input = {};  ///< for its stdin, which is a pipe unless this is empty
  bool check = false;      ///< throw `process_error` unless it succeeds
  std::size_t limit = std::size_t{64} << 20;  ///< how much it may write to stdout, and to stderr
};

/// A child process, and our ends of its pipes.
///
/// It does not outlive its owner. Dropping a `process` that has not been waited for closes the
/// pipes and sends SIGTERM; the task that dropped it, as when it is cancelled, then counts as ended
/// only once the child has, if need be by SIGKILL after `process_options::grace`. Nothing blocks,
/// and no zombie stays. To do that at a place of your own choice: `stop`, or `with(spawn(…),
/// body)`.
///
/// Failures are `io_error`. Lifetime: not destroyed while a task is in one of its operations.
class process {
 public:
  /// Starts a program, found in our PATH unless its name has a slash: `spawn({"ls", "-l"})`. It
  /// inherits the descriptors 0 to 2 and no other, no blocked signal and no handler. It is started
  /// on a worker thread, as this takes as long as the disk does.
  ///
  /// Errors: `io_error` says what failed: `spawn nosuch: No such file or directory`, `spawn ls: cwd
  /// /nope: No such file or directory`; ECHILD where the program ignores SIGCHLD, so that nobody
  /// could be told of the end. `std::invalid_argument` for an empty `argv`.
  /// Cancellation: waits until it has started, then it is dropped.
  [[nodiscard]] static task<process> spawn(std::vector<std::string> argv,
                                           process_options options = {});

  /// Starts a program, feeds it `input`, takes what it writes and waits for its end. Unless the
  /// options say otherwise its stdin is empty, and stdout and stderr are taken.
  ///
  /// Errors: as `spawn` and `communicate`; `process_error` if `check` is set and it fails.
  /// Cancellation: ends it, and waits for that.
  [[nodiscard]] static task<process_result> run(std::vector<std::string> argv,
                                                process_run_options how = {},
                                                process_options options = {});

  process(process&& other) noexcept = default;
  process& operator=(process&& other) noexcept;
  ~process();

  [[nodiscard]] pid_t pid() const noexcept;
  /// The name it was started by.
  [[nodiscard]] const std::string& name() const noexcept;
  /// How it has ended, once a `wait` or a `stop` has told.
  [[nodiscard]] std::optional<process_status> status() const noexcept;

  // Our ends of its standard streams. Errors: `std::logic_error` if the stream is not a pipe.

  /// What is written here it reads from its stdin.
  [[nodiscard]] pipe_writer& in();
  /// What it writes to stdout.
  [[nodiscard]] pipe_reader& out();
  /// What it writes to stderr.
  [[nodiscard]] pipe_reader& err();

  /// Waits for its end. Any number of tasks may, again and again.
  /// Errors: ECHILD where other code waits for any child, or has SIGCHLD ignored since.
  /// Cancellation: safe; the process goes on.
  [[nodiscard]] task<process_status> wait();

  /// Writes `input` to its stdin and closes that, takes all that it writes to stdout and stderr,
  /// all at once so that neither side waits for the other, and waits for its end. A process that
  /// does not read its input is no error.
  ///
  /// Errors: EFBIG if it writes more than `limit`.
  /// Cancellation: what had been read is lost; the process goes on.
  [[nodiscard]] task<process_result> communicate(std::string input = {},
                                                 communicate_options options = {});

  /// Sends a signal, to all of its group if it leads one. False: it has ended. Never reaches a
  /// stranger that was given the number again.
  bool send_signal(int signal);
  /// Sends SIGTERM.
  bool terminate();
  /// Sends SIGKILL.
  bool kill();

  /// Sends SIGTERM, waits up to `grace`, sends SIGKILL if need be, and waits for the end. Where it
  /// leads a group, what is left of that is killed when the process itself has ended.
  /// Cancellation: leaves it with what was sent so far.
  [[nodiscard]] task<process_status> stop(duration grace = std::chrono::seconds(5));

  /// For `with`: closes the pipes and stops it. A body that wants it to finish waits for it.
  [[nodiscard]] task<> close(exit_status end);

 private:
  explicit process(detail::child* owned) noexcept : child_(owned) {}

  std::unique_ptr<detail::child, detail::child_deleter> child_;
  pipe_writer in_;
  pipe_reader out_;
  pipe_reader err_;
};

}  // namespace eddy
