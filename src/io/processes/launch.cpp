// SPDX-License-Identifier: MIT
#include "launch.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>

#include <io/files/file_calls.hpp>
#include "pidfd.hpp"

namespace eddy::detail {
namespace {

constexpr int first_above_standard = 3;

/// For exec: an array of pointers that ends with null.
std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> all;
  all.reserve(strings.size() + 1);
  for (const std::string& each : strings) all.push_back(const_cast<char*>(each.c_str()));
  all.push_back(nullptr);
  return all;
}

}  // namespace

launcher::launcher(const launch_plan& plan) : plan_(plan) {
  int error = ::posix_spawn_file_actions_init(&actions_);
  if (error != 0) fail(error, "prepare");
  error = ::posix_spawnattr_init(&attributes_);
  if (error == 0) return;
  ::posix_spawn_file_actions_destroy(&actions_);
  fail(error, "prepare");
}

launcher::~launcher() {
  ::posix_spawnattr_destroy(&attributes_);
  ::posix_spawn_file_actions_destroy(&actions_);
}

launched launcher::launch() {
  for (int number = 0; number < 3; ++number) connect(number, plan_.streams[number]);
  if (!plan_.cwd.empty()) enter_cwd();
  int error = ::posix_spawn_file_actions_addclosefrom_np(&actions_, first_above_standard);
  if (error != 0) fail(error, "close descriptors");

  // A handler goes at exec by itself; what is ignored or blocked would stay so.
  sigset_t every;
  sigset_t none;
  ::sigfillset(&every);
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigdefault(&attributes_, &every);
  ::posix_spawnattr_setsigmask(&attributes_, &none);
  int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
  if (plan_.new_session) {
    flags |= POSIX_SPAWN_SETSID;
  } else if (plan_.new_group) {
    flags |= POSIX_SPAWN_SETPGROUP;  // 0, the default: a group of its own
  }
  ::posix_spawnattr_setflags(&attributes_, static_cast<short>(flags));

  refuse_where_ends_are_lost();
  const auto argv = pointers(plan_.argv);
  const auto env = pointers(plan_.env);
  error = ::posix_spawnp(&made_.pid, argv[0], &actions_, &attributes_, argv.data(), env.data());
  if (error != 0) fail(error, {});
  open_pidfd();
  return std::move(made_);
}

// The system would take away a child by itself as soon as it ends, and give its number to others
// while we still mean it. It is not ours to change that.
void launcher::refuse_where_ends_are_lost() const {
  struct sigaction now{};
  ::sigaction(SIGCHLD, nullptr, &now);
  if (now.sa_handler != SIG_IGN && (now.sa_flags & SA_NOCLDWAIT) == 0) return;
  fail(ECHILD,
       "SIGCHLD is ignored, so that nobody learns how it ends: give it a handler, or SIG_DFL");
}

void launcher::connect(int number, const stdio& stream) {
  if (stream.kind_ == stdio::kind::usual || stream.kind_ == stdio::kind::inherit) return;
  int from = STDOUT_FILENO;
  if (stream.kind_ != stdio::kind::to_stdout) {
    childs_.push_back(lift(childs_end(number, stream)));
    from = childs_.back().get();
  }
  const int error = ::posix_spawn_file_actions_adddup2(&actions_, from, number);
  if (error != 0) fail(error, "connect its streams");
}

descriptor launcher::childs_end(int number, const stdio& stream) {
  if (stream.kind_ == stdio::kind::pipe) return make_pipe(number);
  if (stream.kind_ == stdio::kind::file) return open_file(stream.path_, stream.number_);
  descriptor copy(::fcntl(stream.number_, F_DUPFD_CLOEXEC, first_above_standard));
  if (!copy.is_open()) fail(errno, fmt::format("descriptor {}", stream.number_));
  return copy;
}

descriptor launcher::open_file(const std::string& path, int flags) const {
  refuse_nul(fmt::format("spawn {}: open", plan_.argv[0]), path);
  // It would wait for its other end, and a cancel with it, without an end to that.
  struct stat found{};
  if (::stat(path.c_str(), &found) == 0 && S_ISFIFO(found.st_mode)) {
    fail(EOPNOTSUPP, fmt::format("open {}, a named pipe", path));
  }
  descriptor file(::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, 0666));
  if (!file.is_open()) fail(errno, fmt::format("open {}", path));
  return file;
}

descriptor launcher::make_pipe(int number) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) < 0) fail(errno, "pipe");
  const bool it_reads = number == STDIN_FILENO;
  descriptor theirs(ends[it_reads ? 0 : 1]);
  descriptor& ours = made_.ends[static_cast<std::size_t>(number)];
  ours = descriptor(ends[it_reads ? 1 : 0]);
  // Of the two ends only ours: programs do not expect a stdin that answers EAGAIN.
  if (::fcntl(ours.get(), F_SETFL, O_NONBLOCK) < 0) fail(errno, "pipe");
  return theirs;
}

// Above the standard ones, for filling one of those must not overwrite what the next is made from.
descriptor launcher::lift(descriptor end) const {
  if (end.get() >= first_above_standard) return end;
  descriptor lifted(::fcntl(end.get(), F_DUPFD_CLOEXEC, first_above_standard));
  if (!lifted.is_open()) fail(errno, "connect its streams");
  return lifted;
}

void launcher::enter_cwd() {
  const auto refuse = [this](int error) { fail(error, fmt::format("cwd {}", plan_.cwd)); };
  descriptor folder(::open(plan_.cwd.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) refuse(errno);
  // To open it so takes no right to enter it.
  if (::faccessat(folder.get(), ".", X_OK, AT_EACCESS) < 0) refuse(errno);
  childs_.push_back(lift(std::move(folder)));
  const int error = ::posix_spawn_file_actions_addfchdir_np(&actions_, childs_.back().get());
  if (error != 0) refuse(error);
}

// Its number is its own until somebody waits for it, so that nobody else can be meant here.
void launcher::open_pidfd() {
  made_.pidfd = descriptor(detail::open_pidfd(made_.pid));
  if (made_.pidfd.is_open()) return;
  const int error = errno;
  ::kill(made_.pid, SIGKILL);
  ::waitpid(made_.pid, nullptr, 0);
  fail(error, "pidfd_open");
}

void launcher::fail(int error, std::string_view step) const {
  throw io_error(error, fmt::format("spawn {}{}{}", plan_.argv[0], step.empty() ? "" : ": ", step));
}

}  // namespace eddy::detail
