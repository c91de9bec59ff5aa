// SPDX-License-Identifier: MIT
#include <http/message/base64.hpp>

#include <gtest/gtest.h>

namespace eddy::http::detail {
namespace {

// RFC 4648, section 10.
TEST(base64, what_does_not_fill_a_group_of_three_is_padded) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(base64, bytes_are_not_characters) { EXPECT_EQ(base64("\xff\xfe\xfb"), "//77"); }

}  // namespace
}  // namespace eddy::http::detail
