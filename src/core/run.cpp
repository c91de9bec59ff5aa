// SPDX-License-Identifier: MIT
#include <eddy/core/run.hpp>

#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include <eddy/core/detail/adoption.hpp>
#include <eddy/core/detail/supervisor.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/introspect.hpp>
#include <eddy/core/loop.hpp>

#include "cancel_main.hpp"
#include "signal_cancel.hpp"
#include "signal_dump.hpp"

namespace eddy::detail {
namespace {

struct main_record final : task_record {};

/// When the grace time is over, cancels leftovers hard.
struct grace_timer final : timer {
  explicit grace_timer(loop& l) : home(l) {}
  ~grace_timer() { home.disarm(*this); }
  void fire() noexcept override {
    report("tasks left at the end did not stop within the grace time and are cancelled hard");
    home.background().cancel_children({cancel_kind::shutdown, {}, 0}, true);
  }
  loop& home;
};

std::unique_ptr<backend> backend_for_run(const run_options& options) {
  if (loop::current() != nullptr) {
    throw std::logic_error("eddy: run() inside a running loop: co_await the task instead");
  }
  return make_backend(options.backend);
}

void report_leaks(const pending_work& left) {
  if (left.timers == 0 && left.operations == 0 && left.remote == 0) return;
  report(
      fmt::format("left at the end, with all tasks gone: {}; an awaiter must end its timer or "
                  "operation before it goes (eddy::detail::leaf)",
                  to_string(left)));
}

bool debug_asked_for() {
  const char* wanted = std::getenv("EDDY_DEBUG");
  return wanted != nullptr && *wanted != '\0' && std::string_view(wanted) != "0";
}

}  // namespace

struct run_scope::state {
  state(const run_options& o, std::unique_ptr<backend> made)
      : options(o),
        home(std::move(made), o.grace, {.seed = o.seed, .debug = o.debug || debug_asked_for()}) {}

  /// Before anything is taken from under it.
  void join_adopted() {
    if (main.adopted == nullptr) return;
    struct : grave {
      void bury() noexcept override { over = true; }
      bool over = false;
    } heir;
    main.adopted->tell(heir);
    home.run_until(heir.over);
  }

  void join_leftovers() {
    home.background().close();
    if (!home.background().has_children()) return;
    grace_timer limit(home);
    home.arm(limit, add_saturating(home.now(), options.grace));
    while (home.background().has_children()) {
      if (!home.step())
        throw deadlock_error("deadlock: tasks left at the end wait for each other\n" +
                             task_tree(home));
    }
  }

  run_options options;
  loop home;
  main_record main;
  std::optional<signal_cancel> signals;
  std::optional<signal_dump> dumps;
};

run_scope::run_scope(const run_options& options) : run_scope(options, backend_for_run(options)) {}
run_scope::run_scope(const run_options& options, std::unique_ptr<backend> made)
    : state_(std::make_unique<state>(options, std::move(made))) {}
run_scope::~run_scope() = default;

void run_scope::drive(frame& root, node& self, child_frame& slot, const bool& over) {
  loop& home = state_->home;
  root.parent = &self;
  root.home = &home;
  root.record = &state_->main;
  state_->main.set_name("main");
  home.enlist(state_->main, root, 0);
  home.push(root);
  if (state_->options.handle_signals) {
    state_->signals.emplace(home, state_->main, slot);
    state_->dumps.emplace(home);
  }

  std::optional<deadlock_error> deadlock;
  try {
    home.run_until(over);
  } catch (const deadlock_error& e) {
    deadlock = e;
    // What waits for nothing can still be unwound, and its clean-up may even need the loop.
    cancel_main(home, state_->main, slot, {cancel_kind::shutdown, {}, 0}, true);
    home.run_until(over);
  }
  state_->join_adopted();
  home.begin_end();
  home.delist(state_->main);
  state_->join_leftovers();
  slot.drop();
  if (home.debugging()) report_leaks(home.pending());
  if (deadlock) throw *deadlock;
}

loop& run_scope::home() noexcept { return state_->home; }

task_record& run_scope::main() noexcept { return state_->main; }

int run_scope::signal_status() const noexcept {
  const int signal = state_->signals ? state_->signals->signal() : 0;
  return signal != 0 ? 128 + signal : 0;
}

void run_scope::throw_cancelled() const { throw task_cancelled("main", state_->main.asked()); }

}  // namespace eddy::detail
