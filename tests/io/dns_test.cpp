// SPDX-License-Identifier: MIT
#include <eddy/io/dns.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "fake_dns_server.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;
using testing::address;
using testing::alias;
using testing::fake_dns_server;
using testing::start_of;
using addresses = std::vector<ip_address>;

ip_address ip(std::string_view text) { return ip_address::parse(text).value(); }

/// Asks the fake server and nobody else.
dns::resolver_options only(const fake_dns_server& server) {
  return {.servers = {server.where()},
          .timeout = 300ms,
          .tries = 1,
          .search = std::vector<std::string>{},
          .hosts_file = "/nonexistent"};
}

struct failure {
  std::string what;
  resolve_failure why = resolve_failure::none;
  bool temporary = false;
};

template <class Work>
task<failure> failure_of(Work work) {
  try {
    co_await work();
  } catch (const resolve_error& e) {
    co_return failure{e.what(), e.failure(), e.temporary()};
  }
  co_return failure{"no error"};
}

EDDY_IO_TEST(dns, a_host_has_the_addresses_that_the_server_says) {
  fake_dns_server server;
  server.add_host("one.test", "10.0.0.1");
  server.add_host("six.test", "fd00::6");
  const dns::resolver names(only(server));
  EXPECT_EQ(co_await names.resolve("one.test"), addresses{ip("10.0.0.1")});
  EXPECT_EQ(co_await names.resolve("six.test"), addresses{ip("fd00::6")});
}

EDDY_IO_TEST(dns, names_are_the_same_in_any_case_and_with_a_dot_at_the_end) {
  fake_dns_server server;
  server.add_host("one.test", "10.0.0.1");
  const dns::resolver names(only(server));
  EXPECT_EQ(co_await names.resolve("One.TEST."), addresses{ip("10.0.0.1")});
}

EDDY_IO_TEST(dns, an_alias_is_followed_to_its_end) {
  fake_dns_server server;
  server.say("www.test", testing::A,
             {.answers = {alias("www.test", "Cdn.test"), alias("cdn.test", "edge.test"),
                          address("edge.test", "10.0.0.9"), address("other.test", "10.6.6.6")}});
  server.say("www.test", testing::AAAA, {.answers = {alias("www.test", "cdn.test")}});
  const dns::resolver names(only(server));
  EXPECT_EQ(co_await names.resolve("www.test"), addresses{ip("10.0.0.9")});
}

EDDY_IO_TEST(dns, a_name_that_is_not_there_is_an_error_for_good) {
  const fake_dns_server server;
  const dns::resolver names(only(server));
  const failure f = co_await failure_of([&] { return names.resolve("nosuch.test"); });
  EXPECT_EQ(f.what, "resolve nosuch.test: no such host");
  EXPECT_EQ(f.why, resolve_failure::no_such_name);
  EXPECT_FALSE(f.temporary);
}

EDDY_IO_TEST(dns, a_name_without_addresses_is_told_from_one_that_is_not_there) {
  fake_dns_server server;
  server.say("empty.test", testing::A, {});
  server.say("empty.test", testing::AAAA, {});
  const dns::resolver names(only(server));
  const failure f = co_await failure_of([&] { return names.resolve("empty.test"); });
  EXPECT_EQ(f.what, "resolve empty.test: it has no address");
  EXPECT_EQ(f.why, resolve_failure::no_record);
}

EDDY_IO_TEST(dns, a_server_that_fails_is_a_temporary_error_that_names_it) {
  fake_dns_server server;
  for (const std::uint16_t type : {testing::A, testing::AAAA})
    server.say("broken.test", type, {.code = testing::SERVFAIL});
  const dns::resolver names(only(server));
  const failure f = co_await failure_of([&] { return names.resolve("broken.test"); });
  EXPECT_EQ(f.what, "resolve broken.test: name server " + server.where().to_string() + " failed");
  EXPECT_TRUE(f.temporary);
}

EDDY_IO_TEST(dns, a_server_that_refuses_is_no_temporary_error) {
  fake_dns_server server;
  for (const std::uint16_t type : {testing::A, testing::AAAA})
    server.say("private.test", type, {.code = testing::REFUSED});
  const dns::resolver names(only(server));
  const failure f = co_await failure_of([&] { return names.resolve("private.test"); });
  EXPECT_EQ(f.why, resolve_failure::refused);
  EXPECT_FALSE(f.temporary);
}

EDDY_IO_TEST(dns, a_silent_server_is_a_temporary_error_after_its_time) {
  fake_dns_server server;
  for (const std::uint16_t type : {testing::A, testing::AAAA})
    server.say("silent.test", type, {.silent = true});
  const dns::resolver names(only(server));
  const failure f = co_await failure_of([&] { return names.resolve("silent.test"); });
  EXPECT_EQ(f.what,
            "resolve silent.test: no answer from name server " + server.where().to_string());
  EXPECT_TRUE(f.temporary);
}

EDDY_IO_TEST(dns, a_port_where_nobody_listens_is_no_answer_at_once) {
  endpoint gone;
  {
    const fake_dns_server server;
    gone = server.where();
  }
  const dns::resolver names(dns::resolver_options{
      .servers = {gone}, .timeout = 1min, .tries = 1, .hosts_file = "/nonexistent"});
  const failure f = co_await failure_of([&] { return names.resolve("any.test."); });
  EXPECT_EQ(f.why, resolve_failure::no_answer);
}

EDDY_IO_TEST(dns, the_next_server_is_asked_where_one_fails) {
  fake_dns_server broken;
  fake_dns_server good;
  for (const std::uint16_t type : {testing::A, testing::AAAA})
    broken.say("one.test", type, {.code = testing::SERVFAIL});
  good.add_host("one.test", "10.0.0.1");
  dns::resolver_options both = only(broken);
  both.servers.push_back(good.where());
  EXPECT_EQ(co_await dns::resolver(both).resolve("one.test"), addresses{ip("10.0.0.1")});
}

EDDY_IO_TEST(dns, an_answer_cut_short_is_asked_for_again_by_tcp) {
  fake_dns_server server;
  testing::fake_reply many{.truncated = true};
  for (int i = 1; i <= 100; ++i)
    many.answers.push_back(address("many.test", "10.0.1." + std::to_string(i)));
  server.say("many.test", testing::A, many);
  server.say("many.test", testing::AAAA, {});
  const dns::resolver names(only(server));
  EXPECT_EQ((co_await names.resolve("many.test")).size(), 100U);
  EXPECT_EQ(server.asked_by_tcp(), 1);
}

EDDY_IO_TEST(dns, an_answer_with_a_wrong_id_is_passed_over) {
  fake_dns_server server;
  server.say("one.test", testing::A, {.answers = {address("one.test", "10.0.0.1")}, .forged = 3});
  server.say("one.test", testing::AAAA, {.forged = 3});
  const dns::resolver names(only(server));
  EXPECT_EQ(co_await names.resolve("one.test"), addresses{ip("10.0.0.1")});
}

EDDY_IO_TEST(dns, one_family_is_enough_where_the_server_fails_for_the_other) {
  fake_dns_server server;
  server.say("one.test", testing::A, {.answers = {address("one.test", "10.0.0.1")}});
  server.say("one.test", testing::AAAA, {.code = testing::SERVFAIL});
  const dns::resolver names(only(server));
  EXPECT_EQ(co_await names.resolve("one.test"), addresses{ip("10.0.0.1")});
}

EDDY_IO_TEST(dns, a_cancelled_look_up_ends_at_once_and_leaves_the_resolver_usable) {
  fake_dns_server server;
  for (const std::uint16_t type : {testing::A, testing::AAAA})
    server.say("silent.test", type, {.silent = true});
  server.add_host("one.test", "10.0.0.1");
  dns::resolver_options patient = only(server);
  patient.timeout = 1h;
  const dns::resolver names(patient);
  EXPECT_THROW(co_await wait_for(names.resolve("silent.test"), 20ms), timeout_error);
  server.add_host("silent.test", "10.0.0.2");
  EXPECT_EQ(co_await names.resolve("silent.test"), addresses{ip("10.0.0.2")});
  EXPECT_EQ(co_await names.resolve("one.test"), addresses{ip("10.0.0.1")});
}

}  // namespace
}  // namespace eddy
