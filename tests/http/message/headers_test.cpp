// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <eddy/http/headers.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eddy::http {
namespace {

using namespace std::string_view_literals;
using values = std::vector<std::string_view>;

std::string listed(const headers& fields) {
  std::string text;
  for (const auto& [name, value] : fields) text.append(name).append("=").append(value).append(";");
  return text;
}

template <class F>
std::string message_of(F f) {
  try {
    f();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(headers, keep_the_order_and_spelling_they_were_given) {
  headers h = {{"Host", "a"}, {"accept", "x"}};
  h.add("X-Last", "1");
  EXPECT_EQ(listed(h), "Host=a;accept=x;X-Last=1;");
  EXPECT_EQ(h.size(), 3);
}

TEST(headers, are_found_in_any_case) {
  const headers h = {{"Content-Type", "text/html"}};
  EXPECT_EQ(h.get("content-TYPE"), "text/html");
  EXPECT_TRUE(h.contains("CONTENT-TYPE"));
  EXPECT_EQ(h.get("Content-Typ"), std::nullopt);
}

TEST(headers, may_repeat_a_name) {
  const headers h = {{"Set-Cookie", "a=1"}, {"X", "y"}, {"set-cookie", "b=2"}};
  EXPECT_EQ(h.get("Set-Cookie"), "a=1");
  EXPECT_EQ(h.get_all("Set-Cookie"), (values{"a=1", "b=2"}));
  EXPECT_EQ(h.get_all("Nothing"), values{});
}

TEST(headers, set_replaces_all_fields_of_a_name_in_the_place_of_the_first) {
  headers h = {{"A", "1"}, {"B", "2"}, {"a", "3"}, {"C", "4"}, {"A", "5"}};
  h.set("A", "6");
  EXPECT_EQ(listed(h), "A=6;B=2;C=4;");
  h.set("D", "7");
  EXPECT_EQ(listed(h), "A=6;B=2;C=4;D=7;");
}

TEST(headers, erase_removes_all_fields_of_a_name) {
  headers h = {{"A", "1"}, {"B", "2"}, {"a", "3"}};
  EXPECT_EQ(h.erase("A"), 2);
  EXPECT_EQ(h.erase("A"), 0);
  EXPECT_EQ(listed(h), "B=2;");
}

TEST(headers, has_token_looks_at_the_elements_of_all_lists) {
  const headers h = {
      {"Connection", "keep-alive , Upgrade"}, {"connection", "X-Hop"}, {"Other", "close"}};
  EXPECT_TRUE(h.has_token("Connection", "upgrade"));
  EXPECT_TRUE(h.has_token("Connection", "x-hop"));
  EXPECT_FALSE(h.has_token("Connection", "close"));
  EXPECT_FALSE(h.has_token("Connection", "keep"));
  EXPECT_FALSE(h.has_token("Missing", "close"));
}

TEST(headers, white_space_around_a_value_is_dropped) {
  const headers h = {{"A", " \t x y\t "}, {"B", "  "}};
  EXPECT_EQ(listed(h), "A=x y;B=;");
}

TEST(headers, a_value_may_not_end_its_line) {
  headers h;
  for (const std::string_view value : {"a\r\nX: y"sv, "a\nb"sv, "a\rb"sv, "a\0b"sv}) {
    EXPECT_THROW(h.add("A", value), std::invalid_argument) << value;
    EXPECT_THROW(h.set("A", value), std::invalid_argument) << value;
  }
  EXPECT_TRUE(h.empty());
  EXPECT_EQ(message_of([&] { h.add("X-A", "a\nb"); }),
            "header field X-A: 0x0a at byte 1 is not allowed in a value");
}

TEST(headers, a_name_must_be_a_token) {
  headers h;
  for (const std::string_view name : {"", "a b", "a:", "\xc3\xa4", "a\r\n", "(a)"}) {
    EXPECT_THROW(h.add(name, "x"), std::invalid_argument) << name;
  }
  EXPECT_EQ(message_of([&] { h.add("X A", "a"); }),
            "header field \"X A\": ' ' at byte 1 is not allowed in a name");
}

TEST(headers, a_refused_set_changes_nothing) {
  headers h = {{"A", "1"}, {"A", "2"}};
  EXPECT_THROW(h.set("A", "\n"), std::invalid_argument);
  EXPECT_EQ(listed(h), "A=1;A=2;");
}

TEST(headers, a_field_may_be_made_from_another_one_while_memory_moves) {
  headers h = {{"First", "a value that is not short at all"}};
  for (int i = 0; i < 200; ++i) {
    h.add(h[i].name, h[i].value);
    headers one = h;
    one.set(one[i].name, one[i + 1].value);
    EXPECT_EQ(listed(one), "First=a value that is not short at all;");
  }
  EXPECT_EQ(h[200], h[0]);
}

TEST(headers, setting_one_field_again_and_again_does_not_use_more_and_more_memory) {
  headers h = {{"Kept", "1"}};
  for (int i = 0; i < 10'000; ++i) h.set("Date", std::string(i % 100, 'x'));
  // Were nothing ever dropped, the text would be half a megabyte long by now.
  const auto distance = h.get("Date")->data() - h.get("Kept")->data();
  EXPECT_LT(distance, 2'000);
  EXPECT_EQ(h.get("Kept"), "1");
}

TEST(headers, a_copy_is_equal_and_independent) {
  headers h = {{"A", "1"}};
  headers copy = h;
  EXPECT_EQ(copy, h);
  copy.set("A", "2");
  EXPECT_EQ(h.get("A"), "1");
  EXPECT_NE(copy, h);
}

TEST(headers, cleared_headers_can_be_filled_again) {
  headers h = {{"A", "1"}};
  const headers taken = std::move(h);
  h.clear();
  EXPECT_TRUE(h.empty());
  h.add("B", "2");
  EXPECT_EQ(listed(h), "B=2;");
  EXPECT_EQ(listed(taken), "A=1;");
}

}  // namespace
}  // namespace eddy::http
