// SPDX-License-Identifier: MIT
#include <io/names/dns_message.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include "fake_dns_server.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;
using detail::dns_answer;
using detail::dns_type;
using testing::address;
using testing::alias;
using testing::dns_bytes;
using testing::dns_name;
using testing::start_of;

/// The answer to "A of one.test" as a message.
std::string message_of(const testing::fake_reply& reply) {
  const std::string question = std::string(4, '\0') + dns_bytes(std::uint16_t{1}) +
                               std::string(6, '\0') + dns_name("one.test") +
                               dns_bytes(std::uint16_t{testing::A}) + dns_bytes(std::uint16_t{1});
  return dns_message(question, reply);
}

std::optional<dns_answer> parse(const std::string& message, dns_type type = dns_type::a,
                                std::string_view name = "one.test") {
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(message.data()), message.size());
  return detail::parse_dns_answer(bytes, name, type);
}

TEST(dns_message, an_answer_holds_as_long_as_the_shortest_part_of_it) {
  const auto answer = parse(message_of(
      {.answers = {alias("ONE.test", "Two.test", 100), address("two.test", "10.0.0.1", 200),
                   address("two.TEST", "10.0.0.2", 50)}}));
  ASSERT_EQ(answer->records.size(), 2U);
  EXPECT_EQ(answer->lifetime, 50s);
  EXPECT_EQ(std::get<detail::address_record>(answer->records[0]).ttl, 100s);
  EXPECT_EQ(std::get<detail::address_record>(answer->records[1]).ttl, 50s);
}

TEST(dns_message, records_of_other_names_are_no_answer) {
  const auto answer = parse(message_of({.answers = {address("evil.test", "6.6.6.6")}}));
  EXPECT_EQ(answer->failure, resolve_failure::no_record);
  EXPECT_TRUE(answer->records.empty());
}

TEST(dns_message, aliases_in_a_circle_lead_nowhere) {
  const auto answer = parse(
      message_of({.answers = {alias("one.test", "two.test"), alias("two.test", "one.test")}}));
  EXPECT_EQ(answer->failure, resolve_failure::no_record);
}

TEST(dns_message, sixteen_aliases_are_followed_and_no_more) {
  const auto behind = [](int count) {
    testing::fake_reply reply;
    std::string name = "one.test";
    for (int i = 0; i < count; ++i) {
      const std::string next = std::to_string(i) + ".test";
      reply.answers.push_back(alias(name, next));
      name = next;
    }
    reply.answers.push_back(address(name, "10.0.0.1"));
    return parse(message_of(reply))->records.size();
  };
  EXPECT_EQ(behind(16), 1U);
  EXPECT_EQ(behind(17), 0U);
}

TEST(dns_message, that_there_is_none_holds_as_long_as_the_zone_says_but_five_minutes_at_most) {
  const auto holds = [](testing::fake_record soa) {
    return parse(message_of({.code = testing::NXDOMAIN, .authority = {std::move(soa)}}))->lifetime;
  };
  EXPECT_EQ(holds(start_of("test", 60, 30)), 30s);
  EXPECT_EQ(holds(start_of("test", 20, 30)), 20s);
  EXPECT_EQ(holds(start_of("test", 86400, 86400)), 5min);
  EXPECT_EQ(parse(message_of({.code = testing::NXDOMAIN}))->lifetime, 0s);
}

TEST(dns_message, a_ttl_beyond_31_bits_is_none_and_one_beyond_a_day_is_a_day) {
  const auto holds = [](std::uint32_t ttl) {
    return parse(message_of({.answers = {address("one.test", "10.0.0.1", ttl)}}))->lifetime;
  };
  EXPECT_EQ(holds(0x80000000), 0s);
  EXPECT_EQ(holds(0x7fffffff), 24h);
}

TEST(dns_message, the_pieces_of_a_text_are_joined) {
  const auto answer = parse(message_of({.answers = {{"one.test", testing::TXT, 60,
                                                     std::string("\5hello\0\6 world", 14)}}}),
                            dns_type::txt);
  ASSERT_EQ(answer->records.size(), 1U);
  EXPECT_EQ(std::get<dns::txt_record>(answer->records[0]).text, "hello world");
}

TEST(dns_message, bytes_that_are_none_of_a_name_are_escaped) {
  const auto answer =
      parse(message_of(
                {.answers = {{"one.test", testing::PTR, 60, std::string("\4a.\\\n\4test\0", 11)}}}),
            dns_type::ptr);
  ASSERT_EQ(answer->records.size(), 1U);
  EXPECT_EQ(std::get<dns::ptr_record>(answer->records[0]).name, "a\\.\\\\\\010.test");
}

TEST(dns_message, a_name_may_go_on_where_it_was_written_before) {
  // one.test stands at offset 12, test at 16.
  const auto answer =
      parse(message_of(
                {.answers = {{"one.test", testing::MX, 60, std::string("\0\7\4mail\xc0\x10", 9)}}}),
            dns_type::mx);
  ASSERT_EQ(answer->records.size(), 1U);
  EXPECT_EQ(std::get<dns::mx_record>(answer->records[0]).host, "mail.test");
}

TEST(dns_message, a_name_that_refers_to_itself_is_no_message) {
  std::string message = message_of({.answers = {{"one.test", testing::PTR, 60, "\xc0\x2a"}}});
  const std::size_t at = message.size() - 2;
  message[at + 1] = static_cast<char>(at);
  EXPECT_FALSE(parse(message, dns_type::ptr).has_value());
}

TEST(dns_message, a_name_of_nothing_but_references_is_no_message) {
  const auto behind = [](int count) {
    std::string text = "\xc0\x0c";  // one.test
    const std::size_t first = message_of({.answers = {{"one.test", testing::TXT, 60, ""}}}).size();
    for (int i = 1; i < count; ++i) {
      const auto before = static_cast<std::uint16_t>(0xc000 + first + 1 + 2 * (i - 1));
      text += dns_bytes(before);
    }
    testing::fake_reply reply{.answers = {{"one.test", testing::TXT, 60,
                                           std::string(1, static_cast<char>(text.size())) + text}}};
    const auto last = static_cast<std::uint16_t>(0xc000 + first + 1 + 2 * (count - 1));
    reply.answers.push_back({"one.test", testing::PTR, 60, dns_bytes(last)});
    return parse(message_of(reply), dns_type::ptr).has_value();
  };
  EXPECT_TRUE(behind(10));
  EXPECT_TRUE(behind(126));
  EXPECT_FALSE(behind(127));
}

TEST(dns_message, a_message_cut_anywhere_is_none_or_says_less) {
  const std::string whole =
      message_of({.answers = {alias("one.test", "two.test"), address("two.test", "10.0.0.1")},
                  .authority = {start_of("test", 60, 60)}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parse(whole.substr(0, size)).has_value()) << size;
  }
}

TEST(dns_message, a_record_longer_than_it_says_makes_no_message) {
  const auto answer = parse(message_of({.answers = {{"one.test", testing::A, 60, "\1\2\3"}}}));
  EXPECT_FALSE(answer.has_value());
}

}  // namespace
}  // namespace eddy
