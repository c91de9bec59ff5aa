// SPDX-License-Identifier: MIT
// A suspension between the members of an object that is being built.
#include <array>
#include <map>

#include "parts.hpp"
#include "shapes.hpp"

namespace eddy::cancellation {
namespace {

struct base {
  tracked first;
};
struct derived : base {
  tracked second;
  request third;
  tracked array[2];
};

task<> initializer_lists() {
  try {
    std::vector<tracked> values{tracked(1), co_await echo(tracked(2)), tracked(3),
                                co_await echo(tracked(4))};
    std::vector<std::string> texts{co_await twice("a"), "b", co_await twice("c")};
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> initializer_lists_of_aggregates() {
  try {
    std::map<int, request> by_number{
        {1, {.body = co_await echo(tracked(1))}},
        {2, {.body = tracked(1), .host = co_await twice("a name")}},
    };
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> an_initializer_list_as_an_argument() {
  try {
    auto values = co_await list({co_await echo(tracked(1)), tracked(2), co_await echo(tracked(3))});
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> arrays() {
  try {
    std::array<tracked, 3> array{tracked(1), co_await echo(tracked(5)), tracked(6)};
    tracked table[2][2] = {{co_await echo(tracked(1)), tracked(2)},
                           {tracked(3), co_await echo(tracked(4))}};
    auto [a, b] = table[1];
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> aggregates() {
  try {
    request named{.body = co_await echo(tracked(3)), .number = 1};
    request positional{co_await echo(tracked(4)), co_await twice("s")};
    std::unique_ptr<request> owned(new request(std::move(positional)));
    auto made = std::make_unique<tracked>(co_await echo(tracked(4)));
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> aggregates_as_arguments() {
  try {
    co_await number(
        {.body = tracked(1), .host = "a host that is rather long", .number = co_await count(1)},
        {.body = co_await echo(tracked(2))});
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> aggregates_in_aggregates() {
  try {
    derived object{{co_await echo(tracked(1))},
                   tracked(2),
                   {.body = co_await echo(tracked(3)),
                    .host = co_await twice("h"),
                    .number = co_await count(1)},
                   {tracked(4), co_await echo(tracked(5))}};
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> awaits_inside_the_aggregate_of_an_awaited_call() {
  try {
    co_await number({.body = co_await echo(tracked(1)),
                     .host = co_await twice("p"),
                     .number = co_await number({.body = co_await echo(tracked(1))})},
                    {.body = tracked(1), .host = co_await twice("q")});
  } catch (...) {
    entered_catch();
    throw;
  }
}

// What `new T{co_await x}` should be written as; that form itself leaks, see traps_test.cpp.
task<> awaited_before_new() {
  try {
    tracked value = co_await echo(tracked(1));
    std::unique_ptr<request> owned(new request{std::move(value), std::string(40, 'n')});
    co_await pause(1);
    std::unique_ptr<tracked[]> several(new tracked[static_cast<std::size_t>(co_await count(2))]);
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

constexpr shape shapes[] = {
    {"initializer_lists", initializer_lists},
    {"initializer_lists_of_aggregates", initializer_lists_of_aggregates},
    {"an_initializer_list_as_an_argument", an_initializer_list_as_an_argument},
    {"arrays", arrays},
    {"aggregates", aggregates},
    {"aggregates_as_arguments", aggregates_as_arguments},
    {"aggregates_in_aggregates", aggregates_in_aggregates},
    {"awaits_inside_the_aggregate_of_an_awaited_call",
     awaits_inside_the_aggregate_of_an_awaited_call},
    {"awaited_before_new", awaited_before_new},
};

}  // namespace

std::span<const shape> initializer_shapes() { return shapes; }

}  // namespace eddy::cancellation
