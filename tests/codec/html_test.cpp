// SPDX-License-Identifier: MIT
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <eddy/codec/html.hpp>

namespace eddy::html {
namespace {

document page(std::string_view bytes, limits limits = {}) {
  auto parsed = document::parse(bytes, limits);
  if (!parsed) throw std::runtime_error(parsed.error().message());
  return std::move(*parsed);
}

std::string refusal(std::string_view bytes, limits limits = {}) {
  const auto parsed = document::parse(bytes, limits);
  return parsed ? "accepted" : parsed.error().message();
}

std::vector<element> select(const document& in, std::string_view css) {
  return in.select(selector::parse(css).value());
}

element first(const document& in, std::string_view css) { return select(in, css).at(0); }

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(html, what_a_page_leaves_out_is_there) {
  const auto empty = page("");
  EXPECT_EQ(select(empty, "html").size(), 1U);
  EXPECT_EQ(select(empty, "html > body").size(), 1U);
  EXPECT_EQ(select(page("<tr><td>1"), "td").size(), 0U);
  EXPECT_EQ(select(page("<table><td>1"), "table > tbody > tr > td").size(), 1U);
  EXPECT_EQ(select(page("<p>one<p>two"), "body > p").size(), 2U);
}

TEST(html, a_page_that_ends_inside_an_end_tag_has_an_html) {
  EXPECT_EQ(select(page("<!></a s=\""), "html").size(), 1U);
}

TEST(html, names_and_attributes_are_found_whatever_their_case) {
  const auto parsed = page("<A HREF='/X' Class=\"b\" disabled>x</A>");
  const auto link = first(parsed, "a");
  EXPECT_EQ(link.name(), "a");
  EXPECT_EQ(link.attribute("href"), "/X");
  EXPECT_EQ(link.attribute("Href"), "/X");
  EXPECT_EQ(link.attribute("disabled"), "");
  EXPECT_EQ(link.attribute("title"), std::nullopt);
}

TEST(html, the_first_of_two_equal_attributes_counts) {
  EXPECT_EQ(first(page("<p a=1 a=2>"), "p").attribute("a"), "1");
}

TEST(html, character_references_are_replaced) {
  const auto parsed = page("<p title='a&quot;b&amp;c'>&lt;b&gt; &#8364;&#x20AC; &eacute;");
  EXPECT_EQ(first(parsed, "p").text(), "<b> €€ é");
  EXPECT_EQ(first(parsed, "p").attribute("title"), "a\"b&c");
}

TEST(html, white_space_in_a_text_is_collapsed_and_trimmed) {
  EXPECT_EQ(first(page("<p>\n  a \t b<b> c </b> d\r\n</p>"), "p").text(), "a b c d");
  EXPECT_EQ(first(page("<p> a <b> b </b></p>"), "b").text(), "b");
  EXPECT_EQ(first(page("<p>  \n </p>"), "p").text(), "");
}

TEST(html, a_space_that_does_not_break_is_kept) {
  EXPECT_EQ(first(page("<p>12&nbsp;€</p>"), "p").text(), "12\u00A0€");
}

TEST(html, blocks_and_line_breaks_separate_words_and_inline_elements_do_not) {
  EXPECT_EQ(first(page("<p>one<br>two</p>"), "p").text(), "one two");
  EXPECT_EQ(first(page("<table><tr><td>1<td>2</table>"), "tr").text(), "1 2");
  EXPECT_EQ(first(page("<ul><li>a</li><li>b</li></ul>"), "ul").text(), "a b");
  EXPECT_EQ(first(page("<p>a<b>b</b><i>c</i></p>"), "p").text(), "abc");
}

TEST(html, what_a_script_says_is_its_own_text_only) {
  const auto parsed = page("<div>a <script>var x;</script><style>p{}</style> b</div>");
  EXPECT_EQ(first(parsed, "div").text(), "a b");
  EXPECT_EQ(first(parsed, "script").text(), "var x;");
}

TEST(html, the_title_is_the_pages_and_not_a_drawings) {
  EXPECT_EQ(page("<title> Two\nwords </title>").title(), "Two words");
  EXPECT_EQ(page("<svg><title>drawing</title></svg><title>page</title>").title(), "page");
  EXPECT_EQ(page("<p>none").title(), "");
}

TEST(html, elements_outlive_a_move_of_their_document) {
  auto before = page("<p id=x>text</p>");
  const auto found = first(before, "p");
  const auto after = std::move(before);
  EXPECT_EQ(found.text(), "text");
  EXPECT_EQ(found.attribute("id"), "x");
}

TEST(html, a_text_may_start_with_blanks_and_go_on_after_a_tag_that_is_ignored) {
  // The parser's own text buffer overflows here, unless its size is corrected.
  const auto parsed = page(repeated(" ", 46) + "ble>H<tr>b");
  EXPECT_EQ(first(parsed, "body").text(), "ble>Hb");
}

TEST(html, a_page_longer_than_a_piece_is_read_as_one) {
  // Comments everywhere, so that a piece would end within one.
  std::string bytes;
  constexpr int rows = 20'000;
  for (int i = 0; i < rows; ++i) bytes += fmt::format("<p>{}<!-- {} --></p><!---->", i, i);
  const auto parsed = page(bytes);
  const auto found = select(parsed, "body > p");
  ASSERT_EQ(found.size(), std::size_t{rows});
  for (int i = 0; i < rows; ++i) {
    ASSERT_EQ(found[static_cast<std::size_t>(i)].text(), std::to_string(i));
  }
}

TEST(html_limits, a_page_of_the_most_bytes_is_accepted_and_one_more_refused) {
  EXPECT_EQ(refusal("12345678", {.max_bytes = 8}), "accepted");
  EXPECT_EQ(refusal("123456789", {.max_bytes = 8}), "the page has 9 bytes; the limit is 8");
}

TEST(html_limits, elements_are_counted_inside_one_another_with_html_and_body) {
  const limits limits{.max_depth = 5};
  EXPECT_EQ(refusal("<div><div><div>", limits), "accepted");
  EXPECT_EQ(refusal("<div><div><div><div>", limits),
            "the page has more than 5 elements inside one another");
  EXPECT_EQ(refusal("<div><div><div><br>", limits),
            "the page has more than 5 elements inside one another");
}

TEST(html_limits, twenty_thousand_elements_inside_one_another_are_refused) {
  for (const std::string_view tag : {"<div>", "<b>", "<table><td>", "<svg>", "<x-y>", "<a><div>"}) {
    EXPECT_EQ(refusal(repeated(tag, 20'000)),
              "the page has more than 512 elements inside one another")
        << tag;
  }
}

TEST(html_limits, a_page_as_deep_as_the_limit_says_needs_no_stack) {
  const limits limits{.max_depth = 20'000};
  const auto parsed = page(repeated("<div>", 19'998) + "x", limits);
  EXPECT_EQ(select(parsed, "div").size(), 19'998U);
  EXPECT_EQ(first(parsed, "div").text(), "x");
}

TEST(html_limits, elements_that_the_parser_adds_count_as_well) {
  std::string bytes = "<p>";
  for (int i = 0; i < 100; ++i) bytes += fmt::format("<b x{}>", i);
  bytes += repeated("</p><p>x", 1'000);  // each opens the hundred again
  EXPECT_EQ(refusal(bytes, {.max_nodes = 50'000}),
            "the page has more than 50000 elements and texts");
}

TEST(html_limits, attributes_have_a_limit_in_proportion_to_the_pages) {
  EXPECT_EQ(refusal("<p" + repeated(" a", 50'000) + ">", {.max_bytes = 200'000}),
            "the page's attributes take more than 1600000 bytes");
  EXPECT_EQ(refusal("<p title='" + repeated("long", 40'000) + "'>", {.max_bytes = 200'000}),
            "accepted");
}

TEST(html_limits, names_that_html_does_not_know_have_a_limit) {
  // Beyond 131,072 of them the parser would write over memory.
  std::string bytes;
  for (int i = 0; i < 140'000; ++i) bytes += fmt::format("<a{}></a{}>", i, i);
  EXPECT_EQ(refusal(bytes),
            "the page has more than 1000 names of elements that HTML does not know");
}

}  // namespace
}  // namespace eddy::html
