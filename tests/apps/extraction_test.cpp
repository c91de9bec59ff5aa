// SPDX-License-Identifier: MIT
#include "scrape/extraction.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "errors.hpp"

namespace eddy::app {
namespace {

constexpr auto shop_page = R"(<!doctype html><title>Shop</title>
<article class="product"><h1> Amber
  Kettle </h1><p class="price">Price: -1,234.50 EUR</p><img src="/k.png" alt=""></article>
<article class="product"><h1>Lamp</h1><p class="price">free</p></article>)";

std::vector<extraction::row> rows_of(const std::string& row,
                                     const std::vector<std::string>& fields) {
  const auto page = html::document::parse(shop_page);
  return extraction(row, fields).rows_of(*page, "http://shop.test/p/1");
}

std::string complaint(const std::string& row, const std::vector<std::string>& fields) {
  try {
    extraction(row, fields);
  } catch (const usage_error& e) {
    return e.what();
  }
  return "accepted";
}

TEST(extraction, every_match_of_the_row_selector_is_a_row_with_the_address_last) {
  const auto rows = rows_of("article.product", {"name=h1"});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].values, (std::vector<std::string>{"Amber Kettle", "http://shop.test/p/1"}));
  EXPECT_EQ(rows[1].values, (std::vector<std::string>{"Lamp", "http://shop.test/p/1"}));
  EXPECT_EQ(extraction("article", {"name=h1"}).columns(),
            (std::vector<std::string>{"name", "url"}));
}

TEST(extraction, without_a_row_selector_the_page_is_the_row) {
  const auto rows = rows_of("", {"title=title", "name=h1"});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].values[0], "Shop");
  EXPECT_EQ(rows[0].values[1], "Amber Kettle");
}

TEST(extraction, number_takes_the_first_number_without_thousands_separators) {
  const auto rows = rows_of("article.product", {"price=.price|number"});
  EXPECT_EQ(rows[0].values[0], "-1234.50");
}

TEST(extraction, a_row_with_an_empty_field_is_kept_and_marked) {
  const auto rows = rows_of("article.product", {"price=.price|number", "image=img@src"});
  EXPECT_FALSE(rows[0].incomplete);
  EXPECT_EQ(rows[0].values[1], "/k.png");
  EXPECT_TRUE(rows[1].incomplete);
  EXPECT_EQ(rows[1].values[0], "");
}

TEST(extraction, an_attribute_selector_may_hold_what_else_separates_a_field) {
  const auto rows =
      rows_of("article.product", {"image=img[src|='/k.png']@src|trim", "x=img[alt='a@b|c']"});
  EXPECT_EQ(rows[0].values[1], "");
}

TEST(extraction, a_bad_field_is_named_in_the_complaint) {
  EXPECT_NE(complaint("p", {"h1"}).find("'h1': expected name=CSS"), std::string::npos);
  EXPECT_NE(complaint("p", {"a=h1|upper"}).find("unknown filter `upper`"), std::string::npos);
  EXPECT_NE(complaint("p", {"a=h1@"}).find("no attribute name"), std::string::npos);
  EXPECT_NE(complaint("p", {"a=h1", "a=h2"}).find("column `a` already"), std::string::npos);
  EXPECT_NE(complaint("p", {"url=h1"}).find("column `url` already"), std::string::npos);
  EXPECT_NE(complaint("p >", {"a=h1"}).find("--row 'p >'"), std::string::npos);
  EXPECT_NE(complaint("p", {"a=h1 >"}).find("field 'a=h1 >'"), std::string::npos);
  EXPECT_NE(complaint("p", {}).find("nothing to extract"), std::string::npos);
}

}  // namespace
}  // namespace eddy::app
