// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <eddy/core/run.hpp>
#include <eddy/testing/test.hpp>

#include "socket_accept_checks.hpp"
#include "socket_end_checks.hpp"
#include "socket_load_checks.hpp"

// What listeners and connections do on every network; what goes through a connection is the stream
// suite's. A network is a class with
//   listener, socket                          the types
//   static listener listen()                  at a place of its own
//   static task<socket> connect(const listener&)
//   static std::string name(const listener&)  as errors of `connect` name it
//   static constexpr bool resets              whether sockets have a `reset()`

namespace eddy::testing {

using run_function = std::function<void(const std::function<task<>()>&)>;

template <class Network>
void register_socket_tests(const std::string& suite, const run_function& run) {
  class test final : public ::testing::Test {
   public:
    test(task<> (*body)(), run_function run) : body_(body), run_(std::move(run)) {}

   private:
    void TestBody() override { run_(body_); }
    task<> (*body_)();
    run_function run_;
  };
  const auto add = [&](const check& c) {
    ::testing::RegisterTest(
        suite.c_str(), c.name, nullptr, nullptr, __FILE__, __LINE__,
        [body = c.run, run]() -> ::testing::Test* { return new test(body, run); });
  };
  std::ranges::for_each(socket_accept_checks<Network>::checks, add);
  std::ranges::for_each(socket_end_checks<Network>::checks, add);
  std::ranges::for_each(socket_load_checks<Network>::checks, add);
}

/// Registers the suite's tests for a network on each of `backends`; `sim` is the virtual clock. To
/// be called before `main`; gives true, for a constant to initialise.
template <class Network>
bool register_socket_suite(const std::string& name, std::initializer_list<backend_kind> backends) {
  for (const backend_kind backend : backends) {
    const char* label = backend == backend_kind::uring   ? "_on_uring"
                        : backend == backend_kind::epoll ? "_on_epoll"
                                                         : "_on_sim";
    register_socket_tests<Network>(name + label, [backend](const std::function<task<>()>& body) {
      run_network(body, backend);
    });
  }
  return true;
}

/// The same under the virtual clock, with fifty seeds each; `prepare` makes of `seed()` what it
/// wants.
template <class Network>
bool register_shuffled_socket_suite(const std::string& name, void (*prepare)()) {
  register_socket_tests<Network>(name, [prepare](const std::function<task<>()>& body) {
    run_shuffled([&]() -> task<> {
      prepare();
      co_await body();
    });
  });
  return true;
}

}  // namespace eddy::testing
