// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include <eddy/codec/url.hpp>

namespace eddy {
namespace {

struct host_case {
  std::string_view text;
  std::string_view host;
};

void expect_hosts(std::string_view scheme, const std::vector<host_case>& cases) {
  for (const auto& [text, host] : cases) {
    const auto result = url::parse(std::string(scheme) + "://" + std::string(text) + "/");
    ASSERT_TRUE(result) << text << ": " << result.error().message();
    EXPECT_EQ(result->host(), host) << text;
    const auto again = url::parse(result->href());
    EXPECT_TRUE(again && *again == *result) << result->href() << " does not read as itself";
  }
}

void expect_no_hosts(std::string_view scheme, const std::vector<std::string_view>& cases) {
  for (const auto& text : cases) {
    const auto result = url::parse(std::string(scheme) + "://" + std::string(text) + "/");
    EXPECT_FALSE(result) << text << " is taken for " << result->host();
  }
}

TEST(url_host, a_domain_is_in_lower_case_and_decoded) {
  expect_hosts("http", {{"EXAMPLE.Com", "example.com"},
                        {"ex%61mple.com", "example.com"},
                        {"example.com.", "example.com."},
                        {"a_b.example", "a_b.example"},
                        {"-a-.example", "-a-.example"},
                        {"r3---sn.example", "r3---sn.example"},
                        {"a..b", "a..b"},
                        {"a&b;c=d!$'()*+,", "a&b;c=d!$'()*+,"}});
}

TEST(url_host, a_domain_beyond_ascii_gets_the_form_that_dns_has) {
  expect_hosts("http", {{"bücher.example", "xn--bcher-kva.example"},
                        {"BÜCHER.example", "xn--bcher-kva.example"},
                        {"bu\u0308cher.example", "xn--bcher-kva.example"},
                        {"b%C3%BCcher.example", "xn--bcher-kva.example"},
                        {"faß.example", "xn--fa-hia.example"},
                        {"例え.テスト", "xn--r8jz45g.xn--zckzah"},
                        {"例え。テスト", "xn--r8jz45g.xn--zckzah"},
                        {"ｇｏ．example", "go.example"},
                        {"a\u00adb.example", "ab.example"},
                        {"ü.-a-.example", "xn--tda.-a-.example"}});
}

TEST(url_host, a_domain_that_is_encoded_already_is_taken_as_it_is) {
  expect_hosts("http", {{"xn--bcher-kva.example", "xn--bcher-kva.example"},
                        {"XN--BCHER-KVA.example", "xn--bcher-kva.example"},
                        {"xn--i-7iq.example", "xn--i-7iq.example"}});
}

TEST(url_host, an_ipv4_address_is_written_as_four_decimal_numbers) {
  expect_hosts("http", {{"127.0.0.1", "127.0.0.1"},
                        {"127.1", "127.0.0.1"},
                        {"127.0.1", "127.0.0.1"},
                        {"0x7f.1", "127.0.0.1"},
                        {"0X7F000001", "127.0.0.1"},
                        {"2130706433", "127.0.0.1"},
                        {"0177.0.0.01", "127.0.0.1"},
                        {"1.2.3.4.", "1.2.3.4"},
                        {"0x", "0.0.0.0"},
                        {"0", "0.0.0.0"},
                        {"255.255.255.255", "255.255.255.255"},
                        {"1.65535", "1.0.255.255"},
                        {"4294967295", "255.255.255.255"},
                        {"%31%32%37.1", "127.0.0.1"},
                        {"１２７.1", "127.0.0.1"}});
}

TEST(url_host, what_ends_in_a_number_is_an_ipv4_address_or_nothing) {
  expect_no_hosts("http", {"1.2.3.4.5", "256.1.1.1", "1.256.1", "1.2.3.256", "4294967296",
                           "0x100000000", "99999999999999999999999", "08", "1.2.3.09", "1..2",
                           "a.1", "a.0x1", "example.0x", "foo.2.3", "1.2.3.08."});
  expect_hosts("http", {{"1.2.3.4..", "1.2.3.4.."},
                        {"1.2.3.4a", "1.2.3.4a"},
                        {"1.0xg", "1.0xg"},
                        {"a.1.b", "a.1.b"}});
}

TEST(url_host, an_ipv6_address_is_written_in_its_shortest_form) {
  expect_hosts("http", {{"[::]", "[::]"},
                        {"[::1]", "[::1]"},
                        {"[1::]", "[1::]"},
                        {"[0:0:0:0:0:0:0:1]", "[::1]"},
                        {"[2001:DB8::1]", "[2001:db8::1]"},
                        {"[2001:0db8:0:0:1:0:0:1]", "[2001:db8::1:0:0:1]"},
                        {"[1:0:2:0:0:3:0:0]", "[1:0:2::3:0:0]"},
                        {"[1:0:0:2:0:0:0:3]", "[1:0:0:2::3]"},
                        {"[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7:8]"},
                        {"[1:0:3:4:5:6:7:8]", "[1:0:3:4:5:6:7:8]"},
                        {"[1::3:4:5:6:7:8]", "[1:0:3:4:5:6:7:8]"},
                        {"[::ffff:192.168.0.1]", "[::ffff:c0a8:1]"},
                        {"[1:2:3:4:5:6:7.8.9.10]", "[1:2:3:4:5:6:708:90a]"},
                        {"[::1.2.3.4]", "[::102:304]"}});
}

TEST(url_host, what_is_in_brackets_is_an_ipv6_address_or_nothing) {
  expect_no_hosts("http", {"[]",
                           "[:]",
                           "[:::]",
                           "[:1]",
                           "[1:]",
                           "[1::2::3]",
                           "[1:2:3:4:5:6:7]",
                           "[1:2:3:4:5:6:7:8:9]",
                           "[::1:2:3:4:5:6:7:8]",
                           "[12345::]",
                           "[g::]",
                           "[::1",
                           "[::1]x",
                           "[::1%25eth0]",
                           "[::1.2.3]",
                           "[::1.2.3.4.5]",
                           "[::1.2.3.256]",
                           "[::01.2.3.4]",
                           "[::.1.2.3]",
                           "[::1.2.3.]",
                           "[1:2:3:4:5:6:7:1.2.3.4]",
                           "[::1.2.3.4:5]",
                           "[127.0.0.1]",
                           "[::1 ]"});
}

TEST(url_host, some_characters_are_in_no_domain) {
  expect_no_hosts("http", {"a b",
                           "a<b",
                           "a>b",
                           "a[b",
                           "a]b",
                           "a^b",
                           "a|b",
                           "a%b",
                           "a%20b",
                           "a%00b",
                           "a%2fb",
                           "a%3ab",
                           "a%7fb",
                           "a\x01"
                           "b",
                           "a\x7f"
                           "b",
                           "％",
                           "\u00ad",
                           "a%ffb",
                           "ü%00b",
                           "a\xff"});
}

TEST(url_host, of_a_scheme_that_is_not_special_is_nearly_any_text) {
  expect_hosts("redis", {{"EXAMPLE", "EXAMPLE"},
                         {"a%41", "a%41"},
                         {"é", "%C3%A9"},
                         {"127.1", "127.1"},
                         {"a\x01"
                          "b",
                          "a%01b"},
                         {"", ""},
                         {"[0::1]", "[::1]"}});
  expect_no_hosts("redis", {"a b", "a<b", "a^b", "a|b", "[::1", "a[b"});
}

TEST(url_host, a_password_and_a_port_are_not_mistaken_for_it) {
  const auto u = url::parse("http://[::1]@b:c@[::2]:81/x@y");
  ASSERT_TRUE(u);
  EXPECT_EQ(u->host(), "[::2]");
  EXPECT_EQ(u->port(), 81);
  EXPECT_EQ(u->path(), "/x@y");
}

}  // namespace
}  // namespace eddy
