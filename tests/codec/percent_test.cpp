// SPDX-License-Identifier: MIT
#include <eddy/codec/percent.hpp>

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace eddy {
namespace {

using fields = std::vector<std::pair<std::string, std::string>>;

TEST(percent, decoding_leaves_what_is_no_escape) {
  EXPECT_EQ(percent_decode("a%20b%2Fc%2f"), "a b/c/");
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%4"), "%4");
  EXPECT_EQ(percent_decode("%zz%41"), "%zzA");
  EXPECT_EQ(percent_decode("%00"), std::string(1, '\0'));
}

TEST(percent, encoding_is_undone_by_decoding) {
  EXPECT_EQ(percent_encode("a b/ü.txt~"), "a%20b%2F%C3%BC.txt~");
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(percent_decode(percent_encode(all)), all);
}

TEST(percent, a_form_is_read_in_order) {
  EXPECT_EQ(parse_form("a=1&b=x+y%21&a=2"), (fields{{"a", "1"}, {"b", "x y!"}, {"a", "2"}}));
  EXPECT_EQ(parse_form("q"), (fields{{"q", ""}}));
  EXPECT_EQ(parse_form("=v&&x=a=b&"), (fields{{"", "v"}, {"x", "a=b"}}));
  EXPECT_EQ(parse_form("a%3Db=%26%2B"), (fields{{"a=b", "&+"}}));
  EXPECT_EQ(parse_form(""), fields{});
}

}  // namespace
}  // namespace eddy
