// SPDX-License-Identifier: MIT
// Suspensions in loops, branches and try blocks.
#include <exception>
#include <stdexcept>

#include "parts.hpp"
#include "shapes.hpp"

namespace eddy::cancellation {
namespace {

task<> for_loop() {
  try {
    for (tracked i(0); i.value < 3; i.value += co_await count(0)) {
      tracked inside;
      if (i.value == 1) {
        co_await pause(1);
        continue;
      }
      co_await pause(2);
    }
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> range_for() {
  try {
    for (auto& value : co_await list({tracked(1), tracked(2), tracked(3)})) {
      tracked copy(value);
      co_await pause(1);
      if (copy.value == 2) break;
    }
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> range_for_over_awaited_pairs() {
  try {
    tracked a(1);
    for (auto [value, n] : {std::pair{co_await echo(a), 1}, std::pair{a, co_await count(1)}}) {
      tracked copy(value);
      co_await pause(n % 2 + 1);
    }
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> while_with_a_declaration() {
  try {
    int n = 3;
    while (auto owned = co_await pass(std::make_unique<tracked>(n))) {
      if (--n == 0) break;
      co_await pause(1);
    }
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> do_and_switch() {
  try {
    int i = 0;
    do {
      switch (tracked guard(i); co_await count(i)) {
        case 1:
          co_await pause(1);
          [[fallthrough]];
        default:
          tracked inside;
          co_await pause(2);
      }
    } while (++i < 2 && co_await yes(tracked(1)));
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> switch_with_an_awaited_initializer() {
  try {
    switch (auto text = co_await twice("a"); co_await count(1)) {
      default:
        tracked inside;
        co_await pause(1);
    }
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> jumps_and_returns() {
  try {
    int n = 0;
  again: {
    tracked inside(n);
    if (n++ < 2) {
      co_await pause(1);
      goto again;
    }
  }
    for (;;) {
      tracked outer;
      while (true) {
        tracked inner;
        if (co_await yes(outer)) break;
      }
      if (n > 2) {
        tracked last;
        co_await pause(1);
        co_return;
      }
    }
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> try_blocks_inside_each_other() {
  tracked a;
  try {
    tracked b;
    co_await pause(1);
    try {
      tracked c;
      co_await echo(tracked(1));
    } catch (...) {
      entered_catch();
    }
    co_await pause(2);
  } catch (...) {
    entered_catch();
  }
  co_await pause(1);
}

task<> exceptions_that_are_caught() {
  tracked a;
  std::exception_ptr kept;
  try {
    tracked b;
    co_await fails(tracked(1));
  } catch (const std::runtime_error&) {
    kept = std::current_exception();
    tracked c;
  }
  try {
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
  if (kept) {
    try {
      tracked d;
      std::rethrow_exception(kept);
    } catch (const std::runtime_error&) {
      tracked e;
    }
  }
  co_await pause(1);
}

task<> an_exception_that_leaves_two_frames() {
  tracked a;
  try {
    co_await [](tracked x) -> task<> {
      tracked b(x);
      co_await fails(co_await echo(b));
    }(tracked(1));
  } catch (const std::runtime_error&) {
    tracked c;
  }
  co_await pause(1);
}

constexpr shape shapes[] = {
    {"for_loop", for_loop},
    {"range_for", range_for},
    {"range_for_over_awaited_pairs", range_for_over_awaited_pairs},
    {"while_with_a_declaration", while_with_a_declaration},
    {"do_and_switch", do_and_switch},
    {"switch_with_an_awaited_initializer", switch_with_an_awaited_initializer},
    {"jumps_and_returns", jumps_and_returns},
    {"try_blocks_inside_each_other", try_blocks_inside_each_other},
    {"exceptions_that_are_caught", exceptions_that_are_caught},
    {"an_exception_that_leaves_two_frames", an_exception_that_leaves_two_frames},
};

}  // namespace

std::span<const shape> statement_shapes() { return shapes; }

}  // namespace eddy::cancellation
