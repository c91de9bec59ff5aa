// SPDX-License-Identifier: MIT
#include <eddy/io/resolve.hpp>

#include <string>
#include <vector>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/testing/test.hpp>

#include "fake_names.hpp"
#include "tcp_pair.hpp"

namespace eddy {
namespace {

using addresses = std::vector<ip_address>;

EDDY_TEST(resolve, an_address_is_its_own) {
  EXPECT_EQ(co_await resolve("10.1.2.3"), addresses{*ip_address::parse("10.1.2.3")});
  EXPECT_EQ(co_await resolve("::1"), addresses{ip_address::loopback_v6()});
}

EDDY_TEST(resolve, a_name_gives_its_addresses_in_order_and_once) {
  EXPECT_EQ(co_await resolve("three.test"),
            (addresses{*ip_address::parse("127.0.0.3"), *ip_address::parse("127.0.0.2"),
                       *ip_address::parse("127.0.0.1")}));
}

EDDY_TEST(resolve, an_unknown_name_is_an_error_for_good) {
  try {
    co_await resolve("nobody.test");
    ADD_FAILURE() << "no exception";
  } catch (const resolve_error& e) {
    EXPECT_STREQ(e.what(), "resolve nobody.test: Name or service not known");
    EXPECT_FALSE(e.temporary());
  }
}

EDDY_TEST(resolve, a_name_server_that_does_not_answer_is_a_temporary_error) {
  try {
    co_await resolve("busy.test");
    ADD_FAILURE() << "no exception";
  } catch (const resolve_error& e) {
    EXPECT_TRUE(e.temporary());
  }
}

EDDY_TEST(resolve, a_name_that_cannot_be_one_is_refused_unasked) {
  EXPECT_THROW(co_await resolve(""), resolve_error);
  EXPECT_THROW(co_await resolve(std::string("one.test\0.example", 17)), resolve_error);
}

EDDY_IO_TEST(resolve, a_cancel_does_not_wait_for_a_stuck_look_up) {
  auto stuck = create_task([] { return resolve("stuck.test"); });
  while (stuck_lookups() == 0) co_await yield();
  stuck.cancel();
  EXPECT_THROW(co_await stuck, task_cancelled);
  EXPECT_EQ(stuck_lookups(), 1);
  let_stuck_lookups_go();
  EXPECT_EQ(co_await resolve("one.test"), addresses{ip_address::loopback_v4()});
}

}  // namespace
}  // namespace eddy
