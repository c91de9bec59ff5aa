// SPDX-License-Identifier: MIT
// A consumer or its generator is cancelled, abandoned, or goes on with the other's leftovers.
#include <chrono>
#include <exception>

#include <eddy/core/finally.hpp>
#include <eddy/core/gather.hpp>
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

task<> undo(tracked x) {
  ++book.cleanups_begun;
  tracked local(x);
  co_await pause(1);
  ++book.cleanups_ended;
}

/// Has clean-up of its own, before and after its first value.
async_generator<tracked> cleaned_numbers(int n) {
  tracked local;
  co_await defer(undo, tracked(1));
  ++book.bodies_begun;
  co_await pause(1);
  for (int i = 0; i < n; ++i) {
    co_yield tracked(i);
    if (i == 0) {
      co_await defer(undo, co_await echo(tracked(2)));
      ++book.bodies_begun;
    }
  }
}

async_generator<tracked> passed_on(async_generator<tracked> source) {
  tracked local;
  co_await defer(undo, tracked(3));
  ++book.bodies_begun;
  while (auto* value = co_await source.next()) co_yield std::move(*value);
}

task<> deferred_in_a_generator() {
  try {
    auto source = cleaned_numbers(3);
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

task<> dropped_with_clean_up() {
  try {
    {
      auto chain = passed_on(cleaned_numbers(3));
      co_await chain.next();
      co_await chain.next();
      tracked inside;
    }
    co_await pause(1);
    auto other = passed_on(passed_on(cleaned_numbers(2)));
    co_await other.next();
    other = cleaned_numbers(1);
    co_await other.next();
    co_await pause(2);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> dropped_by_an_error() {
  try {
    auto chain = passed_on(cleaned_numbers(3));
    co_await chain.next();
    co_await fails(tracked(1));
  } catch (const std::exception&) {
    tracked handled;
  }
  co_await pause(1);
}

task<> closed_half_way() {
  try {
    auto chain = passed_on(cleaned_numbers(3));
    co_await chain.next();
    tracked inside;
    co_await chain.close();
    co_await pause(1);
    auto unstarted = cleaned_numbers(3);
    co_await unstarted.close();
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> dropped_in_children() {
  try {
    co_await gather(dropped_with_clean_up(), closed_half_way());
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> dropped_by_clean_up() {
  try {
    ++book.bodies_begun;
    co_await finally(work, []() -> task<> {
      ++book.cleanups_begun;
      auto chain = passed_on(cleaned_numbers(3));
      co_await chain.next();
      ++book.cleanups_ended;
    });
  } catch (...) {
    entered_catch();
    throw;
  }
}

constexpr shape shapes[] = {
    {"deferred_in_a_generator", deferred_in_a_generator, trait::holds_back},
    {"dropped_with_clean_up", dropped_with_clean_up, trait::holds_back},
    {"dropped_by_an_error", dropped_by_an_error, trait::holds_back},
    {"closed_half_way", closed_half_way, trait::holds_back},
    {"dropped_in_children", dropped_in_children, trait::holds_back},
    {"dropped_by_clean_up", dropped_by_clean_up, trait::holds_back},
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
