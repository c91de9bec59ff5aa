// SPDX-License-Identifier: MIT
#pragma once

// Small coroutines that shapes are put together from. Each suspends at least once, unless its name
// is `ready`.

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <eddy/core/finally.hpp>
#include <eddy/core/task.hpp>
#include <eddy/flow/async_generator.hpp>

#include "leaves.hpp"
#include "tracker.hpp"

namespace eddy::cancellation {

task<int> count(int n);
task<tracked> echo(tracked value);
task<tracked> second(const tracked& first, tracked other);
task<std::string> twice(std::string text);
task<std::vector<tracked>> list(std::initializer_list<tracked> values);
task<std::unique_ptr<tracked>> pass(std::unique_ptr<tracked> value);
task<std::pair<tracked, std::string>> split(request r);
task<int> number(request a, const request& b = {});
task<bool> yes(tracked);
task<int> ready(tracked value);
task<int> fails(tracked);
task<> work();
task<> work_on(tracked value);
task<int> deep(int levels, const tracked* above);

async_generator<tracked> numbers(tracked seed, int n);

/// Clean-up with everything in it that clean-up can have; counted.
task<> clean_up();

/// `finally` with that clean-up.
template <class Body>
auto cleaned(Body body) {
  return finally(
      [body]() mutable {
        ++book.bodies_begun;
        return body();
      },
      clean_up);
}

}  // namespace eddy::cancellation
