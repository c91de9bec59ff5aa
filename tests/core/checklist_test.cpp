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
  [[nodiscard]] bool remembers() const noexcept override { return false; }
  gate g;
  task<> wait_inside() {
    const counted local;
    co_await g.wait();
  }
  task<> let_go() override {
    g.open();
    co_return;
  }
  [[nodiscard]] bool at_rest() const noexcept override { return counted::alive == 0; }
};

struct a_task : at_gate {
  task<> wait() override { return wait_inside(); }
};

struct a_sleep : checklist_case {
  [[nodiscard]] bool remembers() const noexcept override { return false; }
  time_point instant{};
  task<> wait() override {
    instant = loop::current()->now() + 1s;
    co_await sleep_until(instant);
  }
  task<> let_go() override { co_await sleep_until(instant); }
};

struct a_handle : checklist_case {
  gate g;
  task_handle<> handle = create_task([this]() -> task<> { co_await g.wait(); });
  ~a_handle() override { g.open(); }
  task<> wait() override { co_await handle; }
  task<> let_go() override {
    g.open();
    while (!handle.done()) co_await yield();
  }
};

struct a_gather : at_gate {
  task<> wait() override { co_await gather(wait_inside(), wait_inside(), g.wait()); }
};

struct a_race : at_gate {
  task<> wait() override { co_await race(wait_inside(), wait_inside(), g.wait()); }
};

struct a_limit : at_gate {
  task<> wait() override { co_await wait_for(wait_inside(), 1h); }
};

struct a_limit_on_an_operation : at_gate {
  task<> wait() override { co_await wait_for_optional(g.wait(), 1h); }
};

struct a_timeout : at_gate {
  task<> wait() override {
    co_await timeout(1h, [this] { return wait_inside(); });
  }
};

struct an_outcome : at_gate {
  task<> wait() override { EXPECT_TRUE((co_await outcome(wait_inside())).has_value()); }
};

struct a_group : at_gate {
  task<> wait() override {
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
  task<> wait() override {
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
  [[nodiscard]] bool at_rest() const noexcept override {
    return at_gate::at_rest() && begun == cleaned;
  }
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
  task<> wait() override {
    co_await with(acquire(), [this](resource&) { return wait_inside(); });
  }
  [[nodiscard]] bool at_rest() const noexcept override { return at_gate::at_rest() && open == 0; }
};

struct a_deferral : at_gate {
  int registered = 0;
  int run = 0;
  task<> wait() override {
    ++registered;
    co_await defer([this]() -> task<> {
      ++run;
      co_return;
    });
    co_await wait_inside();
  }
  [[nodiscard]] bool at_rest() const noexcept override {
    return at_gate::at_rest() && registered == run;
  }
};

INSTANTIATE_TEST_SUITE_P(
    core, checklist,
    ::testing::Values(checked<a_task>("a_task"), checked<a_sleep>("a_sleep"),
                      checked<a_handle>("a_handle"), checked<a_gather>("a_gather"),
                      checked<a_race>("a_race"), checked<a_limit>("a_limit"),
                      checked<a_limit_on_an_operation>("a_limit_on_an_operation"),
                      checked<a_timeout>("a_timeout"), checked<an_outcome>("an_outcome"),
                      checked<a_group>("a_group"), checked<a_finally>("a_finally"),
                      checked<a_with>("a_with"), checked<a_deferral>("a_deferral")),
    checked_name);

}  // namespace
}  // namespace eddy
