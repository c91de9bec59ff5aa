// SPDX-License-Identifier: MIT
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include <eddy/http/cookies.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
constexpr cookie_jar::instant now(1'000'000'000s);

url at(std::string_view text) { return url::parse(text).value(); }

TEST(cookie_jar, gives_each_host_its_own) {
  cookie_jar jar;
  EXPECT_TRUE(jar.set("a=1", at("http://shop.test/"), now));
  EXPECT_TRUE(jar.set("b=2; Domain=shop.test", at("http://x.shop.test/"), now));
  EXPECT_FALSE(jar.set("c=3; Domain=other.test", at("http://shop.test/"), now));
  EXPECT_EQ(jar.header_for(at("http://shop.test/"), now), "a=1; b=2");
  EXPECT_EQ(jar.header_for(at("http://shop.test:81/"), now), "a=1; b=2") << "ports do not count";
  EXPECT_EQ(jar.header_for(at("http://y.x.shop.test/"), now), "b=2");
  EXPECT_EQ(jar.header_for(at("http://nshop.test/"), now), "");
  EXPECT_EQ(jar.header_for(at("http://other.test/"), now), "");
}

TEST(cookie_jar, gives_each_path_its_own_the_longest_first) {
  cookie_jar jar;
  jar.set("root=1; Path=/", at("http://a.test/"), now);
  jar.set("first=2; Path=/x", at("http://a.test/"), now);
  jar.set("second=3; Path=/x", at("http://a.test/"), now);
  EXPECT_EQ(jar.header_for(at("http://a.test/x/y?q"), now), "first=2; second=3; root=1");
  EXPECT_EQ(jar.header_for(at("http://a.test/x"), now), "first=2; second=3; root=1");
  EXPECT_EQ(jar.header_for(at("http://a.test/xy"), now), "root=1");
}

TEST(cookie_jar, one_of_the_same_name_domain_and_path_is_replaced_in_its_place) {
  cookie_jar jar;
  jar.set("a=1", at("http://a.test/"), now);
  jar.set("b=2", at("http://a.test/"), now);
  jar.set("a=3", at("http://a.test/"), now);
  jar.set("a=4; Path=/x", at("http://a.test/"), now);
  EXPECT_EQ(jar.header_for(at("http://a.test/"), now), "a=3; b=2");
  EXPECT_EQ(jar.size(), 3U);
}

TEST(cookie_jar, what_has_expired_is_not_sent_and_takes_its_like_along) {
  cookie_jar jar;
  jar.set("a=1; Max-Age=60", at("http://a.test/"), now);
  EXPECT_EQ(jar.header_for(at("http://a.test/"), now + 59s), "a=1");
  EXPECT_EQ(jar.header_for(at("http://a.test/"), now + 60s), "");
  EXPECT_TRUE(jar.all(now + 60s).empty());
  jar.set("a=; Max-Age=0", at("http://a.test/"), now);
  EXPECT_EQ(jar.size(), 0U);
}

TEST(cookie_jar, secure_ones_are_sent_over_https_and_not_replaced_over_http) {
  cookie_jar jar;
  jar.set("id=1; Secure; Path=/x", at("https://a.test/"), now);
  EXPECT_EQ(jar.header_for(at("http://a.test/x"), now), "");
  EXPECT_EQ(jar.header_for(at("https://a.test/x"), now), "id=1");
  EXPECT_EQ(jar.header_for(at("wss://a.test/x"), now), "id=1");
  EXPECT_FALSE(jar.set("id=evil; Path=/x", at("http://a.test/"), now));
  EXPECT_FALSE(jar.set("id=evil; Path=/x/y; Domain=a.test", at("http://b.a.test/"), now));
  EXPECT_TRUE(jar.set("id=fine; Path=/", at("http://a.test/"), now)) << "it hides nothing there";
  EXPECT_EQ(jar.header_for(at("https://a.test/x"), now), "id=1; id=fine");
}

TEST(cookie_jar, a_flood_ends_at_its_limits) {
  cookie_jar jar;
  for (int i = 0; i < 200; ++i) {
    jar.set("n" + std::to_string(i) + "=1", at("http://a.test/"), now);
  }
  EXPECT_EQ(jar.size(), 180U);
  EXPECT_FALSE(jar.header_for(at("http://a.test/"), now).contains("n19=")) << "the oldest went";
  EXPECT_TRUE(jar.header_for(at("http://a.test/"), now).contains("n20="));
  for (int i = 0; i < 4000; ++i) {
    jar.set("x=1", at("http://h" + std::to_string(i) + ".test/"), now);
  }
  EXPECT_EQ(jar.size(), 3000U);
  EXPECT_EQ(jar.header_for(at("http://a.test/"), now), "");
  EXPECT_EQ(jar.header_for(at("http://h3999.test/"), now), "x=1");
}

TEST(cookie_jar, what_has_expired_makes_room_before_what_has_not) {
  cookie_jar jar;
  jar.set("old=1", at("http://a.test/"), now);
  for (int i = 0; i < 2999; ++i) {
    jar.set("x=1; Max-Age=1", at("http://h" + std::to_string(i) + ".test/"), now);
  }
  jar.set("new=1", at("http://b.test/"), now + 1s);
  EXPECT_EQ(jar.size(), 2U);
  EXPECT_EQ(jar.header_for(at("http://a.test/"), now), "old=1");
}

TEST(cookie_jar, what_one_jar_held_can_go_into_another) {
  cookie_jar jar;
  jar.set("a=1; Domain=shop.test", at("http://x.shop.test/y/z"), now);
  cookie_jar other;
  for (cookie& c : jar.all(now)) other.set(std::move(c), now);
  EXPECT_EQ(other.all(now), jar.all(now));
  jar.clear();
  EXPECT_EQ(jar.size(), 0U);
  EXPECT_EQ(jar.header_for(at("http://x.shop.test/y"), now), "");
}

}  // namespace
}  // namespace eddy::http
