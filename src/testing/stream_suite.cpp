// SPDX-License-Identifier: MIT
#include <eddy/testing/stream_suite.hpp>

#include <utility>

#include <gtest/gtest.h>

#include <eddy/testing/test.hpp>

#include "stream_checks.hpp"

namespace eddy::testing {
namespace {

using connect_function = std::function<task<stream_ends>()>;
using run_function = std::function<void(const std::function<task<>()>&)>;

class stream_test final : public ::testing::Test {
 public:
  stream_test(const stream_check& check, connect_function connect, run_function run)
      : check_(check), connect_(std::move(connect)), run_(std::move(run)) {}

 private:
  void TestBody() override {
    run_([this]() -> task<> { co_await check_.run(co_await connect_()); });
  }

  stream_check check_;
  connect_function connect_;
  run_function run_;
};

void register_all(const std::string& suite, const connect_function& connect,
                  const run_function& run) {
  for (const auto checks : {data_checks(), end_checks(), cancel_checks()}) {
    for (const stream_check& check : checks) {
      ::testing::RegisterTest(
          suite.c_str(), check.name, nullptr, nullptr, __FILE__, __LINE__,
          [=]() -> ::testing::Test* { return new stream_test(check, connect, run); });
    }
  }
}

const char* label(backend_kind backend) {
  switch (backend) {
    case backend_kind::uring:
      return "uring";
    case backend_kind::epoll:
      return "epoll";
    default:
      return "sim";
  }
}

}  // namespace
}  // namespace eddy::testing

void eddy::detail::register_stream_tests(const std::string& suite,
                                         const std::function<task<stream_ends>()>& connect,
                                         std::initializer_list<backend_kind> backends) {
  for (const backend_kind backend : backends) {
    testing::register_all(
        suite + "_on_" + testing::label(backend), connect,
        [backend](const std::function<task<>()>& body) { testing::run_network(body, backend); });
  }
}

void eddy::detail::register_shuffled_stream_tests(
    const std::string& suite, const std::function<task<stream_ends>()>& connect) {
  testing::register_all(suite, connect, testing::run_shuffled);
}
