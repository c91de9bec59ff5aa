// SPDX-License-Identifier: MIT
#include <http/websocket/utf8_checker.hpp>

#include <string>

#include <gtest/gtest.h>

namespace eddy::http::websocket::detail {
namespace {

using namespace std::string_literals;

bool is_utf8(std::string_view text) {
  utf8_checker checker;
  return checker.feed(text) && checker.complete();
}

void append_character(std::string& out, unsigned code) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3f)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xf0 | code >> 18);
    tail(12), tail(6), tail(0);
  }
}

TEST(websocket_utf8, every_character_of_unicode_is_accepted_and_no_surrogate) {
  for (unsigned code = 0; code < 0x110000; ++code) {
    std::string text;
    append_character(text, code);
    ASSERT_EQ(is_utf8(text), code < 0xd800 || code > 0xdfff) << code;
  }
}

TEST(websocket_utf8, what_is_not_utf8_is_refused) {
  for (const std::string& bad :
       {"\x80"s, "\xbf"s, "\xc0\x80"s, "\xc1\xbf"s, "\xe0\x9f\xbf"s, "\xf0\x8f\xbf\xbf"s,
        "\xf4\x90\x80\x80"s, "\xf5\x80\x80\x80"s, "\xfe"s, "\xff"s, "\xc3("s, "\xe2\x28\xa1"s,
        "\xed\xa0\x80"s, "abcdefgh\x80"s, "abcdefg\xff"s}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

TEST(websocket_utf8, a_character_may_be_cut_anywhere_but_must_be_complete_in_the_end) {
  const std::string text = "κόσμε \U0001F642 plain text that is longer than a word";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    utf8_checker checker;
    EXPECT_TRUE(checker.feed(std::string_view(text).substr(0, cut)));
    EXPECT_TRUE(checker.feed(std::string_view(text).substr(cut)));
    EXPECT_TRUE(checker.complete());
  }
  for (const std::string& half : {"\xc3"s, "\xe2\x82"s, "\xf0\x9f\x99"s}) {
    utf8_checker checker;
    EXPECT_TRUE(checker.feed(half));
    EXPECT_FALSE(checker.complete());
  }
}

TEST(websocket_utf8, the_first_byte_that_cannot_follow_is_refused_at_once) {
  utf8_checker checker;
  EXPECT_TRUE(checker.feed("\xf4"));
  EXPECT_FALSE(checker.feed("\x90"));
}

}  // namespace
}  // namespace eddy::http::websocket::detail
