// SPDX-License-Identifier: MIT
#include <eddy/core/task.hpp>

#include <exception>

#include <fmt/format.h>

#include <eddy/core/error.hpp>

#include "await_stack.hpp"

namespace eddy::detail {

void never_awaited(const frame& unstarted) noexcept {
  const loop* home = loop::current();
  if (home == nullptr || !home->debugging()) return;
  // On the way out nobody is to blame for what was made and not yet awaited.
  if (home->unwinding() || std::uncaught_exceptions() > 0) return;
  std::string where;
  if (const task_record* maker = home->current_task()) {
    where =
        fmt::format(", by task {} at or after {}", label(*maker), to_string(await_stack(*maker)));
  }
  report(
      fmt::format("a task of {} was made{} and never awaited, so it never ran: co_await it in the "
                  "expression that makes it, or start it with eddy::create_task(f, args...)",
                  to_string(unstarted.site), where));
}

}  // namespace eddy::detail
