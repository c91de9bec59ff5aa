// SPDX-License-Identifier: MIT
// The cancellation checklist for what core offers to await. Not here: `shield`, which refuses, and
// `yield` and `defer`, which never wait for anything.
#include "checklist.hpp"

#include <latch>
#include <optional>

#include <eddy/core/finally.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/with.hpp>

namespace eddy {
namespace {

using namespace eddy::testing;

/// What waits at a gate, somewhere below, and must be gone when it has ended.
struct at_gate : checklist_case {
  static constexpr bool remembers = false;
  gate g;
  task<> wait_inside() {
    const counted local;
    co_await g.wait();
  }
  task<> let_go() {
    g.open();
    co_return;
  }
  [[nodiscard]] bool at_rest() const noexcept { return counted::alive == 0; }
};

struct a_task : at_gate {
  task<> wait() { return wait_inside(); }
};

struct a_sleep : checklist_case {
  static constexpr bool remembers = false;
  time_point instant{};
  task<> wait() {
    instant = loop::current()->now() + 1s;
    co_await sleep_until(instant);
  }
  task<> let_go() { co_await sleep_until(instant); }
};

struct a_handle : checklist_case {
  gate g;
  task_handle<> handle = create_task([this]() -> task<> { co_await g.wait(); });
  ~a_handle() { g.open(); }
  task<> wait() { co_await handle; }
  task<> let_go() {
    g.open();
    while (!handle.done()) co_await yield();
  }
};

struct a_gather : at_gate {
  task<> wait() { co_await gather(wait_inside(), wait_inside(), g.wait()); }
};

struct a_race : at_gate {
  task<> wait() { co_await race(wait_inside(), wait_inside(), g.wait()); }
};

struct a_limit : at_gate {
  task<> wait() { co_await wait_for(wait_inside(), 1h); }
};

struct a_limit_on_an_operation : at_gate {
  task<> wait() { co_await wait_for_optional(g.wait(), 1h); }
};

struct a_timeout : at_gate {
  task<> wait() {
    co_await timeout(1h, [this] { return wait_inside(); });
  }
};

struct an_outcome : at_gate {
  task<> wait() { EXPECT_TRUE((co_await outcome(wait_inside())).has_value()); }
};

struct a_group : at_gate {
  task<> wait() {
    co_await with_task_group([this](task_group& group) -> task<> {
      (void)group.create_task([this] { return wait_inside(); });
      (void)group.create_task([this] { return wait_inside(); });
      co_await g.wait();
    });
  }
};

struct a_finally : at_gate {
  int begun = 0;
  int cleaned = 0;
  task<> wait() {
    co_await finally(
        [this] {
          ++begun;
          return wait_inside();
        },
        [this]() -> task<> {
          ++cleaned;
          co_return;
        });
  }
  [[nodiscard]] bool at_rest() const noexcept { return at_gate::at_rest() && begun == cleaned; }
};

struct a_with : at_gate {
  struct resource {
    int* open;
    task<> close(exit_status) {
      --*open;
      co_return;
    }
  };
  int open = 0;
  task<resource> acquire() {
    ++open;
    co_return resource{&open};
  }
  task<> wait() {
    co_await with(acquire(), [this](resource&) { return wait_inside(); });
  }
  [[nodiscard]] bool at_rest() const noexcept { return at_gate::at_rest() && open == 0; }
};

struct a_deferral : at_gate {
  int registered = 0;
  int run = 0;
  task<> wait() {
    ++registered;
    co_await defer([this]() -> task<> {
      ++run;
      co_return;
    });
    co_await wait_inside();
  }
  [[nodiscard]] bool at_rest() const noexcept { return at_gate::at_rest() && registered == run; }
};

using core_awaitables =
    ::testing::Types<a_task, a_sleep, a_handle, a_gather, a_race, a_limit, a_limit_on_an_operation,
                     a_timeout, an_outcome, a_group, a_finally, a_with, a_deferral>;
EDDY_CANCELLATION_CHECKLIST(core_checklist, core_awaitables)

}  // namespace
}  // namespace eddy
