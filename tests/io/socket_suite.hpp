// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>

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

/// Registers the suite's tests for a network on each of `backends`; `sim` is the virtual clock. To
/// be called before `main`; gives true, for a constant to initialise.
template <class Network>
bool register_socket_suite(const std::string& name, std::initializer_list<backend_kind> backends) {
  class test final : public ::testing::Test {
   public:
    test(task<> (*body)(), backend_kind backend) : body_(body), backend_(backend) {}

   private:
    void TestBody() override {
      if (backend_ == backend_kind::sim) {
        run_virtual(body_);
      } else {
        run_real(body_, backend_);
      }
    }
    task<> (*body_)();
    backend_kind backend_;
  };
  for (const backend_kind backend : backends) {
    const char* label = backend == backend_kind::uring   ? "_on_uring"
                        : backend == backend_kind::epoll ? "_on_epoll"
                                                         : "_on_sim";
    const auto add = [&](const check& c) {
      ::testing::RegisterTest(
          (name + label).c_str(), c.name, nullptr, nullptr, __FILE__, __LINE__,
          [run = c.run, backend]() -> ::testing::Test* { return new test(run, backend); });
    };
    std::ranges::for_each(socket_accept_checks<Network>::checks, add);
    std::ranges::for_each(socket_end_checks<Network>::checks, add);
    std::ranges::for_each(socket_load_checks<Network>::checks, add);
  }
  return true;
}

}  // namespace eddy::testing
