// SPDX-License-Identifier: MIT
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <eddy/codec/json.hpp>

namespace eddy::json {
namespace {

using namespace std::string_view_literals;

std::string refusal(std::string_view text, parse_options options = {}) {
  try {
    (void)parse(text, options);
  } catch (const parse_error& error) {
    return error.what();
  }
  return "accepted";
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(json_parse, reads_every_kind) {
  const value v = parse(R"( {"a":[null,true,false,-1,18446744073709551615,1.5e3,"x"],"b":{}} )");
  EXPECT_EQ(v["a"], value(array{nullptr, true, false, -1, std::numeric_limits<std::uint64_t>::max(),
                                1500.0, "x"}));
  EXPECT_EQ(v["b"], value(object{}));
  EXPECT_EQ(parse("\xEF\xBB\xBF 7"), value(7));
}

TEST(json_parse, integers_and_reals_are_kept_apart) {
  EXPECT_EQ(parse("1").kind(), kind::integer);
  EXPECT_EQ(parse("1.0").kind(), kind::real);
  EXPECT_EQ(parse("1e0").kind(), kind::real);
  EXPECT_EQ(parse("9223372036854775807").as<std::int64_t>(),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse("-9223372036854775808").as<std::int64_t>(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse("1e-400"), value(0.0));
}

TEST(json_parse, escapes_become_characters) {
  EXPECT_EQ(parse(R"("\"\\\/\b\f\n\r\t\u20ac\ud83d\ude00\u0000")").as_string(),
            "\"\\/\b\f\n\r\t€\U0001F600\0"sv);
}

TEST(json_parse, what_is_wrong_is_named_with_line_and_column) {
  EXPECT_EQ(refusal(""), "JSON line 1, column 1: the text ends where a value was expected");
  EXPECT_EQ(refusal("{\n  \"a\": 1,\n  \"é\" 2\n}"), "JSON line 3, column 7: `:` was expected");
  EXPECT_EQ(refusal("[1, 2"), "JSON line 1, column 6: the text ends where `,` or `]` was expected");
  EXPECT_EQ(refusal("[1,]"), "JSON line 1, column 4: a value was expected");
  EXPECT_EQ(refusal(R"({"a":1,})"), "JSON line 1, column 8: a name in double quotes was expected");
  EXPECT_EQ(refusal(R"({"a":1 "b":2})"), "JSON line 1, column 8: `,` or `}` was expected");
  EXPECT_EQ(refusal("1 2"), "JSON line 1, column 3: the text goes on after the value");
  EXPECT_EQ(refusal("[nul]"), "JSON line 1, column 2: a value was expected");
  EXPECT_EQ(refusal("['a']"), "JSON line 1, column 2: a value was expected");
  EXPECT_EQ(refusal("[NaN]"), "JSON line 1, column 2: a value was expected");
  EXPECT_EQ(refusal("[01]"), "JSON line 1, column 3: a number does not start with 0");
  EXPECT_EQ(refusal("[1.]"), "JSON line 1, column 4: a digit was expected");
  EXPECT_EQ(refusal("[\"a"), "JSON line 1, column 4: the text ends inside a string");
  EXPECT_EQ(refusal("[\"a\n\"]"),
            "JSON line 1, column 4: a control character in a string is written as \\u00…");
  EXPECT_EQ(refusal(R"(["\x41"])"),
            "JSON line 1, column 3: an escape is one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u "
            "with four digits");
  EXPECT_EQ(refusal("[\"\xc3(\"]"), "JSON line 1, column 3: the text is not UTF-8");
}

TEST(json_parse, half_a_surrogate_pair_is_refused) {
  const std::string why = "JSON line 1, column 2: half a surrogate pair is no character";
  EXPECT_EQ(refusal(R"("\ud83d")"), why);
  EXPECT_EQ(refusal(R"("\ude00")"), why);
  EXPECT_EQ(refusal(R"("\ud83d\u0041")"), why);
}

TEST(json_parse, a_number_that_would_lose_digits_is_refused) {
  EXPECT_EQ(refusal("[18446744073709551616]"),
            "JSON line 1, column 2: the integer does not fit in 64 bits");
  EXPECT_EQ(refusal("[-9223372036854775809]"),
            "JSON line 1, column 2: the integer does not fit in 64 bits");
  EXPECT_EQ(refusal("[1e400]"), "JSON line 1, column 2: the number is too large for a double");
}

TEST(json_parse, nesting_is_limited) {
  EXPECT_EQ(refusal(nested(512)), "accepted");
  EXPECT_EQ(refusal(nested(513)),
            "JSON line 1, column 513: the value is nested more than 512 levels deep");
  EXPECT_EQ(refusal(std::string(1'000'000, '[')),
            "JSON line 1, column 513: the value is nested more than 512 levels deep");
  EXPECT_EQ(refusal("[[1]]", {.max_depth = 1}),
            "JSON line 1, column 2: the value is nested more than 1 levels deep");
  EXPECT_EQ(refusal("[1]", {.max_depth = 1}), "accepted");
  EXPECT_EQ(refusal("1", {.max_depth = 0}), "accepted");
}

TEST(json_write, reads_back_equal_and_of_the_same_kind) {
  for (const std::string_view text :
       {R"({"b":[1,-1,18446744073709551615,1.0,1e+300,0.1,"a\nb",null,true],"a":{}})", "[]", "-0.0",
        R"("\u0001")"}) {
    EXPECT_EQ(write(parse(text)), text);
  }
}

TEST(json_write, an_indent_puts_each_value_on_a_line) {
  EXPECT_EQ(write(parse(R"({"a":[1,{"b":2}],"c":{},"d":[]})"), {.indent = 2}), R"({
  "a": [
    1,
    {
      "b": 2
    }
  ],
  "c": {},
  "d": []
})");
}

TEST(json_write, a_number_that_is_not_finite_is_refused) {
  EXPECT_THROW((void)write(std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
  EXPECT_THROW((void)write(array{-std::numeric_limits<double>::infinity()}), std::invalid_argument);
}

TEST(json_write, appends_behind_what_is_there) {
  std::string out = "data: ";
  append_value(out, object{{"tick", 1}});
  EXPECT_EQ(out, R"(data: {"tick":1})");
}

}  // namespace
}  // namespace eddy::json
