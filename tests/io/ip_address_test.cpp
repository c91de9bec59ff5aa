// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include <eddy/io/endpoint.hpp>

namespace eddy {
namespace {

using namespace std::string_view_literals;

std::string reparsed(std::string_view text) {
  const auto address = ip_address::parse(text);
  return address ? address->to_string() : "refused";
}

TEST(ip_address, text_comes_back_in_its_shortest_form) {
  EXPECT_EQ(reparsed("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(reparsed("0.0.0.0"), "0.0.0.0");
  EXPECT_EQ(reparsed("::1"), "::1");
  EXPECT_EQ(reparsed("2001:DB8:0:0:0:0:0:1"), "2001:db8::1");
  EXPECT_EQ(reparsed("::ffff:1.2.3.4"), "::ffff:1.2.3.4");
}

TEST(ip_address, a_scope_is_an_interface_or_its_number) {
  EXPECT_EQ(ip_address::parse("fe80::1%lo")->scope(), 1U);
  EXPECT_EQ(ip_address::parse("fe80::1%1")->to_string(), "fe80::1%lo");
  EXPECT_EQ(ip_address::parse("fe80::1%4000000")->to_string(), "fe80::1%4000000");
  EXPECT_EQ(reparsed("fe80::1%nosuch"), "refused");
  EXPECT_EQ(reparsed("fe80::1%"), "refused");
}

TEST(ip_address, what_is_no_address_is_refused) {
  for (const auto text :
       {""sv, "localhost"sv, "1.2.3"sv, "1.2.3.4.5"sv, "256.0.0.1"sv, "01.2.3.4"sv, " 1.2.3.4"sv,
        "0x7f.1"sv, "[::1]"sv, ":::"sv, "::1::"sv, "1.2.3.4%lo"sv, "127.0.0.1\0.example"sv}) {
    EXPECT_EQ(reparsed(text), "refused") << text;
  }
}

TEST(ip_address, loopback_is_recognised) {
  EXPECT_TRUE(ip_address::parse("127.9.9.9")->is_loopback());
  EXPECT_TRUE(ip_address::loopback_v6().is_loopback());
  EXPECT_FALSE(ip_address::any_v4().is_loopback());
  EXPECT_FALSE(ip_address::any_v6().is_loopback());
}

TEST(ip_address, the_two_families_are_never_equal) {
  EXPECT_NE(ip_address::any_v4(), ip_address::any_v6());
  EXPECT_EQ(ip_address::any_v4(), ip_address::parse("0.0.0.0"));
}

TEST(endpoint, text_comes_back) {
  for (const auto text : {"127.0.0.1:80", "[::1]:65535", "0.0.0.0:0"}) {
    const auto parsed = endpoint::parse(text);
    EXPECT_EQ(parsed ? parsed->to_string() : "refused", text);
  }
}

TEST(endpoint, what_is_no_endpoint_is_refused) {
  for (const auto text :
       {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1: 80", "::1:80",
        "[127.0.0.1]:80", "[::1]", "[::1]80", "localhost:80", ":80"}) {
    EXPECT_FALSE(endpoint::parse(text)) << text;
  }
}

}  // namespace
}  // namespace eddy
