// SPDX-License-Identifier: MIT
// Suspensions among library types and user-defined operators, and what passes objects in odd ways.
#include <map>
#include <optional>
#include <variant>

#include "parts.hpp"
#include "shapes.hpp"

namespace eddy::cancellation {
namespace {

// Passed in a register, so it is the callee that destroys it.
struct [[clang::trivial_abi]] in_a_register {
  explicit in_a_register(int value) : owned(new tracked(value)) {}
  in_a_register(in_a_register&& other) noexcept : owned(std::exchange(other.owned, nullptr)) {}
  ~in_a_register() { delete owned; }
  tracked* owned;
};

int sum(in_a_register a, int n, in_a_register b) { return a.owned->value + n + b.owned->value; }

task<> strings() {
  try {
    const auto text =
        co_await twice(std::string(40, 'x') + co_await twice("yy")) + std::string(50, 'z');
    std::string sum = co_await twice("a") + "middle" + co_await twice("b");
    sum += co_await twice(sum) +
           (sum.empty() ? co_await twice("c") : std::string("a rather long literal"));
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> containers() {
  try {
    auto values = co_await list({tracked(1), co_await echo(tracked(2))});
    auto owned = co_await pass(std::make_unique<tracked>(co_await echo(tracked(3))));
    values.push_back(co_await echo(tracked(4)));
    values[0] = co_await echo(values[0]);
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> assignment_and_member_access() {
  try {
    tracked target;
    (target = co_await echo(tracked(1))).value += co_await count(1);
    target.text[static_cast<std::size_t>(co_await count(1))] = (co_await echo(target)).text.front();
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> optional_and_variant() {
  try {
    std::optional<request> maybe(request{co_await echo(tracked(1))});
    maybe.emplace(co_await echo(tracked(2)), co_await twice("e"));
    std::optional<tracked> other =
        maybe ? std::optional<tracked>(co_await echo(maybe->body)) : std::nullopt;
    std::variant<int, tracked, std::string> one = co_await echo(tracked(3));
    one = co_await twice("v");
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> maps() {
  try {
    std::map<int, tracked> by_number{{1, co_await echo(tracked(7))}, {2, tracked(8)}};
    by_number[co_await count(1)] = co_await echo(tracked(9));
    by_number.try_emplace(co_await count(2), co_await count(3));
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> arguments_destroyed_by_the_callee() {
  try {
    [[maybe_unused]] const int n = sum(in_a_register(1), co_await count(1), in_a_register(2));
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> several_declarators() {
  try {
    tracked a = co_await echo(tracked(1)), b(a), c = co_await echo(b), d(co_await echo(c));
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> structured_bindings() {
  try {
    auto [body, host] = co_await split({.body = tracked(1), .host = "a host", .number = 2});
    co_await pause(1);
    auto&& [other, name] = co_await split(request{tracked(2)});
    co_await echo(other);
    tracked copy(body);
  } catch (...) {
    entered_catch();
    throw;
  }
}

constexpr shape shapes[] = {
    {"strings", strings},
    {"containers", containers},
    {"assignment_and_member_access", assignment_and_member_access},
    {"optional_and_variant", optional_and_variant},
    {"maps", maps},
    {"arguments_destroyed_by_the_callee", arguments_destroyed_by_the_callee},
    {"several_declarators", several_declarators},
    {"structured_bindings", structured_bindings},
};

}  // namespace

std::span<const shape> operator_shapes() { return shapes; }

}  // namespace eddy::cancellation
