// SPDX-License-Identifier: MIT
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/codec/robots.hpp>

namespace eddy::robots {
namespace {

using namespace std::string_view_literals;

bool allowed(std::string_view file, std::string_view path) {
  return parse(file, "eddy").allowed(path);
}

// Whether a path may be fetched under one pair of rules for everyone.
bool allowed_by(std::string_view rule_lines, std::string_view path) {
  return allowed("User-agent: *\n" + std::string(rule_lines), path);
}

TEST(robots, rules_made_by_default_allow_everything) {
  EXPECT_TRUE(rules().allowed("/"));
  EXPECT_EQ(rules().crawl_delay(), std::nullopt);
  EXPECT_TRUE(rules().sitemaps().empty());
  EXPECT_TRUE(allowed("", "/a"));
}

TEST(robots, a_rule_matches_the_beginning_of_a_path_and_case_counts) {
  EXPECT_FALSE(allowed_by("Disallow: /cart", "/cart"));
  EXPECT_FALSE(allowed_by("Disallow: /cart", "/cart/1"));
  EXPECT_FALSE(allowed_by("Disallow: /cart", "/cartoons"));
  EXPECT_FALSE(allowed_by("Disallow: /cart", "/cart?x=1"));
  EXPECT_TRUE(allowed_by("Disallow: /cart", "/Cart"));
  EXPECT_TRUE(allowed_by("Disallow: /cart", "/shop/cart"));
  EXPECT_TRUE(allowed_by("Disallow: /cart/", "/cart"));
  EXPECT_FALSE(allowed_by("Disallow: /", "/"));
}

TEST(robots, an_empty_rule_says_nothing) {
  EXPECT_TRUE(allowed_by("Disallow:", "/a"));
  EXPECT_FALSE(allowed_by("Allow:\nDisallow: /", "/a"));
}

TEST(robots, the_longest_match_decides_wherever_it_stands) {
  EXPECT_TRUE(allowed_by("Disallow: /\nAllow: /public", "/public/a"));
  EXPECT_TRUE(allowed_by("Allow: /public\nDisallow: /", "/public/a"));
  EXPECT_FALSE(allowed_by("Allow: /public\nDisallow: /public/not", "/public/not/a"));
  EXPECT_FALSE(allowed_by("Allow: /public\nDisallow: /*/a", "/other/a"));
}

TEST(robots, allow_wins_between_two_of_the_same_length) {
  EXPECT_TRUE(allowed_by("Disallow: /a\nAllow: /a", "/a"));
  EXPECT_TRUE(allowed_by("Allow: /a\nDisallow: /a", "/a"));
  EXPECT_TRUE(allowed_by("Disallow: /*b\nAllow: /a*", "/ab"));
}

TEST(robots, stars_and_dollars) {
  EXPECT_FALSE(allowed_by("Disallow: /*.gif$", "/a/b.gif"));
  EXPECT_TRUE(allowed_by("Disallow: /*.gif$", "/a/b.gif?x"));
  EXPECT_FALSE(allowed_by("Disallow: /*.gif", "/a/b.gif?x"));
  EXPECT_FALSE(allowed_by("Disallow: *.pdf", "/x.pdf"));
  EXPECT_FALSE(allowed_by("Disallow: /a*b*c$", "/aXbYbZc"));
  EXPECT_TRUE(allowed_by("Disallow: /a*b*c$", "/aXcYb"));
  EXPECT_FALSE(allowed_by("Disallow: /a$", "/a"));
  EXPECT_TRUE(allowed_by("Disallow: /a$", "/ab"));
  EXPECT_FALSE(allowed_by("Disallow: /**", "/x"));
  EXPECT_FALSE(allowed_by("Disallow: /*$", "/x"));
  EXPECT_FALSE(allowed_by("Disallow: /a*a$", "/aa"));
  EXPECT_TRUE(allowed_by("Disallow: /a*a$", "/a"));
}

TEST(robots, special_characters_can_be_meant_literally) {
  EXPECT_FALSE(allowed_by("Disallow: /a%2Ab", "/a*b"));
  EXPECT_TRUE(allowed_by("Disallow: /a%2Ab", "/axb"));
  EXPECT_FALSE(allowed_by("Disallow: /a%24", "/a$"));
  EXPECT_TRUE(allowed_by("Disallow: /a%24", "/a"));
  EXPECT_FALSE(allowed_by("Disallow: /a$b", "/a$b"));
}

TEST(robots, percent_encoding_does_not_matter) {
  EXPECT_FALSE(allowed_by("Disallow: /café", "/caf%C3%A9"));
  EXPECT_FALSE(allowed_by("Disallow: /caf%c3%a9", "/café"));
  EXPECT_FALSE(allowed_by("Disallow: /%7Ejoe", "/~joe"));
  EXPECT_FALSE(allowed_by("Disallow: /~joe", "/%7ejoe"));
  EXPECT_FALSE(allowed_by("Disallow: /a b", "/a%20b"));
}

TEST(robots, an_encoded_slash_is_another_character_than_a_slash) {
  EXPECT_TRUE(allowed_by("Disallow: /a/b", "/a%2Fb"));
  EXPECT_FALSE(allowed_by("Disallow: /a%2fb", "/a%2Fb"));
}

TEST(robots, a_stray_percent_sign_stands_for_itself) {
  EXPECT_FALSE(allowed_by("Disallow: /100%", "/100%25"));
  EXPECT_FALSE(allowed_by("Disallow: /%zz", "/%25zz"));
  EXPECT_TRUE(allowed_by("Disallow: /%2561", "/a"));
}

TEST(robots, robots_txt_itself_is_always_allowed) {
  EXPECT_TRUE(allowed_by("Disallow: /", "/robots.txt"));
  EXPECT_TRUE(allowed_by("Disallow: /robots.txt", "/robots%2Etxt"));
}

TEST(robots, a_group_for_the_crawler_replaces_the_one_for_everyone) {
  constexpr std::string_view file =
      "User-agent: *\nDisallow: /\n\nUser-agent: Eddy\nDisallow: /cart\n";
  EXPECT_TRUE(allowed(file, "/a"));
  EXPECT_FALSE(allowed(file, "/cart"));
  EXPECT_FALSE(parse(file, "other").allowed("/a"));
}

TEST(robots, a_group_for_the_crawler_without_rules_allows_everything) {
  EXPECT_TRUE(allowed("User-agent: *\nDisallow: /\nUser-agent: eddy\nDisallow:\n", "/a"));
}

TEST(robots, the_crawlers_name_is_compared_whole_without_version_and_case) {
  EXPECT_FALSE(allowed("User-agent: EDDY\nDisallow: /", "/a"));
  EXPECT_FALSE(allowed("User-agent: eddy/1.0\nDisallow: /", "/a"));
  EXPECT_TRUE(allowed("User-agent: eddybot\nDisallow: /", "/a"));
  EXPECT_TRUE(allowed("User-agent: ed\nDisallow: /", "/a"));
}

TEST(robots, one_group_may_be_for_several_crawlers) {
  constexpr std::string_view file =
      "User-agent: a\nUser-agent: eddy\nUser-agent: b\nDisallow: /x\n"
      "User-agent: c\nDisallow: /\n";
  EXPECT_FALSE(allowed(file, "/x"));
  EXPECT_TRUE(allowed(file, "/y"));
  EXPECT_FALSE(allowed("User-agent: *\nUser-agent: a\nDisallow: /x", "/x"));
}

TEST(robots, an_empty_line_does_not_end_a_list_of_crawlers) {
  EXPECT_FALSE(allowed("User-agent: eddy\n\nUser-agent: *\nDisallow: /", "/a"));
}

TEST(robots, groups_for_the_same_crawler_are_one) {
  constexpr std::string_view file =
      "User-agent: eddy\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n\nUser-agent: eddy\n"
      "Disallow: /b\n";
  EXPECT_FALSE(allowed(file, "/a"));
  EXPECT_FALSE(allowed(file, "/b"));
  EXPECT_TRUE(allowed(file, "/c"));
}

TEST(robots, lines_that_are_no_part_of_a_group_do_not_end_its_list_of_crawlers) {
  constexpr std::string_view file =
      "User-agent: eddy\nSitemap: http://x/s.xml\nFoo: bar\nCrawl-delay: 3\n\nUser-agent: b\n"
      "Disallow: /x\n";
  EXPECT_FALSE(allowed(file, "/x"));
  EXPECT_EQ(parse(file, "eddy").crawl_delay(), 3);
  EXPECT_EQ(parse(file, "b").crawl_delay(), std::nullopt);
}

TEST(robots, rules_before_any_crawler_are_ignored) {
  EXPECT_TRUE(allowed("Disallow: /\nUser-agent: *\nAllow: /a", "/b"));
}

TEST(robots, lines_may_end_in_three_ways_and_have_blanks_and_comments) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const std::string file = "# hello" + end + "  USER-AGENT :\t* # all" + end + "disallow:/a#b" +
                             end + "Disallow : /c d " + end;
    EXPECT_FALSE(allowed(file, "/a"));
    EXPECT_FALSE(allowed(file, "/c%20d"));
    EXPECT_TRUE(allowed(file, "/b"));
  }
}

TEST(robots, bad_lines_and_binary_rubbish_are_ignored) {
  EXPECT_FALSE(allowed(
      "<html>\n:\n\x00\xff\nUser-agent\nUser-agent: *\nDisallow /\n:/\nDisallow: /a"sv, "/a"));
}

TEST(robots, a_byte_order_mark_is_skipped) {
  EXPECT_FALSE(allowed("\uFEFFUser-agent: *\nDisallow: /a", "/a"));
}

TEST(robots, the_longest_crawl_delay_counts_and_only_numbers_do) {
  const auto delay = [](std::string_view lines) {
    return parse("User-agent: *\n" + std::string(lines), "eddy").crawl_delay();
  };
  EXPECT_EQ(delay("Crawl-delay: 0.02"), 0.02);
  EXPECT_EQ(delay("crawl-delay: 1\nCrawl-Delay: 10\nCrawl-delay: 5"), 10);
  EXPECT_EQ(delay("Crawl-delay: 0"), 0);
  for (const auto* wrong : {"", "x", "-1", "inf", "nan", "1e3", "5s", "1,5"}) {
    EXPECT_EQ(delay("Crawl-delay: " + std::string(wrong)), std::nullopt) << wrong;
  }
}

TEST(robots, sitemaps_are_for_everyone_and_keep_their_colons) {
  const auto parsed = parse(
      "Sitemap: http://x.test/a.xml\nUser-agent: other\nsitemap: http://x.test/b.xml # two\n"
      "Sitemap:\n",
      "eddy");
  EXPECT_EQ(parsed.sitemaps(),
            (std::vector<std::string>{"http://x.test/a.xml", "http://x.test/b.xml"}));
}

TEST(robots, what_lies_beyond_500_kib_is_ignored_with_the_line_cut_in_two) {
  std::string file = "User-agent: *\nDisallow: /a\n";
  file += "#" + std::string((500 * 1024) - file.size() - 13, 'x') + "\nDisallow: /bc\nDisallow: /d";
  EXPECT_FALSE(allowed(file, "/a"));
  EXPECT_TRUE(allowed(file, "/b"));
  EXPECT_TRUE(allowed(file, "/bc"));
  EXPECT_TRUE(allowed(file, "/d"));
}

TEST(robots, a_pattern_of_many_stars_is_matched_quickly) {
  std::string pattern = "/";
  for (int i = 0; i < 10'000; ++i) pattern += "*a";
  EXPECT_TRUE(allowed_by("Disallow: " + pattern + "$", "/" + std::string(9'999, 'a')));
  EXPECT_FALSE(allowed_by("Disallow: " + pattern + "$", "/" + std::string(20'000, 'a')));
}

}  // namespace
}  // namespace eddy::robots
