// SPDX-License-Identifier: MIT
// Suspensions in lambdas, in what they capture, and on the way out of a function.
#include "parts.hpp"
#include "shapes.hpp"

namespace eddy::cancellation {
namespace {

task<> lambdas_that_capture() {
  try {
    tracked outside;
    const int n = co_await [&, c = tracked(1), d = std::make_unique<tracked>(2)]() -> task<int> {
      tracked local(c);
      co_await pause(1);
      co_return local.value + d->value + outside.value;
    }();
    co_await [](tracked x, auto f) -> task<> { co_await f(x); }(
                                       tracked(n), [k = tracked(3)](tracked& y) -> task<> {
                                         tracked local(k);
                                         y.value = 2;
                                         co_await pause(1);
                                       });
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> captures_that_are_awaited() {
  try {
    const auto f = [a = co_await echo(tracked(1)), b = co_await echo(tracked(2)), c = tracked(3),
                    d = co_await twice("q")] { return a.value + b.value + c.value; };
    tracked result(f());
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> std_function() {
  try {
    const std::function<task<int>(tracked)> f = [k = tracked(1)](tracked x) -> task<int> {
      co_await pause(1);
      co_return k.value + x.value;
    };
    co_await f(tracked(2));
    co_await std::function<task<int>(tracked)>(
        [k = std::make_shared<tracked>(3)](tracked) -> task<int> {
          co_await pause(1);
          co_return k->value;
        })(tracked(3));
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> references_into_the_caller() {
  try {
    tracked outside(5);
    std::string text = "text";
    co_await [](tracked& a, std::string& b, tracked c) -> task<> {
      tracked d(a);
      co_await [&]() -> task<> {
        b += c.text;
        co_await pause(1);
        b += d.text;
      }();
      co_await pause(1);
    }(outside, text, tracked(6));
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> returning_what_was_awaited() {
  try {
    co_await [](tracked k) -> task<> {
      co_return co_await [](tracked q) -> task<> {
        tracked z(q);
        co_return co_await work();
      }(k);
    }(tracked(1));
    auto value = co_await
        [](tracked k) -> task<tracked> { co_return co_await echo(co_await echo(k)); }(tracked(2));
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> returning_aggregates() {
  try {
    auto named = co_await []() -> task<request> {
      co_return request{.body = co_await echo(tracked(1)), .host = co_await twice("k")};
    }();
    auto braced = co_await
        []() -> task<request> { co_return {co_await echo(tracked(1)), co_await twice("k")}; }();
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> returning_locals() {
  try {
    auto value = co_await []() -> task<tracked> {
      tracked result(1);
      co_await pause(1);
      if (result.value > 5) co_return tracked(2);
      tracked other(3);
      co_await pause(1);
      co_return result;
    }();
    auto values = co_await []() -> task<std::vector<request>> {
      std::vector<request> result;
      for (int i = 0; i < 3; ++i) {
        result.push_back({.body = co_await echo(tracked(i)), .number = i});
      }
      co_return result;
    }();
  } catch (...) {
    entered_catch();
    throw;
  }
}

struct worker {
  tracked state;
  task<int> step(int n) {
    tracked local(state);
    co_await pause(n);
    co_return local.value;
  }
  task<tracked> finish(this worker self) {
    co_await self.step(1);
    co_return self.state;
  }
};

task<> member_functions() {
  try {
    worker w;
    co_await w.step(1);
    co_await worker{tracked(2)}.step(2);
    auto state = co_await worker{co_await echo(tracked(3))}.finish();
  } catch (...) {
    entered_catch();
    throw;
  }
}

constexpr shape shapes[] = {
    {"lambdas_that_capture", lambdas_that_capture},
    {"captures_that_are_awaited", captures_that_are_awaited},
    {"std_function", std_function},
    {"references_into_the_caller", references_into_the_caller},
    {"returning_what_was_awaited", returning_what_was_awaited},
    {"returning_aggregates", returning_aggregates},
    {"returning_locals", returning_locals},
    {"member_functions", member_functions},
};

}  // namespace

std::span<const shape> callable_shapes() { return shapes; }

}  // namespace eddy::cancellation
