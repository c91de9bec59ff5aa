// SPDX-License-Identifier: MIT
#include <eddy/core/detail/loop_locals.hpp>

#include <string>

#include <gtest/gtest.h>

#include <eddy/core/loop.hpp>
#include <eddy/core/run.hpp>

namespace eddy {
namespace {

std::string events;

struct first {
  int value = 0;
  ~first() { events += loop::current() != nullptr ? "first " : "first without a loop "; }
};
struct second {
  ~second() { events += "second "; }
};

TEST(loop_locals, an_object_is_made_once_and_goes_with_the_loop_the_youngest_first) {
  events.clear();
  run([]() -> task<> {
    detail::loop_locals& locals = loop::current()->locals();
    locals.get<first>().value = 7;
    (void)locals.get<second>();
    EXPECT_EQ(locals.get<first>().value, 7);
    EXPECT_EQ(events, "");
    co_return;
  });
  EXPECT_EQ(events, "second first ");
}

TEST(loop_locals, each_loop_has_its_own) {
  for (int i = 0; i < 2; ++i) {
    run([]() -> task<> {
      EXPECT_EQ(loop::current()->locals().get<first>().value++, 0);
      co_return;
    });
  }
}

}  // namespace
}  // namespace eddy
