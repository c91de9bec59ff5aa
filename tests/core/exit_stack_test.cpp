// SPDX-License-Identifier: MIT
#include <eddy/core/exit_stack.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;
using log = std::vector<std::string>;

const char* how(exit_status end) {
  return end == exit_status::ok ? " ok" : end == exit_status::error ? " error" : " cancelled";
}

/// Logs how it was closed, which takes a second; may be moved only, as a file or a socket.
struct door {
  std::string name;
  log* closed;
  std::unique_ptr<int> only_moved = std::make_unique<int>(0);

  task<> close(exit_status end) {
    co_await sleep(1s);
    closed->push_back(name + how(end));
    if (name.starts_with("bad")) throw std::runtime_error(name);
  }
};

task<door> open(std::string name, log& closed, duration span = 1s) {
  co_await sleep(span);
  co_return door{std::move(name), &closed};
}

EDDY_TEST(exit_stack, closes_last_in_first_out_and_gives_the_bodys_value) {
  log closed;
  const int got = co_await with_exit_stack([&](exit_stack& stack) -> task<int> {
    door& first = stack.enter(door{"first", &closed});
    door& second = co_await stack.enter(open("second", closed));
    stack.push([&]() -> task<> {
      closed.emplace_back("callback");
      co_return;
    });
    EXPECT_EQ(first.name + second.name, "firstsecond");
    co_return 3;
  });
  EXPECT_EQ(got, 3);
  EXPECT_EQ(closed, (log{"callback", "second ok", "first ok"}));
}

EDDY_TEST(exit_stack, with_nothing_in_it_closes_nothing) {
  co_await with_exit_stack([](exit_stack&) -> task<> { co_return; });
  EXPECT_EQ(now(), 0s);
}

EDDY_TEST(exit_stack, closes_after_an_error_and_says_so) {
  log closed;
  EXPECT_THROW(co_await with_exit_stack([&](exit_stack& stack) -> task<> {
                 stack.enter(door{"door", &closed});
                 stack.push([&](exit_status end) -> task<> {
                   closed.push_back(std::string("callback") + how(end));
                   co_return;
                 });
                 throw std::domain_error("body");
                 co_return;
               }),
               std::domain_error);
  EXPECT_EQ(closed, (log{"callback error", "door error"}));
}

EDDY_TEST(exit_stack, closes_after_a_cancel_out_of_its_reach) {
  log closed;
  const auto owner = create_task([&]() -> task<> {
    co_await with_exit_stack([&](exit_stack& stack) -> task<> {
      stack.enter(door{"first", &closed});
      co_await stack.enter(open("second", closed));
      co_await sleep(1h);
    });
  });
  co_await sleep(2s);
  owner.cancel();
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_EQ(closed, (log{"second cancelled", "first cancelled"}));
  EXPECT_EQ(now(), 4s);
}

EDDY_TEST(exit_stack, cancelled_while_acquiring_closes_what_was_acquired_before) {
  log closed;
  EXPECT_THROW(co_await wait_for(with_exit_stack([&](exit_stack& stack) -> task<> {
                                   stack.enter(door{"first", &closed});
                                   co_await stack.enter(open("second", closed, 1h));
                                 }),
                                 1s),
               timeout_error);
  EXPECT_EQ(closed, (log{"first cancelled"}));
}

EDDY_TEST(exit_stack, a_close_that_throws_keeps_none_of_the_others_from_being_closed) {
  log closed;
  std::string error;
  try {
    co_await with_exit_stack([&](exit_stack& stack) -> task<> {
      stack.enter(door{"first", &closed});
      stack.enter(door{"bad", &closed});
      stack.enter(door{"last", &closed});
      co_return;
    });
  } catch (const std::runtime_error& e) {
    error = e.what();
  }
  EXPECT_EQ(error, "bad");
  EXPECT_EQ(closed, (log{"last ok", "bad ok", "first error"}));
}

EDDY_TEST(exit_stack, all_that_threw_arrive) {
  log closed;
  std::size_t errors = 0;
  try {
    co_await with_exit_stack([&](exit_stack& stack) -> task<> {
      stack.enter(door{"bad", &closed});
      stack.enter(door{"bad too", &closed});
      co_return;
    });
  } catch (const error_group& group) {
    errors = group.errors().size();
  }
  EXPECT_EQ(errors, 2U);
}

EDDY_TEST(exit_stack, an_acquisition_that_fails_leaves_the_rest_to_be_closed) {
  log closed;
  const auto refused = []() -> task<door> {
    throw std::domain_error("no");
    co_return door{};
  };
  EXPECT_THROW(co_await with_exit_stack([&](exit_stack& stack) -> task<> {
                 stack.enter(door{"first", &closed});
                 co_await stack.enter(refused());
               }),
               std::domain_error);
  EXPECT_EQ(closed, (log{"first error"}));
}

EDDY_TEST(exit_stack, pop_all_keeps_open_what_was_opened) {
  log closed;
  exit_stack kept = co_await with_exit_stack([&](exit_stack& stack) -> task<exit_stack> {
    stack.enter(door{"first", &closed});
    stack.enter(door{"second", &closed});
    co_return stack.pop_all();
  });
  EXPECT_TRUE(closed.empty());
  co_await with(std::move(kept), [](exit_stack&) -> task<> { co_return; });
  EXPECT_EQ(closed, (log{"second ok", "first ok"}));
}

EDDY_TEST(exit_stack, may_be_added_to_while_it_closes) {
  log closed;
  co_await with_exit_stack([&](exit_stack& stack) -> task<> {
    stack.push([&]() -> task<> {
      stack.enter(door{"late", &closed});
      co_return;
    });
    co_return;
  });
  EXPECT_EQ(closed, (log{"late ok"}));
}

EDDY_TEST(exit_stack, of_a_hundred_thousand_goes_without_recursion) {
  exit_stack stack;
  for (int i = 0; i < 100'000; ++i) stack.push([]() -> task<> { co_return; });
  co_return;
}

}  // namespace
}  // namespace eddy
