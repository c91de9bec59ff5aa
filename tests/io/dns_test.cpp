// SPDX-License-Identifier: MIT
#include <eddy/io/dns.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <ranges>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/io/tcp.hpp>
#include <eddy/testing/test.hpp>

#include "dns_support.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;
using testing::address;
using testing::alias;
using testing::fake_dns_server;
using addresses = std::vector<ip_address>;

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

EDDY_IO_TEST(dns, nobody_is_asked_for_names_that_are_never_there) {
  fake_dns_server server;
  for (const char* name : {"host.invalid", "hidden.onion", "onion"})
    server.add_host(name, "10.0.0.1");
  server.add_host("not-onion", "10.0.0.2");
  const dns::resolver names(only(server));
  for (const char* name : {"host.invalid", "hidden.onion", "onion"}) {
    const failure f = co_await failure_of([&] { return names.resolve(name); });
    EXPECT_EQ(f.why, resolve_failure::no_such_name) << name;
  }
  EXPECT_EQ(co_await names.resolve("not-onion"), addresses{ip("10.0.0.2")});
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
  dns::resolver_options hasty = only(server);
  hasty.timeout = 50ms;
  const dns::resolver names(hasty);
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

EDDY_IO_TEST(dns, a_name_is_completed_with_the_search_domains) {
  fake_dns_server server;
  server.add_host("db.second.test", "10.0.0.1");
  server.add_host("a.b", "10.0.0.2");
  dns::resolver_options options = only(server);
  options.search = {"first.test", "Second.test."};
  const dns::resolver names(options);
  EXPECT_EQ(co_await names.resolve("db"), addresses{ip("10.0.0.1")});
  EXPECT_EQ(server.asked("db.first.test", testing::A), 1);
  EXPECT_EQ(server.asked("db", testing::A), 0);
  // One dot is enough for it to be tried as it is first.
  EXPECT_EQ(co_await names.resolve("a.b"), addresses{ip("10.0.0.2")});
  EXPECT_EQ(server.asked("a.b.first.test", testing::A), 0);
}

EDDY_IO_TEST(dns, a_dot_at_the_end_keeps_a_name_as_it_is) {
  fake_dns_server server;
  server.add_host("db.first.test", "10.0.0.1");
  dns::resolver_options options = only(server);
  options.search = {"first.test"};
  const dns::resolver names(options);
  EXPECT_EQ((co_await failure_of([&] { return names.resolve("db."); })).why,
            resolve_failure::no_such_name);
  EXPECT_EQ(server.asked("db.first.test", testing::A), 0);
}

EDDY_IO_TEST(dns, a_server_that_fails_never_makes_a_name_mean_another_host) {
  fake_dns_server server;
  for (const std::uint16_t type : {testing::A, testing::AAAA})
    server.say("db.first.test", type, {.code = testing::SERVFAIL});
  server.add_host("db.second.test", "10.0.0.1");
  dns::resolver_options options = only(server);
  options.search = {"first.test", "second.test"};
  const dns::resolver names(options);
  EXPECT_EQ((co_await failure_of([&] { return names.resolve("db"); })).why,
            resolve_failure::server_failed);
}

EDDY_IO_TEST(dns, clean_up_at_the_end_of_the_loop_may_look_names_up) {
  static fake_dns_server* asked = nullptr;
  static addresses found;
  fake_dns_server server;
  server.add_host("one.test", "10.0.0.1");
  asked = &server;
  found.clear();
  std::thread([] {
    run([]() -> task<> {
      create_task([]() -> task<> {
        co_await finally(
            []() -> task<> { co_await sleep(24h); },
            []() -> task<> { found = co_await dns::resolver(only(*asked)).resolve("one.test"); });
      });
      co_await yield();
    });
  }).join();
  EXPECT_EQ(found, addresses{ip("10.0.0.1")});
  co_return;
}

EDDY_IO_TEST(dns, thousands_of_names_do_not_need_thousands_of_descriptors) {
  fake_dns_server server;
  constexpr int many = 500;
  for (int i = 0; i < many; ++i) server.add_host("h" + std::to_string(i) + ".test", "10.0.0.1");
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit few = before;
  few.rlim_cur = 250;
  ::setrlimit(RLIMIT_NOFILE, &few);
  const dns::resolver names(only(server));
  const auto look_up = [&](int i) { return names.resolve("h" + std::to_string(i) + ".test"); };
  const auto all = co_await gather(std::views::iota(0, many) | std::views::transform(look_up));
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(all.size(), static_cast<std::size_t>(many));
}

EDDY_IO_TEST(dns, a_connect_goes_to_the_address_that_answers) {
  fake_dns_server server;
  tcp::listener listener = tcp::listen({ip_address::loopback_v4(), 0});
  // Nobody listens on ::1, nor on 127.0.0.9.
  server.say("three.test", testing::AAAA, {.answers = {address("three.test", "::1")}});
  server.say("three.test", testing::A,
             {.answers = {address("three.test", "127.0.0.9"), address("three.test", "127.0.0.1")}});
  dns::configure(only(server));
  const auto [client, served] = co_await gather(
      tcp::connect("three.test", listener.local_endpoint().port), listener.accept());
  EXPECT_EQ(client.peer_endpoint(), listener.local_endpoint());
}

EDDY_IO_TEST(dns, a_connect_does_not_wait_for_a_family_that_is_silent) {
  fake_dns_server server;
  tcp::listener listener = tcp::listen({ip_address::loopback_v4(), 0});
  server.say("half.test", testing::AAAA, {.silent = true});
  server.say("half.test", testing::A, {.answers = {address("half.test", "127.0.0.1")}});
  dns::resolver_options patient = only(server);
  patient.timeout = 1h;
  dns::configure(patient);
  const auto [client, served] =
      co_await gather(tcp::connect("half.test", listener.local_endpoint().port), listener.accept());
  EXPECT_EQ(client.peer_endpoint(), listener.local_endpoint());
}

EDDY_IO_TEST(dns, a_connect_to_a_name_that_is_not_there_is_the_look_ups_error) {
  const fake_dns_server server;
  dns::configure(only(server));
  const failure f = co_await failure_of([] { return tcp::connect("nosuch.test", 80); });
  EXPECT_EQ(f.what, "resolve nosuch.test: no such host");
}

EDDY_IO_TEST(dns, options_with_which_nobody_could_be_asked_are_refused) {
  EXPECT_THROW(dns::resolver({.timeout = 0s}), std::invalid_argument);
  EXPECT_THROW(dns::resolver({.tries = 0}), std::invalid_argument);
  EXPECT_THROW(dns::resolver({.servers = {*endpoint::parse("[fe80::1%lo]:53")}}),
               std::invalid_argument);
  co_return;
}

EDDY_IO_TEST(dns, a_look_up_goes_on_without_the_resolver_that_began_it) {
  fake_dns_server server;
  server.add_host("one.test", "10.0.0.1");
  auto begun = create_task([&] { return dns::resolver(only(server)).resolve("one.test"); });
  EXPECT_EQ(co_await begun, addresses{ip("10.0.0.1")});
}

EDDY_IO_TEST(dns, want_of_descriptors_is_said_and_not_blamed_on_the_servers) {
  fake_dns_server server;
  server.add_host("one.test", "10.0.0.1");
  const dns::resolver names(only(server));
  co_await failure_of([&] { return names.resolve("nosuch.test"); });  // all is loaded now
  // And seen: to look at an object for the first time, a sanitizer needs descriptors itself.
  (void)co_await outcome(names.lookup_txt("two.test"));
  const int free = ::dup(0);
  ::close(free);
  std::string said;
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  for (const int left : {0, 1}) {  // for the epoll, and for it alone
    rlimit few = before;
    few.rlim_cur = static_cast<rlim_t>(free + left);
    ::setrlimit(RLIMIT_NOFILE, &few);
    auto asked = co_await outcome(names.lookup_txt("one.test"));
    ::setrlimit(RLIMIT_NOFILE, &before);  // a sanitizer that looks at an object needs some, too
    EXPECT_TRUE(asked.has_error());
    try {
      (void)asked.value();
    } catch (const io_error& e) {
      said += std::string(e.what()) + '\n';
    }
  }
  EXPECT_EQ(said,
            "ask a name server for one.test: Too many open files\n"
            "ask a name server for one.test: Too many open files\n");
}

}  // namespace
}  // namespace eddy
