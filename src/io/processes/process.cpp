// SPDX-License-Identifier: MIT
#include <eddy/io/process.hpp>

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/detail/adoption.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/to_thread.hpp>

#include <io/real_clock.hpp>
#include "child.hpp"
#include "launch.hpp"

namespace eddy {
namespace {

void check(const std::vector<std::string>& argv, const process_options& options) {
  if (argv.empty()) {
    throw std::invalid_argument(
        "eddy: spawn with an empty argv: it begins with the program's name");
  }
  const auto has_nul = [](const std::string& text) { return text.contains('\0'); };
  bool broken = has_nul(options.cwd);
  for (const std::string& argument : argv) broken = broken || has_nul(argument);
  for (const auto& [name, value] : options.env) {
    broken =
        broken || name.empty() || name.contains('=') || has_nul(name) || (value && has_nul(*value));
  }
  if (!broken) return;
  throw std::invalid_argument(fmt::format(
      "eddy: spawn {}: a NUL in an argument, the environment or the cwd, or an environment name "
      "that is empty or has a '='",
      argv[0]));
}

std::vector<std::string> environment_of(const process_options& options) {
  std::vector<std::string> all;
  for (char** entry = environ; options.inherit_env && entry != nullptr && *entry != nullptr;
       ++entry) {
    std::string text = *entry;
    if (!options.env.contains(text.substr(0, text.find('=')))) all.push_back(std::move(text));
  }
  for (const auto& [name, value] : options.env) {
    if (value) all.push_back(fmt::format("{}={}", name, *value));
  }
  return all;
}

template <class End>
End& require_open(End& end, const detail::child& child, std::string_view which) {
  if (!end.is_open()) {
    throw std::logic_error(
        fmt::format("eddy: {0} of {1} is not a pipe, or is closed: spawn with "
                    ".{0} = stdio::pipe()",
                    which, child.name()));
  }
  return end;
}

}  // namespace

task<process> process::spawn(std::vector<std::string> argv, process_options options) {
  check(argv, options);
  detail::require_real_clock("spawn " + argv[0]);
  // Made first: once it runs, nothing must fail any more.
  process made(new detail::child(argv[0], options.grace, options.new_group || options.new_session));
  detail::launch_plan plan{
      .argv = std::move(argv),
      .env = environment_of(options),
      .cwd = std::move(options.cwd),
      .streams = {std::move(options.in), std::move(options.out), std::move(options.err)},
      .new_group = options.new_group,
      .new_session = options.new_session};
  detail::launched child = co_await to_thread([&plan] { return detail::launcher(plan).launch(); });
  made.child_->started(child.pid, std::move(child.pidfd));
  const std::string& name = made.child_->name();
  made.in_ = pipe_writer(child.ends[0].release(), "stdin of " + name);
  made.out_ = pipe_reader(child.ends[1].release(), "stdout of " + name);
  made.err_ = pipe_reader(child.ends[2].release(), "stderr of " + name);
  co_return made;
}

process& process::operator=(process&& other) noexcept {
  if (this != &other) {
    in_ = std::move(other.in_);
    out_ = std::move(other.out_);
    err_ = std::move(other.err_);
    child_ = std::move(other.child_);
  }
  return *this;
}
process::~process() = default;

void detail::child_deleter::operator()(child* owned) const noexcept {
  if (!owned->alive() || loop::current() == nullptr) {
    delete owned;
    return;
  }
  [[maybe_unused]] const int error = owned->send(SIGTERM);
  leave_to_task(*owned);
}

pid_t process::pid() const noexcept { return child_->pid(); }
const std::string& process::name() const noexcept { return child_->name(); }
std::optional<process_status> process::status() const noexcept { return child_->status(); }

pipe_writer& process::in() { return require_open(in_, *child_, "in"); }
pipe_reader& process::out() { return require_open(out_, *child_, "out"); }
pipe_reader& process::err() { return require_open(err_, *child_, "err"); }

task<process_status> process::wait() { return child_->wait(); }
task<process_status> process::stop(duration grace) { return child_->stop(grace); }

bool process::send_signal(int signal) {
  const int error = child_->send(signal);
  if (error != 0 && error != ESRCH) {
    throw io_error(error, fmt::format("send signal {} to {}", signal, child_->name()));
  }
  return error == 0;
}
bool process::terminate() { return send_signal(SIGTERM); }
bool process::kill() { return send_signal(SIGKILL); }

task<> process::close(exit_status) {
  in_ = {};
  out_ = {};
  err_ = {};
  co_await child_->end();
}

}  // namespace eddy
