// SPDX-License-Identifier: MIT
// Time limits inside what is cancelled: theirs and the cancel from outside must not be mixed up.
#include <chrono>

#include <eddy/core/gather.hpp>
#include <eddy/core/wait_for.hpp>

#include "parts.hpp"
#include "shapes.hpp"

namespace eddy::cancellation {
namespace {

using std::chrono::nanoseconds;

task<> limits_in_limits() {
  tracked local;
  for (int i = 1; i < 5; ++i) {
    try {
      tracked outer;
      co_await wait_for(
          [](int n) -> task<> {
            tracked inside;
            try {
              co_await wait_for(deep(3, &inside), nanoseconds(5 - n));
            } catch (const timeout_error&) {
              tracked handled;
            }
            co_await echo(tracked(1));
          }(i),
          nanoseconds(i));
    } catch (const timeout_error&) {
      tracked handled;
    }
    co_await pause(1);
  }
}

task<> a_limit_over_clean_up() {
  tracked local;
  try {
    co_await wait_for(
        [](tracked) -> task<> {
          co_await cleaned([]() -> task<> {
            tracked inside;
            co_await pause(3);
            co_await pause(3);
          });
          co_await pause(1);
        }(tracked(1)),
        nanoseconds(1));
  } catch (const timeout_error&) {
    tracked handled;
  }
  co_await pause(1);
}

task<> limits_on_operations() {
  try {
    tracked local;
    co_await wait_for_optional(pause(2), nanoseconds(1));
    auto accepted = co_await wait_for_optional(acceptance(), nanoseconds(2));
    auto late = co_await wait_for_optional(acceptance(), nanoseconds(0));
    auto value = co_await wait_for_optional(echo(tracked(1)), nanoseconds(0));
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> limits_that_expire_together() {
  try {
    co_await gather(wait_for_optional(deep(2, nullptr), nanoseconds(1)),
                    wait_for_optional(pause(1), nanoseconds(1)),
                    wait_for_optional(second(tracked(1), tracked(2)), nanoseconds(1)));
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

constexpr shape shapes[] = {
    {"limits_in_limits", limits_in_limits},
    {"a_limit_over_clean_up", a_limit_over_clean_up, trait::holds_back},
    {"limits_on_operations", limits_on_operations},
    {"limits_that_expire_together", limits_that_expire_together},
};

}  // namespace

std::span<const shape> limit_shapes() { return shapes; }

}  // namespace eddy::cancellation
