// SPDX-License-Identifier: MIT
#include <eddy/testing/stream_suite.hpp>

#include <utility>

#include <gtest/gtest.h>

#include <eddy/testing/test.hpp>

#include "stream_checks.hpp"

namespace eddy::testing {
namespace {

using connect_function = std::function<task<stream_ends>()>;

class stream_test final : public ::testing::Test {
 public:
  stream_test(const stream_check& check, connect_function connect, backend_kind backend)
      : check_(check), connect_(std::move(connect)), backend_(backend) {}

 private:
  void TestBody() override {
    const auto body = [this]() -> task<> { co_await check_.run(co_await connect_()); };
    run_network(body, backend_);
  }

  stream_check check_;
  connect_function connect_;
  backend_kind backend_;
};

}  // namespace
}  // namespace eddy::testing

void eddy::detail::register_stream_tests(const std::string& suite,
                                         const std::function<task<stream_ends>()>& connect,
                                         std::initializer_list<backend_kind> backends) {
  using namespace eddy::testing;
  for (const auto checks : {data_checks(), end_checks(), cancel_checks()}) {
    for (const stream_check& check : checks) {
      for (const backend_kind backend : backends) {
        ::testing::RegisterTest((suite + "_on_" + backend_label({backend, 0})).c_str(), check.name,
                                nullptr, nullptr, __FILE__, __LINE__, [=]() -> ::testing::Test* {
                                  return new stream_test(check, connect, backend);
                                });
      }
    }
  }
}
