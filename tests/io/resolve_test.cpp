// SPDX-License-Identifier: MIT
#include <eddy/io/resolve.hpp>

#include <string>
#include <vector>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/io/dns.hpp>
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

EDDY_TEST(resolve, localhost_is_loopback_without_asking_anyone) {
  const addresses loopback{ip_address::loopback_v6(), ip_address::loopback_v4()};
  EXPECT_EQ(co_await resolve("localhost"), loopback);
  EXPECT_EQ(co_await resolve("LocalHost."), loopback);
  EXPECT_EQ(co_await resolve("app.localhost"), loopback);
}

EDDY_TEST(resolve, hosts_that_the_program_names_come_first) {
  dns::configure({.hosts = {{"ONE.test", {ip_address::loopback_v4()}},
                            {"localhost", {ip_address::any_v4()}}}});
  EXPECT_EQ(co_await resolve("One.test"), addresses{ip_address::loopback_v4()});
  EXPECT_EQ(co_await resolve("localhost"), addresses{ip_address::any_v4()});
}

EDDY_TEST(resolve, simulated_time_has_no_name_servers_and_says_what_to_do) {
  try {
    co_await resolve("nobody.test");
    ADD_FAILURE() << "no exception";
  } catch (const resolve_error& e) {
    EXPECT_STREQ(e.what(),
                 "resolve nobody.test: simulated time has no name servers; name the host with "
                 "eddy::dns::configure({.hosts = …})");
  }
}

EDDY_TEST(resolve, a_name_that_cannot_be_one_is_refused_unasked) {
  for (const std::string& name :
       {std::string(), std::string("one.test\0.example", 17), std::string("two words"),
        std::string("a..b"), std::string("."), std::string("x/y"), std::string(64, 'a'),
        std::string("[::1]"), std::string("host:80")}) {
    try {
      co_await resolve(name);
      ADD_FAILURE() << "no exception for " << name;
    } catch (const resolve_error& e) {
      EXPECT_EQ(e.failure(), resolve_failure::bad_name) << e.what();
      EXPECT_FALSE(e.temporary());
    }
  }
}

EDDY_TEST(resolve, a_name_beyond_ascii_is_asked_for_as_browsers_do) {
  dns::configure({.hosts = {{"xn--bcher-kva.test", {ip_address::loopback_v4()}}}});
  EXPECT_EQ(co_await resolve("B\u00fccher.test"), addresses{ip_address::loopback_v4()});
}

EDDY_IO_TEST(resolve, getaddrinfo_does_it_where_it_is_asked_for) {
  dns::configure({.use_getaddrinfo = true});
  EXPECT_EQ(co_await resolve("three.test"),
            (addresses{*ip_address::parse("127.0.0.3"), *ip_address::parse("127.0.0.2"),
                       *ip_address::parse("127.0.0.1")}));
}

EDDY_IO_TEST(resolve, errors_of_getaddrinfo_are_told_apart) {
  dns::configure({.use_getaddrinfo = true});
  const auto failure_of = [](const char* name) -> task<resolve_failure> {
    try {
      co_await resolve(name);
    } catch (const resolve_error& e) {
      co_return e.failure();
    }
    co_return resolve_failure::none;
  };
  EXPECT_EQ(co_await failure_of("nobody.test"), resolve_failure::no_such_name);
  EXPECT_EQ(co_await failure_of("busy.test"), resolve_failure::no_answer);
}

EDDY_IO_TEST(resolve, a_cancel_does_not_wait_for_a_stuck_getaddrinfo) {
  dns::configure({.use_getaddrinfo = true});
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
