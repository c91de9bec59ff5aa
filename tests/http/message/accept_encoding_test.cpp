// SPDX-License-Identifier: MIT
#include <http/message/accept_encoding.hpp>

#include <gtest/gtest.h>

namespace eddy::http::detail {
namespace {

int welcome(std::string_view accepted, std::string_view coding) {
  return welcome_of(headers{{"Accept-Encoding", accepted}}, coding);
}

TEST(accept_encoding, weights_count_in_thousandths) {
  EXPECT_EQ(welcome("gzip, br", "br"), 1000);
  EXPECT_EQ(welcome("gzip;q=0.5, br ; q=0.125", "gzip"), 500);
  EXPECT_EQ(welcome("gzip;q=0.5, br ; q=0.125", "br"), 125);
  EXPECT_EQ(welcome("GZIP;Q=1.000", "gzip"), 1000);
  EXPECT_EQ(welcome("gzip;q=0", "gzip"), 0);
}

TEST(accept_encoding, a_star_is_all_that_is_not_named) {
  EXPECT_EQ(welcome("gzip;q=0, *;q=0.3", "br"), 300);
  EXPECT_EQ(welcome("*;q=0.3, gzip;q=0", "gzip"), 0);
  EXPECT_EQ(welcome("*;q=0", "identity"), 0);
}

TEST(accept_encoding, without_a_word_only_identity_is_welcome) {
  EXPECT_EQ(welcome_of(headers(), "gzip"), 0);
  EXPECT_EQ(welcome_of(headers(), "identity"), 1000);
  EXPECT_EQ(welcome("", "gzip"), 0);
  EXPECT_EQ(welcome("br", "identity"), 1000);
}

TEST(accept_encoding, several_fields_are_one_list) {
  const headers request{{"Accept-Encoding", "br"}, {"Accept-Encoding", "gzip;q=0.2"}};
  EXPECT_EQ(welcome_of(request, "gzip"), 200);
}

TEST(accept_encoding, what_is_malformed_is_not_welcome) {
  EXPECT_EQ(welcome("gzip;q=2", "gzip"), 0);
  EXPECT_EQ(welcome("gzip;q=0.1234", "gzip"), 0);
  EXPECT_EQ(welcome("gzip;q=x", "gzip"), 0);
  EXPECT_EQ(welcome("gzip;q=", "gzip"), 0);
  EXPECT_EQ(welcome(",,;", "gzip"), 0);
}

}  // namespace
}  // namespace eddy::http::detail
