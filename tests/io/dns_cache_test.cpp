// SPDX-License-Identifier: MIT
//
// What a resolver remembers, and questions that several look-ups share.
#include <eddy/io/dns.hpp>

#include <chrono>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/introspect.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/testing/settle.hpp>
#include <eddy/testing/test.hpp>

#include "dns_support.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;
using testing::fake_dns_server;
using testing::start_of;
using addresses = std::vector<ip_address>;

EDDY_IO_TEST(dns_cache, an_answer_is_kept_as_long_as_it_holds) {
  fake_dns_server server;
  server.add_host("kept.test", "10.0.0.1", 300);
  server.add_host("brief.test", "10.0.0.2", 0);
  const dns::resolver names(only(server));
  for (int i = 0; i < 3; ++i) {
    co_await names.resolve("kept.test");
    co_await names.resolve("brief.test");
  }
  EXPECT_EQ(server.asked("kept.test", testing::A), 1);
  EXPECT_EQ(server.asked("brief.test", testing::A), 3);
}

EDDY_IO_TEST(dns_cache, that_there_is_no_such_name_is_kept_as_long_as_the_zone_says) {
  fake_dns_server server;
  for (const std::uint16_t type : {testing::A, testing::AAAA}) {
    server.say("nosuch.test", type,
               {.code = testing::NXDOMAIN, .authority = {start_of("test", 300, 60)}});
  }
  const dns::resolver names(only(server));
  for (const char* name : {"nosuch.test", "unsaid.test"}) {
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ((co_await failure_of([&] { return names.resolve(name); })).why,
                resolve_failure::no_such_name);
    }
  }
  EXPECT_EQ(server.asked("nosuch.test", testing::A), 1);
  EXPECT_EQ(server.asked("unsaid.test", testing::A), 2);
}

EDDY_IO_TEST(dns_cache, look_ups_of_one_name_at_one_time_share_a_question) {
  fake_dns_server server;
  server.add_host("one.test", "10.0.0.1", 0);
  const dns::resolver names(only(server));
  const auto [a, b, c] = co_await gather(names.resolve("one.test"), names.resolve("One.test"),
                                         names.resolve("one.test."));
  EXPECT_EQ(a, addresses{ip("10.0.0.1")});
  EXPECT_EQ(b, a);
  EXPECT_EQ(c, a);
  EXPECT_EQ(server.asked("one.test", testing::A), 1);
}

EDDY_IO_TEST(dns_cache, a_cancelled_look_up_leaves_the_shared_question_to_the_others) {
  fake_dns_server server;
  for (const std::uint16_t type : {testing::A, testing::AAAA})
    server.say("slow.test", type, {.silent = true});
  dns::resolver_options patient = only(server);
  patient.timeout = 100ms;
  patient.tries = 5;
  const dns::resolver names(patient);
  auto first = create_task([&] { return names.resolve("slow.test"); });
  auto second = create_task([&] { return names.resolve("slow.test"); });
  while (server.asked("slow.test", testing::A) == 0) co_await sleep(1ms);
  first.cancel();
  EXPECT_THROW(co_await first, task_cancelled);
  server.add_host("slow.test", "10.0.0.1");  // for the second round
  EXPECT_EQ(co_await second, addresses{ip("10.0.0.1")});
}

EDDY_IO_TEST(dns_cache, the_question_goes_with_the_last_who_waits_for_it) {
  fake_dns_server server;
  for (const std::uint16_t type : {testing::A, testing::AAAA})
    server.say("silent.test", type, {.silent = true});
  dns::resolver_options patient = only(server);
  patient.timeout = 1h;
  const dns::resolver names(patient);
  auto first = create_task([&] { return names.resolve("silent.test"); });
  auto second = create_task([&] { return names.resolve("silent.test"); });
  while (server.asked("silent.test", testing::A) == 0) co_await sleep(1ms);
  first.cancel();
  second.cancel();
  EXPECT_THROW(co_await first, task_cancelled);
  EXPECT_THROW(co_await second, task_cancelled);
  co_await testing::settle();
  EXPECT_FALSE(task_tree(*loop::current()).contains("look up silent.test"));
}

EDDY_IO_TEST(dns_cache, a_look_up_cancelled_before_it_starts_asks_nobody) {
  const fake_dns_server server;
  const dns::resolver names(only(server));
  auto cancelled = create_task([&] { return names.resolve("one.test"); });
  cancelled.cancel();
  EXPECT_THROW(co_await cancelled, task_cancelled);
  EXPECT_EQ(server.asked("one.test", testing::A), 0);
}

EDDY_IO_TEST(dns_cache, copies_of_a_resolver_share_its_answers) {
  fake_dns_server server;
  server.add_host("one.test", "10.0.0.1");
  const dns::resolver first(only(server));
  const dns::resolver second = first;
  co_await first.resolve("one.test");
  co_await second.resolve("one.test");
  EXPECT_EQ(server.asked("one.test", testing::A), 1);
}

}  // namespace
}  // namespace eddy
