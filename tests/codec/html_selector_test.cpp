// SPDX-License-Identifier: MIT
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/codec/html.hpp>

namespace eddy::html {
namespace {

using ids = std::vector<std::string>;

document page(std::string_view bytes) { return std::move(document::parse(bytes).value()); }

ids ids_of(const std::vector<element>& elements) {
  ids found;
  for (const element& e : elements) found.push_back(e.attribute("id").value_or("?"));
  return found;
}

ids select(const document& in, std::string_view css) {
  return ids_of(in.select(selector::parse(css).value()));
}

std::string error_of(std::string_view css) {
  const auto parsed = selector::parse(css);
  return parsed ? "no error" : parsed.error().message();
}

const document& shop() {
  static const document parsed = page(R"(
    <ul id=list class="first list">
      <li id=one class=item>1</li>
      <li id=two class="item sale">2 <a id=a2 href=/p/2>two</a></li>
      text <!-- comment -->
      <li id=three class=item>3 <p id=p3><a id=a3 href=http://x/3.html rel="next nofollow">3</a></p></li>
    </ul>
    <p id=after lang=en-GB title=Hello></p>
    <div id=last><em id=em>e</em><p id=deep> </p></div>)");
  return parsed;
}

TEST(selector, types_ids_and_classes) {
  EXPECT_EQ(select(shop(), "li"), (ids{"one", "two", "three"}));
  EXPECT_EQ(select(shop(), "LI"), (ids{"one", "two", "three"}));
  EXPECT_EQ(select(shop(), "#two"), ids{"two"});
  EXPECT_EQ(select(shop(), ".item"), (ids{"one", "two", "three"}));
  EXPECT_EQ(select(shop(), "li.sale.item"), ids{"two"});
  EXPECT_EQ(select(shop(), ".Item"), ids{});
  EXPECT_EQ(select(shop(), ".ite"), ids{});
  EXPECT_EQ(select(shop(), "ul *"), (ids{"one", "two", "a2", "three", "p3", "a3"}));
}

TEST(selector, attributes) {
  EXPECT_EQ(select(shop(), "[href]"), (ids{"a2", "a3"}));
  EXPECT_EQ(select(shop(), "[ HREF = '/p/2' ]"), ids{"a2"});
  EXPECT_EQ(select(shop(), "[href^=http]"), ids{"a3"});
  EXPECT_EQ(select(shop(), "[href$='.html']"), ids{"a3"});
  EXPECT_EQ(select(shop(), "[href*=\"/\"]"), (ids{"a2", "a3"}));
  EXPECT_EQ(select(shop(), "[rel~=nofollow]"), ids{"a3"});
  EXPECT_EQ(select(shop(), "[rel~='next nofollow']"), ids{});
  EXPECT_EQ(select(shop(), "[lang|=en]"), ids{"after"});
  EXPECT_EQ(select(shop(), "[lang|=e]"), ids{});
  EXPECT_EQ(select(shop(), "[title=hello]"), ids{});
  EXPECT_EQ(select(shop(), "[title=hello i]"), ids{"after"});
  EXPECT_EQ(select(shop(), "[title*=ELL i]"), ids{"after"});
}

TEST(selector, an_empty_value_is_no_prefix_suffix_or_part) {
  EXPECT_EQ(select(shop(), "[href^=''], [href$=''], [href*=''], [class~='']"), ids{});
}

TEST(selector, combinators) {
  EXPECT_EQ(select(shop(), "ul a"), (ids{"a2", "a3"}));
  EXPECT_EQ(select(shop(), "li > a"), ids{"a2"});
  EXPECT_EQ(select(shop(), "li>a"), ids{"a2"});
  EXPECT_EQ(select(shop(), "li + li"), (ids{"two", "three"}));
  EXPECT_EQ(select(shop(), "#one ~ li"), (ids{"two", "three"}));
  EXPECT_EQ(select(shop(), "#two + p"), ids{});
  EXPECT_EQ(select(shop(), "ul + p ~ div > p"), ids{"deep"});
  EXPECT_EQ(select(shop(), "ul li p a"), ids{"a3"});
}

TEST(selector, a_far_ancestor_will_do_where_the_nearest_does_not) {
  const auto nested =
      page("<div id=x class=a><div id=y><div id=z class=a><p id=p></div></div></div>");
  EXPECT_EQ(select(nested, "body > .a > div p"), ids{"p"});
  EXPECT_EQ(select(nested, "body > .a p"), ids{"p"});
}

TEST(selector, an_element_is_found_once_and_in_the_order_of_the_document) {
  EXPECT_EQ(select(shop(), "#a3, li, ul li, #one, li ~ li"), (ids{"one", "two", "three", "a3"}));
  const auto nested = page("<div id=x><div id=y><div id=z><p id=p>");
  EXPECT_EQ(select(nested, "div > div p"), ids{"p"});
}

TEST(selector, positions) {
  EXPECT_EQ(select(shop(), "li:first-child"), ids{"one"});
  EXPECT_EQ(select(shop(), "li:last-child"), ids{"three"});
  EXPECT_EQ(select(shop(), "em:only-child"), ids{});
  EXPECT_EQ(select(shop(), "p:only-child"), ids{"p3"});
  EXPECT_EQ(select(shop(), "div > p:first-of-type"), ids{"deep"});
  EXPECT_EQ(select(shop(), "div > :only-of-type"), (ids{"em", "deep"}));
  EXPECT_EQ(select(shop(), "body > :nth-last-of-type(1)"), (ids{"list", "after", "last"}));
}

TEST(selector, formulas_of_nth_child) {
  const auto cells = page("<ol><li id=1><li id=2><li id=3><li id=4><li id=5><li id=6></ol>");
  const auto nth = [&](std::string formula) {
    return select(cells, "li:nth-child(" + std::move(formula) + ")");
  };
  EXPECT_EQ(nth("2"), ids{"2"});
  EXPECT_EQ(nth("odd"), (ids{"1", "3", "5"}));
  EXPECT_EQ(nth("EVEN"), (ids{"2", "4", "6"}));
  EXPECT_EQ(nth("3n"), (ids{"3", "6"}));
  EXPECT_EQ(nth(" 3n + 1 "), (ids{"1", "4"}));
  EXPECT_EQ(nth("3n-1"), (ids{"2", "5"}));
  EXPECT_EQ(nth("n+5"), (ids{"5", "6"}));
  EXPECT_EQ(nth("-n+2"), (ids{"1", "2"}));
  EXPECT_EQ(nth("-2n+5"), (ids{"1", "3", "5"}));
  EXPECT_EQ(nth("n"), (ids{"1", "2", "3", "4", "5", "6"}));
  EXPECT_EQ(nth("0n+0"), ids{});
  EXPECT_EQ(nth("-3"), ids{});
  EXPECT_EQ(select(cells, "li:nth-last-child(-n+2)"), (ids{"5", "6"}));
  for (const auto* wrong :
       {"", "x", "2x", "n2", "1 2", "+ 2", "n+", "--n", "+-1", "3 n", "99999999999", "2n++1"}) {
    EXPECT_EQ(error_of("li:nth-child(" + std::string(wrong) + ")"),
              "expected a formula such as 2, odd or 3n+1 (at byte 13)")
        << wrong;
  }
}

TEST(selector, states) {
  EXPECT_EQ(select(shop(), "p:empty"), (ids{"after", "deep"}));
  EXPECT_EQ(select(shop(), ":root").size(), 1U);
  EXPECT_EQ(select(shop(), ":root > body > ul"), ids{"list"});
}

TEST(selector, not_and_is) {
  EXPECT_EQ(select(shop(), "li:not(.sale)"), (ids{"one", "three"}));
  EXPECT_EQ(select(shop(), "li:not(.sale, #one)"), ids{"three"});
  EXPECT_EQ(select(shop(), "li:not(:first-child):not(:last-child)"), ids{"two"});
  EXPECT_EQ(select(shop(), ":is( em , p )[id]"), (ids{"p3", "after", "em", "deep"}));
  EXPECT_EQ(select(shop(), "li:not(:not(.sale))"), ids{"two"});
}

TEST(selector, escapes_and_names_beyond_ascii) {
  const auto odd = page(
      "<p id=a class='1st'><p id=b class='a.b'><p id=c class='größe'>"
      "<p id=d title='say \"hi\"'>");
  EXPECT_EQ(select(odd, ".\\31 st"), ids{"a"});
  EXPECT_EQ(select(odd, ".\\000031st"), ids{"a"});
  EXPECT_EQ(select(odd, ".a\\.b"), ids{"b"});
  EXPECT_EQ(select(odd, ".größe"), ids{"c"});
  EXPECT_EQ(select(odd, ".gr\\F6\\DF e"), ids{"c"});
  EXPECT_EQ(select(odd, "[title='say \\\"hi\\\"']"), ids{"d"});
}

TEST(selector, an_element_sees_itself_and_what_is_inside_it) {
  const auto list = shop().select(selector::parse("#three").value()).at(0);
  const auto inside = [&](std::string_view css) {
    return ids_of(list.select(selector::parse(css).value()));
  };
  EXPECT_EQ(inside("a"), ids{"a3"});
  EXPECT_EQ(inside("li a"), ids{"a3"});
  EXPECT_EQ(inside("ul a"), ids{});
  EXPECT_EQ(inside("li"), ids{});
  EXPECT_EQ(inside("li + li a"), ids{});
  EXPECT_EQ(inside(":scope > p"), ids{"p3"});
  EXPECT_EQ(inside(":scope"), ids{"three"});
  EXPECT_EQ(inside("*"), (ids{"p3", "a3"}));
  EXPECT_EQ(inside("li:nth-child(3) a"), ids{"a3"});
}

TEST(selector, may_be_copied_and_used_on_other_documents) {
  const auto links = selector::parse("a").value();
  const selector copy = links;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(ids_of(page("<a id=x>").select(copy)), ids{"x"});
  EXPECT_EQ(ids_of(page("<a id=y>").select(links)), ids{"y"});
}

TEST(selector, errors_name_the_place_and_what_was_expected) {
  EXPECT_EQ(error_of(""),
            "an empty selector selects nothing; `*` selects every element (at byte 0)");
  EXPECT_EQ(error_of("  "),
            "an empty selector selects nothing; `*` selects every element (at byte 2)");
  EXPECT_EQ(error_of("a,"), "a selector is missing at the end (at byte 2)");
  EXPECT_EQ(error_of("ul >"), "a selector is missing at the end (at byte 4)");
  EXPECT_EQ(error_of("> a"), "unexpected `>` where a selector should begin (at byte 0)");
  EXPECT_EQ(error_of("a,,b"), "unexpected `,` where a selector should begin (at byte 2)");
  EXPECT_EQ(error_of("a)"), "unexpected `)` (at byte 1)");
  EXPECT_EQ(error_of("a."), "expected a class after `.` (at byte 2)");
  EXPECT_EQ(error_of("a.1"), "expected a class after `.` (at byte 2)");
  EXPECT_EQ(error_of("#"), "expected an id after `#` (at byte 1)");
  EXPECT_EQ(error_of("a["), "expected the name of an attribute (at byte 2)");
  EXPECT_EQ(error_of("a[b"), "expected `]` or one of = ~= |= ^= $= *= (at byte 3)");
  EXPECT_EQ(error_of("a[b=]"), "expected a value; quote one like \"this\" (at byte 4)");
  EXPECT_EQ(error_of("a[b=1]"), "expected a value; quote one like \"this\" (at byte 4)");
  EXPECT_EQ(error_of("a[b=\"c]"), "this quote is never closed (at byte 4)");
  EXPECT_EQ(error_of("a[b=c x]"), "expected `]` after the attribute (at byte 6)");
  EXPECT_EQ(error_of("a:hover"), "`:hover` is not supported (at byte 1)");
  EXPECT_EQ(error_of("a:has(b)"), "`:has()` is not supported (at byte 1)");
  EXPECT_EQ(error_of("a::before"), "pseudo-elements such as ::before are not elements (at byte 1)");
  EXPECT_EQ(error_of("a:not(b c)"),
            "expected `)` after the selectors; here they have no combinators (at byte 8)");
  EXPECT_EQ(error_of("svg|a"), "namespaces are not supported (at byte 3)");
  EXPECT_EQ(error_of("a\\"), "nothing follows the `\\` (at byte 2)");
}

TEST(selector, an_error_says_at_which_byte_it_is) {
  const selector_error error = selector::parse("a[b=\"c]").error();
  EXPECT_EQ(error.position(), 4U);
  EXPECT_EQ(error.message(), "this quote is never closed (at byte 4)");
}

TEST(selector, nesting_has_a_limit) {
  std::string css = "a";
  for (int i = 0; i < 100'000; ++i) css += ":not(b";
  EXPECT_EQ(error_of(css), "too many :is() and :not() inside one another (at byte 54)");
}

TEST(selector, many_siblings_take_time_in_proportion) {
  // A matcher that walks back from each element would take hours.
  std::string bytes;
  for (int i = 0; i < 200'000; ++i) bytes += "<p>";
  const auto wide = page(bytes);
  EXPECT_EQ(select(wide, "h2 ~ p").size(), 0U);
  EXPECT_EQ(select(wide, "p ~ p ~ p ~ p:nth-of-type(2n)").size(), 99'999U);
  EXPECT_EQ(select(wide, "p:nth-last-child(1)").size(), 1U);
}

}  // namespace
}  // namespace eddy::html
