// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>

namespace eddy::testing {

/// The body of a death test for a test that must fail: says on stderr how it failed, which
/// GoogleTest does not in such a process; 1 if it did.
template <class Test>
[[noreturn]] void run_in_child(Test test) {
  test();
  const ::testing::TestResult& seen =
      *::testing::UnitTest::GetInstance()->current_test_info()->result();
  for (int part = 0; part < seen.total_part_count(); ++part) {
    std::fprintf(stderr, "%s\n", seen.GetTestPartResult(part).message());
  }
  std::_Exit(seen.Failed() ? 1 : 0);
}

}  // namespace eddy::testing

/// Expects that `test`, run in a process of its own, fails and says `what`, a regular expression.
// A macro because EXPECT_EXIT must stand where a failure is to be reported.
#define EXPECT_TEST_FAILS(test, what) \
  EXPECT_EXIT(::eddy::testing::run_in_child(test), ::testing::ExitedWithCode(1), what)
