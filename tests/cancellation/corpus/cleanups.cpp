// SPDX-License-Identifier: MIT
// Clean-up that suspends: finally, with, defer, and what is shielded.
#include <chrono>
#include <stdexcept>

#include <eddy/core/finally.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/shield.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/core/with.hpp>

#include "parts.hpp"
#include "shapes.hpp"

namespace eddy::cancellation {
namespace {

struct resource {
  tracked state;
  task<> close(exit_status) {
    ++book.cleanups_begun;
    tracked local(state);
    co_await pause(1);
    ++book.cleanups_ended;
  }
};

task<resource> open(int n) {
  co_await pause(1);
  co_return resource{tracked(n)};
}

task<> cleaned_work() {
  tracked local;
  co_await cleaned(work);
  co_await pause(1);
}

task<> finally_once() {
  try {
    tracked local;
    co_await cleaned([]() -> task<> {
      tracked inside;
      co_await echo(tracked(1));
      co_await pause(1);
    });
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> finally_in_finally() {
  try {
    tracked local;
    co_await cleaned([]() -> task<> {
      tracked inside;
      co_await cleaned([]() -> task<> {
        tracked innermost;
        co_await cleaned(work);
        co_await pause(1);
      });
      co_await gather(cleaned_work(), cleaned_work());
    });
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> finally_in_clean_up() {
  try {
    ++book.bodies_begun;
    co_await finally(work, []() -> task<> {
      ++book.cleanups_begun;
      tracked local;
      co_await cleaned(work);
      ++book.cleanups_ended;
    });
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> clean_up_that_throws() {
  tracked local;
  try {
    co_await finally(
        []() -> task<> {
          ++book.bodies_begun;
          tracked inside;
          co_await pause(1);
        },
        []() -> task<> {
          ++book.cleanups_begun;
          tracked inside;
          co_await pause(1);
          ++book.cleanups_ended;
          throw std::runtime_error("clean-up");
        });
  } catch (const std::runtime_error&) {
    tracked handled;
  }
  try {
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> a_group_in_clean_up() {
  try {
    ++book.bodies_begun;
    co_await finally(work, []() -> task<> {
      ++book.cleanups_begun;
      co_await with_task_group([](task_group& group) -> task<> {
        tracked local;
        (void)group.create_task(work_on, tracked(1));
        (void)group.create_task(work_on, tracked(2));
        co_await pause(1);
      });
      ++book.cleanups_ended;
    });
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> with_resources() {
  try {
    tracked local;
    co_await with(open(1), [&, c = tracked(1)](resource& outer) -> task<> {
      ++book.bodies_begun;
      tracked inside(outer.state);
      co_await echo(c);
      co_await with(open(2), [&](resource& inner) -> task<> {
        ++book.bodies_begun;
        tracked innermost(inner.state);
        co_await pause(1);
      });
      co_await pause(1);
    });
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> with_a_value() {
  try {
    const auto n = co_await with(resource{co_await echo(tracked(1))}, [](resource& r) -> task<int> {
      ++book.bodies_begun;
      co_await pause(1);
      co_return r.state.value;
    });
    tracked local(n);
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> undo(tracked x, int) {
  ++book.cleanups_begun;
  tracked local(x);
  co_await pause(1);
  ++book.cleanups_ended;
}

task<> deferred() {
  try {
    tracked local;
    co_await pause(1);
    co_await defer(undo, tracked(1), 1);
    ++book.bodies_begun;
    co_await pause(1);
    co_await defer(undo, tracked(2), 2);
    ++book.bodies_begun;
    co_await []() -> task<> {
      tracked inside;
      co_await defer(undo, co_await echo(tracked(3)), 3);
      ++book.bodies_begun;
      co_await pause(1);
      co_await echo(tracked(4));
    }();
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> deferred_in_children() {
  try {
    const auto child = [](tracked x) -> task<> {
      co_await defer(undo, x, 1);
      ++book.bodies_begun;
      co_await pause(2);
    };
    co_await with_task_group([&](task_group& group) -> task<> {
      (void)group.create_task(child, tracked(1));
      co_await gather(child(tracked(2)), child(tracked(3)));
    });
  } catch (...) {
    entered_catch();
    throw;
  }
}

/// In the book it counts as a clean-up: once begun it must come to its end.
task<tracked> never_cut_short(tracked x) {
  ++book.bodies_begun;
  ++book.cleanups_begun;
  tracked result = co_await echo(x);
  co_await pause(1);
  ++book.cleanups_ended;
  co_return result;
}

task<> shielded() {
  try {
    tracked local;
    tracked value = co_await shield(never_cut_short(tracked(1)));
    co_await shield([](tracked x) -> task<> {
      co_await cleaned(work);
      co_await wait_for(echo(x), std::chrono::nanoseconds(10));
    }(tracked(2)));
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

constexpr shape shapes[] = {
    {"finally_once", finally_once, trait::holds_back},
    {"finally_in_finally", finally_in_finally, trait::holds_back},
    {"finally_in_clean_up", finally_in_clean_up, trait::holds_back},
    {"clean_up_that_throws", clean_up_that_throws, trait::holds_back},
    {"a_group_in_clean_up", a_group_in_clean_up, trait::holds_back},
    {"with_resources", with_resources, trait::holds_back},
    {"with_a_value", with_a_value, trait::holds_back},
    {"deferred", deferred, trait::holds_back},
    {"deferred_in_children", deferred_in_children, trait::holds_back},
    {"shielded", shielded, trait::holds_back},
};

}  // namespace

std::span<const shape> cleanup_shapes() { return shapes; }

}  // namespace eddy::cancellation
