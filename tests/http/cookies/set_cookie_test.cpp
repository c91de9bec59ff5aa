// SPDX-License-Identifier: MIT
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include <eddy/http/cookies.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
constexpr std::chrono::sys_seconds now(1'000'000'000s);

std::optional<cookie> read(std::string_view value,
                           std::string_view from = "https://a.shop.test/x/y") {
  return parse_set_cookie(value, url::parse(from).value(), now);
}

TEST(set_cookie, a_bare_one_is_for_its_host_and_folder) {
  EXPECT_EQ(read("id=7"),
            (cookie{.name = "id", .value = "7", .domain = "a.shop.test", .path = "/x"}));
  EXPECT_EQ(read("id=7", "http://a.test/x")->path, "/");
  EXPECT_EQ(read("id=7", "http://a.test/x/")->path, "/x");
  EXPECT_EQ(read(" id = a=b \t;")->value, "a=b");
  EXPECT_EQ(read("id=\"q\"")->value, "\"q\"") << "the quotes belong to it";
}

TEST(set_cookie, what_has_no_name_or_control_bytes_or_is_huge_is_none) {
  EXPECT_FALSE(read(""));
  EXPECT_FALSE(read("id"));
  EXPECT_FALSE(read("id; x=y"));
  EXPECT_FALSE(read("=7"));
  EXPECT_FALSE(read("id=a\x01"));
  EXPECT_TRUE(read("id=" + std::string(4094, 'x')));
  EXPECT_FALSE(read("id=" + std::string(4095, 'x')));
}

TEST(set_cookie, attributes_are_read_without_regard_to_case) {
  EXPECT_EQ(
      read("id=7; PATH=/z; SECURE; httponly; DoMaIn=.Shop.Test; Odd; SameSite=Lax; Max-age=60"),
      (cookie{.name = "id",
              .value = "7",
              .domain = "shop.test",
              .host_only = false,
              .path = "/z",
              .secure = true,
              .http_only = true,
              .expires = now + 60s}));
  EXPECT_EQ(read("id=7; Path=z")->path, "/x") << "not a path: the usual one";
  EXPECT_EQ(read("id=7; Path=/" + std::string(2000, 'p'))->path, "/x");
}

TEST(set_cookie, max_age_counts_more_than_expires) {
  const std::string date = "; Expires=Sun, 09 Sep 2001 02:46:40 GMT";  // an hour from now
  EXPECT_EQ(read("a=b" + date)->expires, now + 1h);
  EXPECT_EQ(read("a=b; Max-Age=5" + date)->expires, now + 5s);
  EXPECT_EQ(read("a=b" + date + "; Max-Age=5")->expires, now + 5s);
  EXPECT_EQ(read("a=b; Max-Age=soon" + date)->expires, now + 1h);
  EXPECT_EQ(read("a=b; Max-Age=-9")->expires, now);
  EXPECT_EQ(read("a=b; Max-Age=99999999999999999999")->expires, now + std::chrono::days(400));
  EXPECT_EQ(read("a=b; Expires=Fri, 31 Dec 9999 23:59:59 GMT")->expires,
            now + std::chrono::days(400));
  EXPECT_EQ(read("a=b; Expires=whenever")->expires, std::nullopt);
}

TEST(set_cookie, nobody_sets_one_for_another_site) {
  EXPECT_FALSE(read("a=b; Domain=other.test"));
  EXPECT_FALSE(read("a=b; Domain=b.shop.test"));
  EXPECT_FALSE(read("a=b; Domain=x.a.shop.test")) << "a host below ours is another";
  EXPECT_FALSE(read("a=b; Domain=hop.test"));
  EXPECT_FALSE(read("a=b; Domain=shop.test/x"));
  EXPECT_FALSE(read("a=b; Domain=u@shop.test"));
  EXPECT_FALSE(read("a=b; Domain=127.0.0.1"));
  EXPECT_FALSE(read("a=b; Domain=0.0.1", "http://127.0.0.1/"));
  EXPECT_TRUE(read("a=b; Domain=127.0.0.1", "http://127.0.0.1/"));
}

TEST(set_cookie, nobody_sets_one_for_a_public_suffix) {
  EXPECT_FALSE(read("a=b; Domain=test"));
  EXPECT_FALSE(read("a=b; Domain=co.uk", "http://shop.co.uk/"));
  EXPECT_FALSE(read("a=b; Domain=github.io", "http://me.github.io/"));
  EXPECT_TRUE(read("a=b; Domain=shop.co.uk", "http://www.shop.co.uk/"));
  const auto own = read("a=b; Domain=github.io", "http://github.io/");
  EXPECT_TRUE(own && own->host_only) << "its own host may, for itself";
  EXPECT_TRUE(read("a=b; Domain=localhost", "http://localhost/")->host_only);
}

TEST(set_cookie, domains_beyond_ascii_are_the_same_in_either_spelling) {
  EXPECT_EQ(read("a=b; Domain=bücher.test", "http://xn--bcher-kva.test/")->domain,
            "xn--bcher-kva.test");
}

TEST(set_cookie, secure_ones_come_over_https_alone) {
  EXPECT_TRUE(read("a=b; Secure", "https://a.test/"));
  EXPECT_FALSE(read("a=b; Secure", "http://a.test/"));
}

TEST(set_cookie, a_name_with_a_promise_keeps_it) {
  EXPECT_TRUE(read("__Secure-a=b; Secure"));
  EXPECT_FALSE(read("__Secure-a=b"));
  EXPECT_TRUE(read("__Host-a=b; Secure; Path=/"));
  EXPECT_FALSE(read("__Host-a=b; Secure"));
  EXPECT_FALSE(read("__Host-a=b; Secure; Path=/; Domain=a.shop.test"));
  EXPECT_FALSE(read("__hOsT-a=b; Path=/"));
}

}  // namespace
}  // namespace eddy::http
