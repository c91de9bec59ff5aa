// SPDX-License-Identifier: MIT
#include <http/cookies/cookie_rules.hpp>

#include <chrono>
#include <string_view>

#include <gtest/gtest.h>

#include <eddy/http/date.hpp>

namespace eddy::http::detail {
namespace {

TEST(cookie_date, every_usual_spelling_is_read) {
  for (const char* text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994", "06 november 1994 8:49:37", "1994 6 nOv 08:49:37 +0100",
        "Sun,06-Nov-1994 08:49:37GMT", "[08:49:37] 06/NOV/1994"}) {
    const auto date = parse_cookie_date(text);
    EXPECT_EQ(date ? format_date(*date) : "none", "Sun, 06 Nov 1994 08:49:37 GMT") << text;
  }
}

TEST(cookie_date, two_digits_are_a_year_of_this_century_or_the_last) {
  EXPECT_EQ(format_date(parse_cookie_date("1 Jan 69 00:00:00").value()),
            "Tue, 01 Jan 2069 00:00:00 GMT");
  EXPECT_EQ(format_date(parse_cookie_date("1 Jan 70 00:00:00").value()),
            "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(cookie_date, what_is_no_date_is_none) {
  for (const char* text : {"", "tomorrow", "06 Nov 1994", "08:49:37 Nov 1994",
                           "31 Feb 1994 08:49:37", "06 Nov 1994 24:00:00", "06 Nov 1994 08:60:00",
                           "06 Nov 1994 08:49:60", "06 Nov 1600 08:49:37", "06 Nov 19941 08:49:37",
                           "006 Nov 1994 08:49", "06 Nov 1 08:49:37"}) {
    EXPECT_FALSE(parse_cookie_date(text)) << text;
  }
}

}  // namespace
}  // namespace eddy::http::detail
