// SPDX-License-Identifier: MIT
// A consumer or its generator is cancelled, abandoned, or goes on with the other's leftovers.
#include <chrono>

#include <eddy/core/wait_for.hpp>

#include "parts.hpp"
#include "shapes.hpp"

namespace eddy::cancellation {
namespace {

using std::chrono::nanoseconds;

async_generator<request> requests(int n) {
  for (int i = 0; i < n; ++i) {
    co_yield request{.body = tracked(i), .host = co_await twice("yield"), .number = i};
  }
}

async_generator<request> awaited_requests() {
  co_yield request{.body = co_await echo(tracked(1)), .host = co_await twice("k")};
  co_yield {co_await echo(tracked(2)), co_await twice("z"), co_await count(1)};
}

async_generator<tracked> doubled(int n) {
  auto source = numbers(tracked(1), n);
  while (auto* value = co_await source.next()) {
    tracked copy(*value);
    co_yield std::move(copy);
    co_yield tracked(3);
  }
}

/// Each value comes too late for a limit of one, from an operation that does not stop for it.
async_generator<tracked> late() {
  for (;;) {
    tracked local;
    const leaf_kind kind = std::exchange(current_leaf_kind, leaf_kind::stubborn);
    pause unstoppable(3);
    current_leaf_kind = kind;
    co_await unstoppable;
    co_yield tracked(1);
  }
}

task<> consumer() {
  try {
    auto source = numbers(tracked(1), 3);
    while (auto* value = co_await source.next()) {
      tracked copy(*value);
      co_await pause(1);
    }
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> abandoned_between_two_values() {
  try {
    {
      auto source = numbers(tracked(1), 5);
      co_await source.next();
      tracked inside;
      co_await source.next();
    }
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> moved_between_two_values() {
  try {
    auto source = numbers(tracked(1), 3);
    co_await source.next();
    auto owned = std::make_unique<async_generator<tracked>>(std::move(source));
    co_await owned->next();
    *owned = numbers(tracked(co_await count(1)), 2);
    co_await owned->next();
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> aggregates_that_are_yielded() {
  try {
    auto source = requests(3);
    while (auto* value = co_await source.next()) {
      request taken(std::move(*value));
      co_await pause(1);
    }
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> awaits_inside_a_yield() {
  try {
    auto source = awaited_requests();
    while (auto* value = co_await source.next()) {
      request copy(*value);
      co_await pause(1);
    }
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> generator_of_a_generator() {
  try {
    auto source = doubled(2);
    while (auto* value = co_await source.next()) tracked copy(*value);
    auto owned = std::make_unique<async_generator<tracked>>(doubled(2));
    co_await owned->next();
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> outlives_the_limit_of_its_consumer() {
  auto source = numbers(tracked(1), 4);
  for (int i = 0; i < 4; ++i) {
    bool cancelled = false;
    try {
      co_await timeout(nanoseconds(2), [&]() -> task<> {
        tracked local;
        try {
          co_await source.next();
          co_await pause(2);
        } catch (const std::logic_error&) {
          cancelled = true;  // an earlier limit ended the generator
        } catch (...) {
          entered_catch();
          throw;
        }
      });
    } catch (const timeout_error&) {
      tracked local;
    }
    if (cancelled) break;
    co_await pause(1);
  }
}

task<> does_not_remember_the_cancel_of_an_old_consumer() {
  auto source = late();
  int got = 0;
  for (int i = 0; i < 3; ++i) {
    try {
      co_await timeout(nanoseconds(1), [&]() -> task<> {
        tracked local;
        try {
          if (co_await source.next() != nullptr) ++got;
          co_await pause(2);
        } catch (...) {
          entered_catch();
          throw;
        }
      });
    } catch (const timeout_error&) {
      tracked local;
    }
    co_await pause(1);
  }
  if (got != 3) problem("a generator died of the cancel of an earlier consumer");
}

constexpr shape shapes[] = {
    {"consumer", consumer},
    {"abandoned_between_two_values", abandoned_between_two_values},
    {"moved_between_two_values", moved_between_two_values},
    {"aggregates_that_are_yielded", aggregates_that_are_yielded},
    {"awaits_inside_a_yield", awaits_inside_a_yield},
    {"generator_of_a_generator", generator_of_a_generator},
    {"outlives_the_limit_of_its_consumer", outlives_the_limit_of_its_consumer},
    {"does_not_remember_the_cancel_of_an_old_consumer",
     does_not_remember_the_cancel_of_an_old_consumer},
};

}  // namespace

std::span<const shape> generator_shapes() { return shapes; }

}  // namespace eddy::cancellation
