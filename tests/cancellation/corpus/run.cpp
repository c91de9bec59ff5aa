// SPDX-License-Identifier: MIT
#include "run.hpp"

#include <chrono>
#include <functional>

#include <eddy/core/create_task.hpp>
#include <eddy/core/detail/frame_pool.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>

namespace eddy::cancellation {
namespace {

struct asker_report {
  bool value = false;
  bool cancelled = false;
  bool went_on = false;
};

/// Starts the task that is to be cancelled, and must notice nothing but its end.
task<> asker(const attempt& what, plan& at, asker_report& report) {
  const tracked before;
  {
    std::optional<task_handle<>> self;
    self = create_task(run_in_scope, std::cref(what), std::ref(at), std::cref(self));
    const auto ended = co_await outcome(*self);
    report.value = ended.has_value();
    report.cancelled = ended.is_cancelled();
    if (ended.has_error()) problem("ended with an error: " + detail::describe(ended.error()));
  }
  const tracked after;
  co_await sleep(std::chrono::nanoseconds(1));
  report.went_on = true;
}

struct main_record final : detail::task_record {};

/// What `run` has for main, but stepped by hand.
class main_node final : public detail::result_node<void> {
 public:
  main_node(loop& home, detail::frame& root) : home_(home), root_(root) {
    root.parent = this;
    root.home = &home;
    root.record = &record_;
    home.enlist(record_, root, 0);
    home.push(root);
  }
  ~main_node() { home_.delist(record_); }
  [[nodiscard]] bool over() const noexcept { return over_; }

 private:
  detail::frame* done() noexcept override {
    over_ = true;
    return nullptr;
  }
  detail::frame* unwound() noexcept override {
    problem("the asker was cancelled itself");
    return done();
  }
  detail::child_frame* running() noexcept override { return &root_; }
  [[nodiscard]] const char* describe() const noexcept override { return "main"; }

  loop& home_;
  main_record record_;
  detail::child_frame root_;
  bool over_ = false;
};

asker_report run_to_end(const attempt& what, plan& at) {
  asker_report report;
  loop home(detail::make_sim_backend(), std::chrono::hours(1));
  {
    const main_node root(home, asker(what, at, report).release());
    while (!root.over()) {
      if (!home.step()) {
        problem("nothing can ever happen again");
        break;
      }
      at.after_step();
    }
  }
  if (!home.idle()) problem("the loop is not idle at the end");
  return report;
}

bool sees_the_cancel_at_once(scope in) {
  return in == scope::handle || in == scope::group_body || in == scope::group_child ||
         in == scope::inside_limit;
}

void check(const attempt& what, const plan& at, const asker_report& report) {
  if (!report.went_on) problem("the asker did not go on");
  if (what.when == moment::never && what.in != scope::expiring_limit && !report.value) {
    problem("ended without a value though nobody cancelled it");
  }
  if (!book.alive.empty()) problem("objects were not destroyed");
  if (book.cleanups_begun != book.bodies_begun)
    problem("clean-up did not begin exactly once a body");
  if (!at.asked_hard() && book.cleanups_ended != book.cleanups_begun)
    problem("clean-up was cut short");
  if (sees_the_cancel_at_once(what.in) && what.of.is != trait::holds_back &&
      at.started_late() != 0) {
    problem("an operation was started after the cancel");
  }
}

}  // namespace

bool run(const attempt& what, totals& sum) {
  const long frames = detail::live_frames();
  const long allocations = live_allocations();
  book.clear();
  plan at(what.when, what.k);
  const asker_report report = run_to_end(what, at);
  check(what, at, report);
  book.clear();
  if (detail::live_frames() != frames) problem("coroutine frames were leaked");
  if (live_allocations() != allocations) problem("memory was leaked");

  ++sum.runs;
  if (at.reached()) ++(report.cancelled ? sum.cancelled : sum.completed);
  sum.largest_k = std::max(sum.largest_k, at.reached() ? what.k : 0);
  return at.reached();
}

}  // namespace eddy::cancellation
