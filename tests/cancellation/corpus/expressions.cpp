// SPDX-License-Identifier: MIT
// A suspension among the parts of an expression: what is built already must go, the rest must not.
#include <optional>

#include "parts.hpp"
#include "shapes.hpp"

namespace eddy::cancellation {
namespace {

int sum(const tracked& a, tracked b, int c) { return a.value + b.value + c; }

task<> arguments() {
  try {
    tracked local;
    const int n =
        sum(co_await echo(tracked(1)), co_await second(tracked(2), tracked(3)), co_await count(2));
    tracked last(n);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> arguments_of_arguments() {
  try {
    tracked local(
        co_await echo(co_await echo(co_await second(tracked(1), co_await echo(tracked(2))))));
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> temporaries_on_both_sides() {
  try {
    [[maybe_unused]] const int n = tracked(1).value + tracked(2).value + co_await count(1) +
                                   tracked(3).value + co_await count(2) + tracked(4).value;
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> a_reference_that_extends_a_temporary() {
  try {
    const tracked& extended = co_await second(tracked(1), tracked(2));
    co_await pause(1);
    tracked copy(extended);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> a_reference_to_either_temporary() {
  for (int i = 0; i < 2; ++i) {
    try {
      const auto& extended =
          i == 1 ? co_await echo(tracked(1)) : co_await second(tracked(2), tracked(3));
      const request& aggregate = request{.body = co_await echo(tracked(3))};
      co_await pause(1);
      tracked copy(extended);
      tracked other(aggregate.body);
    } catch (...) {
      entered_catch();
      throw;
    }
  }
}

task<> conditions() {
  try {
    if (tracked guard(1); co_await yes(tracked(2)) && !co_await yes(tracked(3))) {
      co_await pause(1);
    } else if (auto value = co_await echo(tracked(4))) {
      co_await pause(2);
    }
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> conditional_operator() {
  for (int i = 0; i < 2; ++i) {
    try {
      tracked both = i == 1 ? co_await echo(tracked(1)) : co_await second(tracked(2), tracked(3));
      tracked one = i == 1 ? tracked(4) : co_await echo(tracked(5));
      co_await pause(1);
    } catch (...) {
      entered_catch();
      throw;
    }
  }
}

task<> logical_operators() {
  try {
    [[maybe_unused]] const bool all = (tracked(1).value == 2 || co_await yes(tracked(1))) &&
                                      (tracked(2).value != 2 || co_await yes(tracked(2))) &&
                                      co_await yes(tracked(3));
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> comma_cast_and_throw_expression() {
  try {
    const int n = (co_await count(1), static_cast<void>(tracked(1)), co_await count(2));
    auto converted = static_cast<tracked>(co_await echo(tracked(n)));
    [[maybe_unused]] const int m = tracked(co_await echo(std::move(converted))).value +
                                   (co_await count(1) > 100 ? throw 1 : 0);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> default_arguments_and_arrays() {
  try {
    std::unique_ptr<tracked[]> made(new tracked[2]{tracked(1), tracked(2)});
    tracked array[2] = {co_await echo(made[0]), co_await echo(made[1])};
    co_await number({.body = array[0]});
    std::optional<tracked> maybe(co_await echo(tracked(1)));
    if (auto taken = std::move(maybe); taken && co_await yes(*taken)) co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> tasks_never_awaited() {
  try {
    tracked local;
    {
      [[maybe_unused]] auto dropped = echo(tracked(1));
      [[maybe_unused]] auto unused = numbers(tracked(1), 3);
    }
    [[maybe_unused]] auto kept = second(tracked(2), tracked(3));
    co_await pause(1);
    co_await echo(tracked(5));
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> a_task_awaited_later() {
  try {
    auto later = echo(tracked(1));
    tracked first(co_await echo(tracked(2)));
    tracked value = co_await std::move(later);
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> results_that_own_something() {
  try {
    std::vector<tracked> accepted;
    for (int i = 0; i < 3; ++i) accepted.push_back(co_await acceptance());
    [[maybe_unused]] tracked& last = accepted.emplace_back(co_await acceptance());
  } catch (...) {
    entered_catch();
    throw;
  }
}

constexpr shape shapes[] = {
    {"arguments", arguments},
    {"arguments_of_arguments", arguments_of_arguments},
    {"temporaries_on_both_sides", temporaries_on_both_sides},
    {"a_reference_that_extends_a_temporary", a_reference_that_extends_a_temporary},
    {"a_reference_to_either_temporary", a_reference_to_either_temporary},
    {"conditions", conditions},
    {"conditional_operator", conditional_operator},
    {"logical_operators", logical_operators},
    {"comma_cast_and_throw_expression", comma_cast_and_throw_expression},
    {"default_arguments_and_arrays", default_arguments_and_arrays},
    {"tasks_never_awaited", tasks_never_awaited},
    {"a_task_awaited_later", a_task_awaited_later},
    {"results_that_own_something", results_that_own_something},
};

}  // namespace

std::span<const shape> expression_shapes() { return shapes; }

}  // namespace eddy::cancellation
