// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/codec/url.hpp>

namespace eddy {
namespace {

url parsed(std::string_view text) {
  auto result = url::parse(text);
  if (!result) throw std::runtime_error(std::string(text) + ": " + result.error().message());
  return *std::move(result);
}

struct normalization {
  std::string_view text;
  std::string_view href;
};

void expect_normalized(const std::vector<normalization>& cases) {
  for (const auto& [text, href] : cases) {
    const auto result = url::parse(text);
    ASSERT_TRUE(result) << text << ": " << result.error().message();
    EXPECT_EQ(result->href(), href) << text;
    const auto again = url::parse(result->href());
    EXPECT_TRUE(again && *again == *result) << href << " does not read as itself";
  }
}

struct resolution {
  std::string_view reference;
  std::string_view href;
};

void expect_resolved(std::string_view base, const std::vector<resolution>& cases) {
  const url parsed_base = parsed(base);
  for (const auto& [reference, href] : cases) {
    const auto result = url::parse(reference, parsed_base);
    ASSERT_TRUE(result) << reference << ": " << result.error().message();
    EXPECT_EQ(result->href(), href) << "`" << reference << "` at " << base;
  }
}

// A blank in front sends it past the shortcut for what is normalised already.
TEST(url, reads_alike_whether_it_is_normalised_already_or_has_a_blank_in_front) {
  const std::vector<std::string_view> hosts = {
      "a",         "a.test", "A.test",   "a..b",      ".a",       "a.",        "xn--a",
      "1.2.3.4",   "1.2.3",  "01.2.3.4", "1.2.3.256", "1.2.3.4.", "a.1",       "a.0x1",
      "1.2.3.4.5", "3com",   "a.3com",   "0x7f",      "a_b.test", "a%41.test", "",
      "u@a.test",  "u:p@a",  "[::1]",    "a b",       "a\tb",     "ü.test",    "127.0.0.1"};
  const std::vector<std::string_view> ports = {"",   ":",    ":80",    ":443",   ":8080",
                                               ":0", ":080", ":65535", ":65536", ":8x"};
  const std::vector<std::string_view> paths = {
      "",       "/",           "//",    "/a/b.html", "/./a",
      "/a/..",  "/a/%2e%2E/b", "/a%2e", "/%41",      "/a\\b",
      "\\a",    "/a b",        "/a\n",  "/a^`{}|~",  "/.well-known/x",
      "/a.",    "/ü",          "/a?",   "/a?q=1&r",  "/a?q='\"<>",
      "/a?q=ü", "/a?b/../c",   "/a#",   "/a#top",    "?q",
      "#top",   "/a ",         "/a?q="};
  const url base = parsed("http://base.test/x/y?z");
  for (const std::string_view scheme : {"http://", "https://", "HTTP://", "http:/", "ftp://"}) {
    for (const auto host : hosts) {
      for (const auto port : ports) {
        for (const auto path : paths) {
          const std::string text = std::string(scheme).append(host).append(port).append(path);
          const auto there = url::parse(text);
          const auto behind_blank = url::parse(" " + text);
          ASSERT_EQ(there.has_value(), behind_blank.has_value()) << text;
          if (!there) continue;
          ASSERT_EQ(there->href(), behind_blank->href()) << text;
          ASSERT_EQ(there->host(), behind_blank->host()) << text;
          ASSERT_EQ(there->port(), behind_blank->port()) << text;
          ASSERT_EQ(there->path(), behind_blank->path()) << text;
          ASSERT_EQ(there->query(), behind_blank->query()) << text;
          ASSERT_EQ(there->fragment(), behind_blank->fragment()) << text;
          ASSERT_EQ(there->username(), behind_blank->username()) << text;
          ASSERT_EQ(there->password(), behind_blank->password()) << text;
          ASSERT_EQ(there->without_fragment(), behind_blank->without_fragment()) << text;
          ASSERT_EQ(url::parse(text, base).has_value(), url::parse(" " + text, base).has_value());
          ASSERT_EQ(url::parse(text, base)->href(), url::parse(" " + text, base)->href()) << text;
        }
      }
    }
  }
}

TEST(url, has_parts) {
  const url u = parsed("https://user:secret@example.com:8443/a/b.html?q=1&r#top");
  EXPECT_EQ(u.scheme(), "https");
  EXPECT_EQ(u.username(), "user");
  EXPECT_EQ(u.password(), "secret");
  EXPECT_EQ(u.host(), "example.com");
  EXPECT_EQ(u.port(), 8443);
  EXPECT_EQ(u.path(), "/a/b.html");
  EXPECT_EQ(u.query(), "q=1&r");
  EXPECT_EQ(u.fragment(), "top");
}

TEST(url, has_empty_parts_where_there_is_nothing) {
  const url u = parsed("http://example.com");
  EXPECT_EQ(u.username(), "");
  EXPECT_EQ(u.password(), "");
  EXPECT_EQ(u.port(), std::nullopt);
  EXPECT_EQ(u.path(), "/");
  EXPECT_EQ(u.query(), "");
  EXPECT_EQ(u.fragment(), "");
}

TEST(url, with_an_opaque_path_has_no_host) {
  const url u = parsed("mailto:someone@example.com?subject=x");
  EXPECT_EQ(u.host(), "");
  EXPECT_EQ(u.username(), "");
  EXPECT_EQ(u.path(), "someone@example.com");
  EXPECT_EQ(u.query(), "subject=x");
  EXPECT_EQ(u.port_or_default(), std::nullopt);
}

TEST(url, keeps_a_user_without_a_password_and_the_other_way_round) {
  const url only_user = parsed("http://user@host/");
  EXPECT_EQ(only_user.username(), "user");
  EXPECT_EQ(only_user.password(), "");
  const url only_password = parsed("http://:secret@host/");
  EXPECT_EQ(only_password.username(), "");
  EXPECT_EQ(only_password.password(), "secret");
  expect_normalized({{"http://@host/", "http://host/"},
                     {"http://:@host/", "http://host/"},
                     {"http://user:@host/", "http://user@host/"},
                     {"http://a@b:c@d@host/", "http://a%40b:c%40d@host/"},
                     {"http://a:b:c@host/", "http://a:b%3Ac@host/"},
                     {"ftp://a|b:c^d@host/", "ftp://a%7Cb:c%5Ed@host/"}});
}

TEST(url, leaves_out_the_default_port) {
  EXPECT_EQ(parsed("http://host:80/").port(), std::nullopt);
  EXPECT_EQ(parsed("http://host:80/").port_or_default(), 80);
  EXPECT_EQ(parsed("https://host:80/").port(), 80);
  EXPECT_EQ(parsed("https://host/").port_or_default(), 443);
  EXPECT_EQ(parsed("http://host:0/").port(), 0);
  EXPECT_EQ(parsed("file:///x").port_or_default(), std::nullopt);
  expect_normalized({{"http://host:80/", "http://host/"},
                     {"https://host:443/", "https://host/"},
                     {"ws://host:80/", "ws://host/"},
                     {"wss://host:443/", "wss://host/"},
                     {"ftp://host:21/", "ftp://host/"},
                     {"http://host:443/", "http://host:443/"},
                     {"http://host:/", "http://host/"},
                     {"http://host:00080/", "http://host/"},
                     {"http://host:65535/", "http://host:65535/"},
                     {"redis://host:6379/", "redis://host:6379/"}});
}

TEST(url, has_an_origin_only_where_the_scheme_has_such_a_notion) {
  EXPECT_EQ(parsed("http://user:pw@Example.com:80/x?y#z").origin(), "http://example.com");
  EXPECT_EQ(parsed("http://example.com:81/x").origin(), "http://example.com:81");
  EXPECT_EQ(parsed("wss://[::1]/").origin(), "wss://[::1]");
  EXPECT_EQ(parsed("file:///x").origin(), "null");
  EXPECT_EQ(parsed("mailto:x").origin(), "null");
}

TEST(url, without_its_fragment_names_the_document) {
  EXPECT_EQ(parsed("http://host/p?q#f").without_fragment(), "http://host/p?q");
  EXPECT_EQ(parsed("http://host/p?q#").without_fragment(), "http://host/p?q");
  EXPECT_EQ(parsed("http://host/p").without_fragment(), "http://host/p");
}

TEST(url, asks_a_server_for_its_path_and_query) {
  EXPECT_EQ(parsed("http://host").path_and_query(), "/");
  EXPECT_EQ(parsed("http://host?q#f").path_and_query(), "/?q");
  EXPECT_EQ(parsed("http://host/a%20b?").path_and_query(), "/a%20b?");
}

TEST(url, is_equal_to_one_that_was_written_differently) {
  EXPECT_EQ(parsed("HTTP://EXAMPLE.com:80/a/../b"), parsed("http://example.com/b"));
  EXPECT_NE(parsed("http://example.com/b"), parsed("http://example.com/B"));
  EXPECT_NE(parsed("http://example.com/b"), parsed("http://example.com/b?"));
}

TEST(url, a_copy_outlives_the_original) {
  auto original = url::parse("http://example.com/a");
  const url copy = *original;
  original = url::parse("http://other.example/");
  EXPECT_EQ(copy.host(), "example.com");
}

TEST(url, ignores_blanks_around_it_and_line_breaks_within) {
  expect_normalized({{"  http://host/  ", "http://host/"},
                     {"\n\t http://host/x\r\n", "http://host/x"},
                     {"ht\ntp://ho\tst/a\r\nb", "http://host/ab"},
                     {"http://host/a b ", "http://host/a%20b"},
                     {std::string_view("\0\x1fhttp://host/\x01", 15), "http://host/"}});
}

TEST(url, a_backslash_is_a_slash_in_special_urls) {
  expect_normalized({{"http:\\\\host\\a\\b", "http://host/a/b"},
                     {"http://host\\@other/", "http://host/@other/"},
                     {"http://host/a\\..\\b", "http://host/b"},
                     {"http://host/?a\\b#c\\d", "http://host/?a\\b#c\\d"},
                     {"redis://host/a\\b", "redis://host/a\\b"}});
}

TEST(url, any_number_of_slashes_leads_to_a_host_in_special_urls) {
  expect_normalized({{"http:host/x", "http://host/x"},
                     {"http:/host/x", "http://host/x"},
                     {"http:////host/x", "http://host/x"},
                     {"https:/\\/host/x", "https://host/x"},
                     {"redis:/host/x", "redis:/host/x"},
                     {"redis:////host/x", "redis:////host/x"}});
}

TEST(url, has_no_dot_segments) {
  expect_normalized({{"http://host/a/./b", "http://host/a/b"},
                     {"http://host/a/../b", "http://host/b"},
                     {"http://host/a/b/..", "http://host/a/"},
                     {"http://host/a/b/.", "http://host/a/b/"},
                     {"http://host/../../a", "http://host/a"},
                     {"http://host/a/%2e/b", "http://host/a/b"},
                     {"http://host/a/%2E%2e/b", "http://host/b"},
                     {"http://host/a/.%2e/b", "http://host/b"},
                     {"http://host/a/%2e./b", "http://host/b"},
                     {"http://host/a/.../b", "http://host/a/.../b"},
                     {"http://host/a/..b", "http://host/a/..b"},
                     {"http://host/a//../b", "http://host/a/b"},
                     {"http://host/?/../#/..", "http://host/?/../#/.."},
                     {"redis://host/a/../b", "redis://host/b"}});
}

TEST(url, percent_encodes_what_each_part_cannot_contain) {
  expect_normalized({{"http://host/a b\"<>`{}^", "http://host/a%20b%22%3C%3E%60%7B%7D%5E"},
                     {"http://host/[x]|'~", "http://host/[x]|'~"},
                     {"http://host/?a b\"<>'`{}", "http://host/?a%20b%22%3C%3E%27`{}"},
                     {"redis://host/?'", "redis://host/?'"},
                     {"http://host/#a b\"<>`{}'", "http://host/#a%20b%22%3C%3E%60{}'"},
                     {"http://us er:p<w@host/", "http://us%20er:p%3Cw@host/"},
                     {"http://host/é?é#é", "http://host/%C3%A9?%C3%A9#%C3%A9"},
                     {"http://host/%zz%e9%", "http://host/%zz%e9%"},
                     {"http://host/a?b?c#d#e", "http://host/a?b?c#d#e"},
                     {"http://host/\x7f", "http://host/%7F"}});
}

TEST(url, bytes_that_are_not_utf8_stay_the_same_bytes) {
  expect_normalized({{"http://host/\xe9?\xff", "http://host/%E9?%FF"}});
}

TEST(url, keeps_the_difference_between_an_empty_query_and_none) {
  expect_normalized({{"http://host/?", "http://host/?"},
                     {"http://host/#", "http://host/#"},
                     {"http://host/?#", "http://host/?#"}});
}

TEST(url, knows_schemes_of_any_kind) {
  expect_normalized({{"mailto:a@b.example", "mailto:a@b.example"},
                     {"javascript:alert('x y')", "javascript:alert('x y')"},
                     {"data:text/plain,a b\xc3\xa9", "data:text/plain,a b%C3%A9"},
                     {"tel:+1-234", "tel:+1-234"},
                     {"about:blank", "about:blank"},
                     {"x-a+b.c:d", "x-a+b.c:d"},
                     {"localhost:8080", "localhost:8080"},
                     {"redis://host", "redis://host"},
                     {"redis://", "redis://"},
                     {"redis://host?q", "redis://host?q"},
                     {"web+x:/.//a", "web+x:/.//a"},
                     {"web+x:/a/..//b", "web+x:/.//b"},
                     {"x:", "x:"}});
}

TEST(url, a_path_of_two_slashes_without_a_host_is_marked_in_the_href_alone) {
  const url u = parsed("web+x:/.//a?q");
  EXPECT_EQ(u.path(), "//a");
  EXPECT_EQ(u.path_and_query(), "//a?q");
  EXPECT_EQ(u.host(), "");
}

TEST(url, a_space_at_the_end_of_an_opaque_path_survives) {
  expect_normalized({{"data:a  #f", "data:a %20#f"}, {"data:a ?q", "data:a%20?q"}});
  EXPECT_EQ(parsed("data:a #f").without_fragment(), "data:a%20");
}

TEST(url, of_a_file_knows_drives) {
  expect_normalized({{"file:///C:/a", "file:///C:/a"},
                     {"file:///C|/a", "file:///C:/a"},
                     {"file://C:/a", "file:///C:/a"},
                     {"file:C|/a", "file:///C:/a"},
                     {"file:///C:/..", "file:///C:/"},
                     {"file:///C:/a/../../..", "file:///C:/"},
                     {"file:///CD:/..", "file:///"},
                     {"file:\\\\C:\\a", "file:///C:/a"},
                     {"http://host/C|/a", "http://host/C|/a"}});
}

TEST(url, of_a_file_may_have_a_host) {
  expect_normalized({{"file://server/share", "file://server/share"},
                     {"file://LOCALHOST/x", "file:///x"},
                     {"file:///x", "file:///x"},
                     {"file:/x", "file:///x"},
                     {"file:x", "file:///x"},
                     {"file:", "file:///"},
                     {"file:?q", "file:///?q"},
                     {"file:////x", "file:////x"}});
}

TEST(url, is_resolved_against_the_page_that_it_is_on) {
  expect_resolved("http://user@host:81/a/b/c?q#f", {{"", "http://user@host:81/a/b/c?q"},
                                                    {"#g", "http://user@host:81/a/b/c?q#g"},
                                                    {"?r", "http://user@host:81/a/b/c?r"},
                                                    {"d", "http://user@host:81/a/b/d"},
                                                    {"./d", "http://user@host:81/a/b/d"},
                                                    {".", "http://user@host:81/a/b/"},
                                                    {"..", "http://user@host:81/a/"},
                                                    {"../d?r#g", "http://user@host:81/a/d?r#g"},
                                                    {"../../../../d", "http://user@host:81/d"},
                                                    {"/d", "http://user@host:81/d"},
                                                    {"\\d", "http://user@host:81/d"},
                                                    {"//other/d", "http://other/d"},
                                                    {"\\\\other\\d", "http://other/d"},
                                                    {"///other/d", "http://other/d"},
                                                    {"http:d", "http://user@host:81/a/b/d"},
                                                    {"http:/d", "http://user@host:81/d"},
                                                    {"http://other", "http://other/"},
                                                    {"https:d", "https://d/"},
                                                    {"mailto:x", "mailto:x"},
                                                    {" d\n", "http://user@host:81/a/b/d"},
                                                    {"d:e", "d:e"},
                                                    {"./d:e", "http://user@host:81/a/b/d:e"},
                                                    {"1:e", "http://user@host:81/a/b/1:e"},
                                                    {":e", "http://user@host:81/a/b/:e"},
                                                    {"C|/d", "http://user@host:81/a/b/C|/d"}});
}

TEST(url, that_is_relative_has_the_parts_of_its_base) {
  const auto u = url::parse("c", parsed("http://user:pw@host:81/a/b?q"));
  ASSERT_TRUE(u);
  EXPECT_EQ(u->username(), "user");
  EXPECT_EQ(u->password(), "pw");
  EXPECT_EQ(u->port(), 81);
  EXPECT_EQ(u->path(), "/a/c");
  EXPECT_EQ(u->query(), "");
}

TEST(url, is_resolved_against_bases_that_are_not_special) {
  expect_resolved("redis://host/a/b?q", {{"c", "redis://host/a/c"},
                                         {"/c", "redis://host/c"},
                                         {"//other", "redis://other"},
                                         {"///c", "redis:///c"},
                                         {"\\c", "redis://host/a/\\c"},
                                         {"redis:c", "redis:c"},
                                         {"#f", "redis://host/a/b?q#f"}});
  expect_resolved("redis://host", {{"c", "redis://host/c"}, {"?q", "redis://host?q"}});
  expect_resolved("web+x:/.//a", {{"b", "web+x:/.//b"}, {"../..", "web+x:/"}, {"/b", "web+x:/b"}});
  expect_resolved("web+x:/a/b", {{"..//c", "web+x:/.//c"}});
}

TEST(url, only_a_fragment_is_relative_to_an_opaque_path) {
  expect_resolved("mailto:x?q#f", {{"#g", "mailto:x?q#g"}, {"http://host", "http://host/"}});
}

TEST(url, of_a_file_is_resolved_on_the_same_drive) {
  expect_resolved("file:///C:/a/b", {{"c", "file:///C:/a/c"},
                                     {"/c", "file:///C:/c"},
                                     {"../../../c", "file:///C:/c"},
                                     {"/D:/c", "file:///D:/c"},
                                     {"D|/c", "file:///D:/c"},
                                     {"D:", "d:"},
                                     {"//server/c", "file://server/c"},
                                     {"///c", "file:///c"},
                                     {"?q", "file:///C:/a/b?q"},
                                     {"", "file:///C:/a/b"}});
  expect_resolved("file://server/a", {{"/c", "file://server/c"}, {"c", "file://server/c"}});
}

TEST(url, is_resolved_in_linear_time) {
  std::string reference;
  for (int i = 0; i < 100'000; ++i) reference += "a/../";
  const auto resolved = url::parse(reference, parsed("http://host/x/y"));
  ASSERT_TRUE(resolved);
  EXPECT_EQ(resolved->href(), "http://host/x/");
}

}  // namespace
}  // namespace eddy
