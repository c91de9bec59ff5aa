// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include <eddy/codec/url.hpp>

namespace eddy {
namespace {

struct failure {
  std::string_view text;
  std::size_t position;
  std::string_view what;
};

TEST(url_error, says_what_is_wrong_and_where) {
  const failure cases[] = {
      {"", 0, "the URL is empty"},
      {" \n ", 3, "the URL is empty"},
      {"//host/x", 0, "the URL has no scheme, such as `http://`, at its beginning"},
      {"example.com/x", 0, "the URL has no scheme, such as `http://`, at its beginning"},
      {"ht!tp://host/", 0, "the URL has no scheme, such as `http://`, at its beginning"},
      {"http://", 7, "a `http:` URL needs a host here"},
      {"http:///?q", 8, "a `http:` URL needs a host here"},
      {"http://user@/x", 12, "there is no host after the `@`"},
      {"http://user@:80/x", 12, "a `http:` URL needs a host here"},
      {"redis://:80/", 8, "a `redis:` URL needs a host here"},
      {"http://host:8x/", 13, "a port has digits only"},
      {"http://host:-1/", 12, "a port has digits only"},
      {"http://host:65536/", 12, "a port is at most 65535"},
      {"http://host:99999999999999999999/", 12, "a port is at most 65535"},
      {"http://ex ample/", 9, "a host cannot contain a space"},
      {"http://ex<ample/", 9, "a host cannot contain `<`"},
      {"http://ex%41<ample/", 12, "a host cannot contain `<`"},
      {"http://ex%3cample/", 7, "a host cannot contain `<`"},
      {"http://ex\x01mple/", 9, "a host cannot contain the control character 0x01"},
      {"http://a%zz/", 8, "a host cannot contain `%`"},
      {"redis://a^b/", 9, "a host cannot contain `^`"},
      {"file://a b/", 8, "a host cannot contain a space"},
      {"http://1.2.3.256/", 13, "256 is too large a number for its place in an IPv4 address"},
      {"http://%31.2.3.256/", 7, "256 is too large a number for its place in an IPv4 address"},
      {"http://1.2.x.4/", 11, "`x` is not a number, and an IPv4 address has only those"},
      {"http://1.2.3.4.5/", 7, "an IPv4 address has no more than four numbers, not 5"},
      {"http://[::1/", 7, "the `[` of an IPv6 address has no `]` at the end of the host"},
      {"http://[1::2::3]/", 12, "an IPv6 address has `::` no more than once"},
      {"http://[::g]/", 10, "only hexadecimal digits and colons make an IPv6 address"},
      {"http://[12345::]/", 12, "a number in an IPv6 address has no more than four digits"},
      {"http://[1:2]/", 11, "an IPv6 address has eight numbers, or `::` for some of them"},
      {"http://\u00ad/", 7, "nothing visible is left of the host"},
  };
  for (const auto& [text, position, what] : cases) {
    const auto result = url::parse(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().position(), position) << text;
    EXPECT_EQ(result.error().message(),
              std::string(what) + " (at byte " + std::to_string(position) + ")")
        << text;
  }
}

TEST(url_error, counts_what_was_ignored_on_the_way_to_it) {
  const auto result = url::parse("  ht\ttp://ho\nst:8\r\nx/");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().position(), 19U);
}

TEST(url_error, of_a_host_says_what_idna_has_against_it) {
  const auto result = url::parse("http://a\u200db.example/");
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().message().starts_with("the host has no form for DNS: "))
      << result.error().message();
}

TEST(url_error, names_the_base_that_nothing_can_be_relative_to) {
  const auto base = url::parse("mailto:x");
  ASSERT_TRUE(base);
  const auto result = url::parse("page.html", *base);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message(),
            "nothing but a `#` can be relative to a `mailto:` URL (at byte 0)");
}

TEST(url_error, of_a_relative_url_is_one_of_its_host_as_well) {
  const auto base = url::parse("http://host/");
  ASSERT_TRUE(base);
  const auto result = url::parse("//a b/", *base);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().position(), 3U);
}

}  // namespace
}  // namespace eddy
