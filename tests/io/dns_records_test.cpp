// SPDX-License-Identifier: MIT
#include <chrono>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <eddy/io/dns.hpp>
#include <eddy/testing/test.hpp>
#include <io/names/dns_cache.hpp>
#include <io/names/srv_order.hpp>

#include "dns_support.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;
using testing::dns_bytes;
using testing::dns_name;
using testing::fake_dns_server;
using names = std::vector<std::string>;

std::string srv_bytes(std::uint16_t priority, std::uint16_t weight, std::uint16_t port,
                      const std::string& target) {
  return dns_bytes(priority) + dns_bytes(weight) + dns_bytes(port) + dns_name(target);
}

testing::fake_reply records(const std::string& owner, std::uint16_t type,
                            const std::vector<std::string>& data) {
  testing::fake_reply reply;
  for (const std::string& d : data) reply.answers.push_back({owner, type, 60, d});
  return reply;
}

EDDY_IO_TEST(dns_records, servers_of_a_service_come_by_priority) {
  fake_dns_server server;
  server.say("_xmpp._tcp.test", testing::SRV,
             records("_xmpp._tcp.test", testing::SRV,
                     {srv_bytes(20, 1, 5269, "backup.test"), srv_bytes(10, 1, 5222, "main.test")}));
  const auto found = co_await dns::resolver(only(server)).lookup_srv("_XMPP._tcp.test");
  EXPECT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].target, "main.test");
  EXPECT_EQ(found[0].port, 5222);
  EXPECT_EQ(found[0].priority, 10);
  EXPECT_EQ(found[0].weight, 1);
  EXPECT_EQ(found[0].ttl, 60s);
  EXPECT_EQ(found[1].target, "backup.test");
}

EDDY_IO_TEST(dns_records, a_service_that_is_not_offered_has_no_servers) {
  fake_dns_server server;
  server.say("_ftp._tcp.test", testing::SRV,
             records("_ftp._tcp.test", testing::SRV, {srv_bytes(0, 0, 0, "")}));
  EXPECT_TRUE((co_await dns::resolver(only(server)).lookup_srv("_ftp._tcp.test")).empty());
}

EDDY_IO_TEST(dns_records, mail_servers_come_by_preference) {
  fake_dns_server server;
  server.say("mail.test", testing::MX,
             records("mail.test", testing::MX,
                     {dns_bytes(std::uint16_t{20}) + dns_name("b.test"),
                      dns_bytes(std::uint16_t{10}) + dns_name("a.test")}));
  server.say("nomail.test", testing::MX,
             records("nomail.test", testing::MX, {dns_bytes(std::uint16_t{0}) + dns_name("")}));
  const dns::resolver asked(only(server));
  const auto found = co_await asked.lookup_mx("mail.test");
  EXPECT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].host, "a.test");
  EXPECT_EQ(found[0].preference, 10);
  EXPECT_EQ(found[1].host, "b.test");
  EXPECT_TRUE((co_await asked.lookup_mx("nomail.test")).empty());
}

EDDY_IO_TEST(dns_records, a_text_is_given_whole) {
  fake_dns_server server;
  server.say("test", testing::TXT, records("test", testing::TXT, {"\6v=spf1\5 -all", "\3two"}));
  const auto found = co_await dns::resolver(only(server)).lookup_txt("test");
  EXPECT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].text, "v=spf1 -all");
  EXPECT_EQ(found[1].text, "two");
}

EDDY_IO_TEST(dns_records, an_address_has_names) {
  fake_dns_server server;
  const std::string v6 = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
  server.say("3.2.1.10.in-addr.arpa", testing::PTR,
             records("3.2.1.10.in-addr.arpa", testing::PTR, {dns_name("host.test")}));
  server.say(v6, testing::PTR, records(v6, testing::PTR, {dns_name("six.test")}));
  const dns::resolver asked(only(server));
  EXPECT_EQ((co_await asked.lookup_ptr(*ip_address::parse("10.1.2.3"))).at(0).name, "host.test");
  EXPECT_EQ((co_await asked.lookup_ptr(*ip_address::parse("2001:db8::1"))).at(0).name, "six.test");
}

EDDY_IO_TEST(dns_records, the_loops_own_resolver_does_what_others_do) {
  fake_dns_server server;
  server.say("test", testing::TXT, records("test", testing::TXT, {"\2hi"}));
  server.say("test", testing::MX,
             records("test", testing::MX, {dns_bytes(std::uint16_t{1}) + dns_name("mx.test")}));
  server.say("_s._tcp.test", testing::SRV,
             records("_s._tcp.test", testing::SRV, {srv_bytes(0, 0, 1, "s.test")}));
  server.say("1.0.0.10.in-addr.arpa", testing::PTR,
             records("1.0.0.10.in-addr.arpa", testing::PTR, {dns_name("p.test")}));
  server.add_host("one.test", "10.0.0.1");
  dns::configure(only(server));
  EXPECT_EQ((co_await resolve("one.test")).at(0).to_string(), "10.0.0.1");
  EXPECT_EQ((co_await dns::loop_resolver().resolve("one.test")).at(0).to_string(), "10.0.0.1");
  EXPECT_EQ(server.asked("one.test", testing::A), 1);
  EXPECT_EQ((co_await dns::lookup_txt("test")).at(0).text, "hi");
  EXPECT_EQ((co_await dns::lookup_mx("test")).at(0).host, "mx.test");
  EXPECT_EQ((co_await dns::lookup_srv("_s._tcp.test")).at(0).target, "s.test");
  EXPECT_EQ((co_await dns::lookup_ptr(*ip_address::parse("10.0.0.1"))).at(0).name, "p.test");
}

EDDY_IO_TEST(dns_records, an_error_says_what_was_looked_for) {
  fake_dns_server server;
  server.say("empty.test", testing::MX, {});
  const dns::resolver asked(only(server));
  try {
    co_await asked.lookup_mx("empty.test");
    ADD_FAILURE() << "no exception";
  } catch (const resolve_error& e) {
    EXPECT_STREQ(e.what(), "resolve empty.test: it has no MX record");
    EXPECT_EQ(e.failure(), resolve_failure::no_record);
  }
  try {
    co_await asked.lookup_txt("nosuch.test");
    ADD_FAILURE() << "no exception";
  } catch (const resolve_error& e) {
    EXPECT_STREQ(e.what(), "resolve nosuch.test: no such name");
  }
  try {
    co_await asked.lookup_txt(std::string(70, 'x') + ".test");
    ADD_FAILURE() << "no exception";
  } catch (const resolve_error& e) {
    EXPECT_EQ(e.failure(), resolve_failure::bad_name) << e.what();
  }
}

EDDY_TEST(dns_records, simulated_time_has_no_name_servers) {
  try {
    co_await dns::lookup_mx("mail.test");
    ADD_FAILURE() << "no exception";
  } catch (const resolve_error& e) {
    EXPECT_STREQ(e.what(), "resolve mail.test: simulated time has no name servers");
  }
}

TEST(srv_order, the_first_of_a_priority_is_chosen_in_proportion_to_its_weight) {
  std::minstd_rand chance(1);
  std::map<std::string, int> first;
  for (int i = 0; i < 10'000; ++i) {
    std::vector<dns::srv_record> all{{.target = "later", .priority = 2, .weight = 1000},
                                     {.target = "big", .priority = 1, .weight = 60},
                                     {.target = "small", .priority = 1, .weight = 20},
                                     {.target = "least", .priority = 1, .weight = 0}};
    detail::order_srv(all, chance);
    ++first[all[0].target];
    EXPECT_EQ(all.back().target, "later");
  }
  EXPECT_NEAR(first["big"], 7400, 300);
  EXPECT_NEAR(first["small"], 2470, 300);
  EXPECT_GT(first["least"], 20);
  EXPECT_LT(first["least"], 300);
}

detail::dns_answer holding(std::chrono::seconds ttl) {
  return {.failure = resolve_failure::none,
          .records = {dns::txt_record{.text = "x", .ttl = ttl}},
          .lifetime = ttl};
}

TEST(dns_cache, an_answer_gets_older_and_goes) {
  detail::dns_cache cache(10);
  const detail::dns_question asked{"one.test", detail::dns_type::txt};
  cache.put(asked, holding(60s), time_point(100s));
  const auto found = cache.find(asked, time_point(130s));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->lifetime, 30s);
  EXPECT_EQ(std::get<dns::txt_record>(found->records[0]).ttl, 30s);
  EXPECT_FALSE(cache.find(asked, time_point(160s)).has_value());
  EXPECT_EQ(cache.size(), 0U);
}

TEST(dns_cache, the_one_not_used_for_longest_makes_room) {
  detail::dns_cache cache(2);
  const auto question = [](const char* name) {
    return detail::dns_question{name, detail::dns_type::txt};
  };
  cache.put(question("a"), holding(60s), {});
  cache.put(question("b"), holding(60s), {});
  EXPECT_TRUE(cache.find(question("a"), {}).has_value());
  cache.put(question("c"), holding(60s), {});
  EXPECT_TRUE(cache.find(question("a"), {}).has_value());
  EXPECT_FALSE(cache.find(question("b"), {}).has_value());
  EXPECT_TRUE(cache.find(question("c"), {}).has_value());
}

TEST(dns_cache, a_cache_of_none_keeps_none) {
  detail::dns_cache cache(0);
  cache.put({"a", detail::dns_type::txt}, holding(60s), {});
  EXPECT_EQ(cache.size(), 0U);
}

EDDY_IO_TEST(dns_records, what_can_be_no_name_is_not_asked_for) {
  fake_dns_server server;
  const dns::resolver asked(only(server));
  for (const std::string& name : {std::string("a.test\0.evil", 12), std::string(),
                                  std::string("a..test"), std::string(300, 'x')}) {
    std::optional<resolve_failure> why;
    try {
      (void)co_await asked.lookup_txt(name);
    } catch (const resolve_error& e) {
      why = e.failure();
    }
    EXPECT_EQ(why, resolve_failure::bad_name) << name;
  }
  EXPECT_EQ(server.asked("a.test", testing::TXT), 0);
}

}  // namespace
}  // namespace eddy
