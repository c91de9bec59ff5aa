// SPDX-License-Identifier: MIT
// Task groups: entered, nested, failing, cancelled by themselves, and meddled with by destructors.
#include <functional>
#include <stdexcept>

#include <eddy/core/gather.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/flow/event.hpp>

#include "parts.hpp"
#include "shapes.hpp"

namespace eddy::cancellation {
namespace {

task<> children_with_arguments() {
  tracked outside;
  try {
    co_await with_task_group([&](task_group& group) -> task<> {
      tracked local;
      for (int i = 0; i < 3; ++i) {
        (void)group.create_task(
            [](tracked x, int k) -> task<> {
              tracked inside(k);
              co_await echo(x);
              co_await pause(1);
            },
            tracked(i), i);
      }
      co_await pause(1);
      (void)group.create_task(
          [&outside, c = tracked(1)](tracked) -> task<> {
            tracked inside(outside);
            co_await pause(2);
          },
          tracked(9));
      co_await echo(tracked(2));
    });
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> entered_after_a_suspension() {
  try {
    tracked value = co_await echo(tracked(1));
    co_await with_task_group([&](task_group& group) -> task<> {
      for (int i = 0; i < 2; ++i) (void)group.create_task(work_on, value);
      tracked local;
      co_await pause(1);
    });
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> groups_in_groups() {
  try {
    co_await with_task_group([](task_group& a) -> task<> {
      tracked local;
      (void)a.create_task(
          [](task_group& outer) -> task<> {
            tracked inside;
            co_await with_task_group([&](task_group& b) -> task<> {
              (void)b.create_task(work_on, tracked(1));
              (void)outer.create_task(work_on, tracked(2));
              co_await with_task_group([&](task_group& c) -> task<> {
                (void)c.create_task(work_on, tracked(3));
                (void)b.create_task(work_on, tracked(4));
                co_await pause(1);
              });
            });
          },
          std::ref(a));
      co_await gather(echo(tracked(1)), echo(tracked(2)));
    });
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> a_child_that_fails() {
  tracked local;
  try {
    co_await with_task_group([](task_group& group) -> task<> {
      (void)group.create_task(work_on, tracked(1));
      (void)group.create_task(
          [](tracked x) -> task<> { co_await cleaned([&]() -> task<> { co_await fails(x); }); },
          tracked(2));
      try {
        tracked inside;
        co_await deep(4, nullptr);
        co_await pause(3);
        co_await pause(3);
      } catch (...) {
        entered_catch();
        throw;
      }
    });
  } catch (const std::runtime_error&) {
    tracked handled;
  }
  co_await pause(1);
}

task<> a_group_that_cancels_itself() {
  try {
    co_await with_task_group([](task_group& group) -> task<> {
      tracked local;
      (void)group.create_task(work_on, tracked(1));
      (void)group.create_task([](tracked) -> task<> { co_await cleaned(work); }, tracked(1));
      co_await pause(1);
      group.cancel();
      (void)group.create_task(work_on, tracked(4));
      tracked last;
      co_await echo(tracked(2));
    });
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> children_that_never_start() {
  try {
    co_await with_task_group([](task_group& group) -> task<> {
      for (int i = 0; i < 5; ++i) group.create_task(work_on, tracked(i)).cancel();
      co_await pause(1);
      for (int i = 0; i < 5; ++i) (void)group.create_task(work_on, tracked(i));
      group.cancel();
    });
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> a_group_that_gives_a_value() {
  try {
    tracked value = co_await with_task_group([](task_group& group) -> task<tracked> {
      auto child = group.create_task(echo, tracked(1));
      tracked mine = co_await echo(tracked(2));
      co_return co_await child;
    });
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

/// Sets an event, cancels and starts tasks when it is destroyed, in the middle of unwinding.
struct meddler {
  task_group& group;
  event& happened;
  bool cancels;
  tracked owned{};
  ~meddler() {
    happened.set();
    if (cancels) group.cancel();
    (void)group.create_task(work_on, tracked(1));
  }
};

task<> meddle(task_group& group, event& happened, int i) {
  meddler outer{group, happened, i == 1};
  co_await with_task_group([&](task_group& inner) -> task<> {
    meddler local{inner, happened, true};
    co_await pause(1);
  });
  co_await gather(echo(tracked(1)), count(1));
}

task<> destructors_that_meddle() {
  try {
    tracked local;
    event happened;
    co_await with_task_group([&](task_group& group) -> task<> {
      (void)group.create_task(
          [](event& e) -> task<> {
            tracked inside;
            co_await e.wait();
            co_await pause(1);
          },
          std::ref(happened));
      for (int i = 0; i < 2; ++i) {
        (void)group.create_task(meddle, std::ref(group), std::ref(happened), i);
      }
      meddler last{group, happened, false};
      co_await pause(1);
      co_await echo(tracked(2));
    });
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

constexpr shape shapes[] = {
    {"children_with_arguments", children_with_arguments},
    {"entered_after_a_suspension", entered_after_a_suspension},
    {"groups_in_groups", groups_in_groups},
    {"a_child_that_fails", a_child_that_fails, trait::holds_back},
    {"a_group_that_cancels_itself", a_group_that_cancels_itself, trait::holds_back},
    {"children_that_never_start", children_that_never_start},
    {"a_group_that_gives_a_value", a_group_that_gives_a_value},
    {"destructors_that_meddle", destructors_that_meddle},
};

}  // namespace

std::span<const shape> group_shapes() { return shapes; }

}  // namespace eddy::cancellation
