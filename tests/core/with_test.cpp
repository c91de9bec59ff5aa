// SPDX-License-Identifier: MIT
#include <eddy/core/with.hpp>

#include <optional>
#include <stdexcept>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

/// A user's own resource: nothing but `close`.
struct resource {
  std::optional<exit_status>& closed;
  int number = 7;
  counted mark{};

  task<> close(exit_status end) {
    co_await sleep(1s);
    closed = end;
  }
};

task<resource> acquire(std::optional<exit_status>& closed) {
  co_await sleep(1s);
  co_return resource{closed};
}

static_assert(async_closable<resource>);
static_assert(!async_closable<int>);

EDDY_TEST(with, gives_the_value_of_its_body_and_closes_after_it) {
  std::optional<exit_status> closed;
  const int got = co_await with(acquire(closed), [&](resource& r) -> task<int> {
    co_await sleep(1s);
    EXPECT_FALSE(closed);
    co_return r.number;
  });
  EXPECT_EQ(got, 7);
  EXPECT_EQ(closed, exit_status::ok);
  EXPECT_EQ(now(), 3s);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(with, takes_a_resource_that_is_there_already) {
  std::optional<exit_status> closed;
  co_await with(resource{closed}, [](resource&) -> task<> { co_return; });
  EXPECT_EQ(closed, exit_status::ok);
}

EDDY_TEST(with, closes_after_an_error) {
  std::optional<exit_status> closed;
  EXPECT_THROW(co_await with(acquire(closed),
                             [](resource&) -> task<> {
                               throw std::runtime_error("body");
                               co_return;
                             }),
               std::runtime_error);
  EXPECT_EQ(closed, exit_status::error);
}

EDDY_TEST(with, closes_after_a_cancel) {
  std::optional<exit_status> closed;
  EXPECT_FALSE(co_await wait_for_optional(
      with(acquire(closed), [](resource&) -> task<> { co_await sleep(1h); }), 2s));
  EXPECT_EQ(closed, exit_status::cancelled);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(with, closes_nothing_when_acquiring_failed) {
  bool ran = false;
  std::optional<exit_status> closed;
  const auto fails = [&](bool really) -> task<resource> {
    if (really) throw std::runtime_error("no resource");
    co_return resource{closed};
  };
  EXPECT_THROW(co_await with(fails(true),
                             [&](resource&) -> task<> {
                               ran = true;
                               co_return;
                             }),
               std::runtime_error);
  EXPECT_FALSE(ran);
}

EDDY_TEST(with, closes_nothing_when_acquiring_was_cancelled) {
  std::optional<exit_status> closed;
  EXPECT_FALSE(co_await wait_for_optional(
      with(acquire(closed), [](resource&) -> task<> { co_return; }), 500ms));
  EXPECT_FALSE(closed);
}

EDDY_TEST(with, closes_what_was_acquired_in_the_step_of_the_cancel) {
  std::optional<exit_status> closed;
  gate g;
  const auto acquire_at_gate = [&]() -> task<resource> {
    co_await g.wait();
    co_return resource{closed};
  };
  const auto owner = create_task([&]() -> task<> {
    co_await with(acquire_at_gate(), [](resource&) -> task<> { co_await sleep(1h); });
  });
  co_await yield();
  g.open();
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_EQ(closed, exit_status::cancelled);
}

struct fails_to_close {
  task<> close(exit_status) {
    throw std::domain_error("close");
    co_return;
  }
};

EDDY_TEST(with, an_error_of_close_wins) {
  EXPECT_THROW(co_await with(fails_to_close(),
                             [](fails_to_close&) -> task<> {
                               throw std::runtime_error("body");
                               co_return;
                             }),
               std::domain_error);
}

}  // namespace
}  // namespace eddy
