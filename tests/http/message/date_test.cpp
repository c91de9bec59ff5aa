// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <eddy/http/date.hpp>

#include <chrono>
#include <optional>

namespace eddy::http {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

constexpr sys_seconds example = sys_days(1994y / November / 6) + 8h + 49min + 37s;

TEST(date, is_read_in_the_fixed_format) {
  EXPECT_EQ(parse_date("Sun, 06 Nov 1994 08:49:37 GMT"), example);
  EXPECT_EQ(parse_date("Thu, 29 Feb 2024 23:59:60 GMT"), sys_days(2024y / March / 1));
  EXPECT_EQ(parse_date("Thu, 01 Jan 1970 00:00:00 GMT"), sys_seconds(0s));
}

TEST(date, is_written_as_it_is_read) {
  EXPECT_EQ(format_date(example), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_date(sys_seconds(0s)), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(format_date(sys_days(2024y / March / 1) - 1s), "Thu, 29 Feb 2024 23:59:59 GMT");
}

TEST(date, a_wrong_day_of_the_week_is_overlooked) {
  EXPECT_EQ(parse_date("Mon, 06 Nov 1994 08:49:37 GMT"), example);
}

TEST(date, anything_else_is_none) {
  for (const char* text : {"", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
                           "06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
                           "Sun, 00 Nov 1994 08:49:37 GMT", "Wed, 29 Feb 2023 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
                           "Sun, 06 Nov 1994 08:49:61 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 GMT "}) {
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
  }
}

TEST(retry_after, seconds_are_a_wait_whatever_the_time) {
  EXPECT_EQ(parse_retry_after("120", example), 120s);
  EXPECT_EQ(parse_retry_after(" 0 ", example), 0s);
}

TEST(retry_after, a_date_is_a_wait_from_now) {
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", example - 90s), 90s);
}

TEST(retry_after, a_date_in_the_past_asks_for_no_wait) {
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", example + 90s), 0s);
}

TEST(retry_after, a_wait_is_held_at_2_to_the_31_seconds) {
  EXPECT_EQ(parse_retry_after("2147483649", example), 2147483648s);
  EXPECT_EQ(parse_retry_after("99999999999999999999999999", example), 2147483648s);
  EXPECT_EQ(parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", example), 2147483648s);
}

TEST(retry_after, anything_else_is_none) {
  for (const char* text : {"", "-1", "+1", "1.5", "1s", "1 2", "soon"}) {
    EXPECT_EQ(parse_retry_after(text, example), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace eddy::http
