// SPDX-License-Identifier: MIT
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include <eddy/codec/json.hpp>

namespace eddy::json {
namespace {

using namespace std::string_view_literals;

std::string string(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

TEST(json, plain_text_and_unicode_are_written_as_they_are) {
  EXPECT_EQ(string(""), R"("")");
  EXPECT_EQ(string("Amber Kettle / 12 €"), R"("Amber Kettle / 12 €")");
  EXPECT_EQ(string("\U0001F600\x7f"), "\"\U0001F600\x7f\"");
}

TEST(json, quotes_backslashes_and_controls_are_escaped) {
  EXPECT_EQ(string(R"(a"b\c)"), R"("a\"b\\c")");
  EXPECT_EQ(string("\n\r\t"), R"("\n\r\t")");
  EXPECT_EQ(string("\0\x01\x1f\b"sv), R"("\u0000\u0001\u001f\u0008")");
}

TEST(json, what_is_not_utf8_is_replaced) {
  EXPECT_EQ(string("a\xff"
                   "b"),
            "\"a\uFFFDb\"");
  EXPECT_EQ(string("\xc0\xaf"), "\"\uFFFD\uFFFD\"");                      // overlong
  EXPECT_EQ(string("\xed\xa0\x80"), "\"\uFFFD\uFFFD\uFFFD\"");            // a surrogate
  EXPECT_EQ(string("\xf4\x90\x80\x80"), "\"\uFFFD\uFFFD\uFFFD\uFFFD\"");  // beyond U+10FFFF
  EXPECT_EQ(string("\xe2\x82"), "\"\uFFFD\"");  // cut short: one character's bytes
  EXPECT_EQ(string("\xe2\x82\""), "\"\uFFFD\\\"\"");
}

TEST(json, an_object_is_one_line_with_its_members_in_order) {
  std::string out = "before ";
  const std::array<std::pair<std::string_view, std::string_view>, 2> members{
      {{"name", "a \"b\""}, {"a", ""}}};
  append_object(out, members);
  EXPECT_EQ(out, R"(before {"name":"a \"b\"","a":""})");
  out.clear();
  append_object(out, {});
  EXPECT_EQ(out, "{}");
}

}  // namespace
}  // namespace eddy::json
