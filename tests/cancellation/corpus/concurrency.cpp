// SPDX-License-Identifier: MIT
// Several frames at once for one that waits: gather and race, and what they share.
#include <chrono>
#include <stdexcept>

#include <eddy/core/gather.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/wait_for.hpp>

#include "parts.hpp"
#include "shapes.hpp"

namespace eddy::cancellation {
namespace {

task<> cleaned_work() {
  tracked local;
  co_await cleaned(work);
  co_await pause(1);
}

task<int> gather_two() {
  tracked local;
  co_await gather(count(1), count(2));
  co_return 1;
}

task<int> gather_nested() {
  tracked local;
  auto [value, n] = co_await gather(echo(tracked(1)), gather_two());
  co_return value.value + n;
}

task<> gather_with_temporaries() {
  try {
    auto [a, b, c] = co_await gather(echo(tracked(1)), second(tracked(2), tracked(3)),
                                     split({.body = tracked(4)}));
    co_await gather(count(1), gather_nested(), deep(3, nullptr));
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> gather_awaited_arguments() {
  try {
    auto both =
        co_await gather(echo(co_await echo(tracked(1))), number({.number = co_await count(2)}));
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> gather_operations() {
  try {
    auto source = numbers(tracked(1), 3);
    co_await gather(pause(1), acceptance(), source.next(), echo(tracked(1)));
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> gather_that_fails() {
  tracked local;
  try {
    co_await gather(echo(tracked(1)), fails(tracked(2)), deep(5, nullptr));
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

task<> race_with_clean_up() {
  try {
    const auto winner = co_await race(count(1), echo(tracked(1)), deep(3, nullptr), cleaned_work());
    tracked local(static_cast<int>(winner.index()));
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> race_of_races() {
  try {
    co_await race(
        [](tracked x) -> task<int> {
          co_return static_cast<int>((co_await race(echo(x), pause(2))).index());
        }(tracked(1)),
        gather_nested(), pause(3));
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> race_that_fails() {
  tracked local;
  try {
    co_await race(fails(tracked(1)), deep(4, nullptr), gather_nested());
  } catch (const std::runtime_error&) {
    tracked handled;
  }
  co_await pause(1);
}

task<> outcomes() {
  try {
    const auto bad = co_await outcome(fails(tracked(1)));
    const auto good = co_await outcome(echo(tracked(2)));
    if (!bad.has_error() || !good) problem("an outcome is not what happened");
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

constexpr shape shapes[] = {
    {"gather_with_temporaries", gather_with_temporaries},
    {"gather_awaited_arguments", gather_awaited_arguments},
    {"gather_operations", gather_operations},
    {"gather_that_fails", gather_that_fails},
    {"race_with_clean_up", race_with_clean_up, trait::holds_back},
    {"race_of_races", race_of_races},
    {"race_that_fails", race_that_fails},
    {"outcomes", outcomes},
};

}  // namespace

std::span<const shape> concurrency_shapes() { return shapes; }

}  // namespace eddy::cancellation
