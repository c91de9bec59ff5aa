// SPDX-License-Identifier: MIT
#include "scopes.hpp"

#include <chrono>

#include <eddy/core/race.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/flow/event.hpp>

#include <cancellation/hard_cancel.hpp>

#include "parts.hpp"

namespace eddy::cancellation {
namespace {

using std::chrono::hours;
using std::chrono::nanoseconds;

struct ends_plan {
  plan& ended;
  ~ends_plan() { ended.end(); }
};

task<> under_a_limit_of(const attempt& what, plan& at) {
  const time_point start = loop::current()->now();
  (void)co_await wait_for_optional(what.of.run(), nanoseconds(what.k));
  if (loop::current()->now() - start >= nanoseconds(what.k)) at.mark_reached();
}

}  // namespace

task<> run_in_scope(const attempt& what, plan& at, const std::optional<task_handle<>>& self) {
  const ends_plan guard{at};
  const auto stop_task = [&](bool hard) { hard ? cancel_hard(*self) : void(self->cancel()); };
  switch (what.in) {
    case scope::handle:
      at.begin(stop_task);
      co_await what.of.run();
      break;
    case scope::group_body:
      co_await with_task_group([&](task_group& group) -> task<> {
        at.begin([&](bool hard) { hard ? stop_task(true) : group.cancel(); });
        co_await what.of.run();
      });
      break;
    case scope::group_child:
      co_await with_task_group([&](task_group& group) -> task<> {
        at.begin([&](bool hard) { hard ? stop_task(true) : group.cancel(); });
        (void)group.create_task(what.of.run);
        co_return;
      });
      break;
    case scope::race_loser: {
      event stop;
      at.begin([&](bool hard) { hard ? stop_task(true) : stop.set(); });
      co_await race(stop.wait(), what.of.run());
      break;
    }
    case scope::inside_limit:
      at.begin(stop_task);
      try {
        co_await wait_for(what.of.run(), hours(1));
      } catch (const timeout_error&) {
        problem("a cancel from outside became a timeout_error");
      }
      break;
    case scope::inside_finally:
      at.begin(stop_task);
      co_await cleaned(what.of.run);
      co_await cleaned(work);
      break;
    case scope::expiring_limit:
      at.begin([](bool) {});
      co_await under_a_limit_of(what, at);
      break;
  }
}

}  // namespace eddy::cancellation
