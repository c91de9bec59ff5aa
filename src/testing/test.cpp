// SPDX-License-Identifier: MIT
#include <eddy/testing/test.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>

#include <eddy/core/error.hpp>

#include "checked.hpp"
#include "leaks.hpp"
#include "sim/network_backend.hpp"
#include "watchdog.hpp"

namespace eddy::testing {
namespace {

using namespace std::chrono_literals;

constexpr watchdog::limits virtual_limits{.look = 5s, .end = 60s};
constexpr watchdog::limits real_limits{.look = 5s, .end = 5s};

/// The virtual clock comes with a network. It is made here: programs need not carry one.
std::unique_ptr<eddy::detail::backend> backend_for(const run_options& options) {
  if (options.backend != backend_kind::sim) return eddy::detail::make_backend(options.backend);
  return std::make_unique<sim::network_backend>(options.seed.value_or(0));
}

void drive(const std::function<task<>()>& body, const run_options& options) {
  detail::run_scope scope(options, backend_for(options));
  const watchdog limit(scope.home(), scope.home().owns_clock() ? virtual_limits : real_limits);
  detail::root_node<void> root(body().release());
  root.run_to_end(scope);
  expect_idle(scope.home());
  root.get().take();
}

}  // namespace

void run_checked(const std::function<task<>()>& body, backend_kind backend,
                 std::optional<std::uint64_t> seed) {
  const leak_check leaks;
  try {
    drive(body, {.handle_signals = false, .backend = backend, .seed = seed});
  } catch (...) {
    ADD_FAILURE() << detail::describe(std::current_exception());
  }
  leaks.expect_nothing_left();
}

void run_virtual(const std::function<task<>()>& body) { run_checked(body, backend_kind::sim); }

void run_real(const std::function<task<>()>& body, backend_kind backend) {
  try {
    detail::make_backend(backend);
  } catch (const std::runtime_error& refused) {
    GTEST_SKIP() << refused.what();
  }
  run_checked(body, backend);
}

void run_network(const std::function<task<>()>& body, backend_kind backend) {
  backend == backend_kind::sim ? run_virtual(body) : run_real(body, backend);
}

std::string backend_label(const ::testing::TestParamInfo<backend_kind>& info) {
  switch (info.param) {
    case backend_kind::uring:
      return "uring";
    case backend_kind::epoll:
      return "epoll";
    default:
      return "sim";
  }
}

}  // namespace eddy::testing
