// SPDX-License-Identifier: MIT
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <eddy/codec/json.hpp>

namespace eddy::json {
namespace {

template <class F>
std::string message(F f) {
  try {
    f();
  } catch (const access_error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(json_value, is_made_from_what_cpp_has) {
  EXPECT_EQ(value().kind(), kind::null);
  EXPECT_EQ(value(nullptr).kind(), kind::null);
  EXPECT_EQ(value(true).kind(), kind::boolean);
  EXPECT_EQ(value(-1).kind(), kind::integer);
  EXPECT_EQ(value(1U).kind(), kind::integer);
  EXPECT_EQ(value(std::numeric_limits<std::uint64_t>::max()).kind(), kind::unsigned_integer);
  EXPECT_EQ(value(1.0).kind(), kind::real);
  EXPECT_EQ(value("text").kind(), kind::string);
  EXPECT_EQ(value(array{1, "two"}).kind(), kind::array);
  EXPECT_EQ(value(object{{"a", 1}}).kind(), kind::object);
}

TEST(json_value, an_object_keeps_the_order_and_the_last_of_two_equal_names_counts) {
  object members{{"z", 1}, {"a", 2}};
  members.set("z", 3);
  members.set("b", 4);
  EXPECT_EQ(write(members), R"({"z":3,"a":2,"b":4})");
  EXPECT_EQ(parse(R"({"a":1,"b":2,"a":3})")["a"], value(3));
  EXPECT_TRUE(members.erase("a"));
  EXPECT_FALSE(members.erase("a"));
  EXPECT_EQ(members.size(), 2U);
}

TEST(json_value, a_number_is_given_as_any_type_that_holds_it) {
  EXPECT_EQ(value(7).as<int>(), 7);
  EXPECT_EQ(value(7).as<double>(), 7.0);
  EXPECT_EQ(value(7.0).as<unsigned>(), 7U);
  EXPECT_EQ(value(std::uint64_t{1} << 63).as<std::uint64_t>(), std::uint64_t{1} << 63);
  EXPECT_EQ(value(-9.2233720368547758e18).as<std::int64_t>(),
            std::numeric_limits<std::int64_t>::min());
}

TEST(json_value, a_number_that_does_not_fit_is_refused_with_its_value) {
  EXPECT_EQ(message([] { (void)value(300).as<std::uint8_t>(); }),
            "JSON: 300 is not an integer of the type that was asked for");
  EXPECT_THROW((void)value(-1).as<unsigned>(), access_error);
  EXPECT_THROW((void)value(1.5).as<int>(), access_error);
  EXPECT_THROW((void)value(9.2233720368547758e18).as<std::int64_t>(), access_error);
  EXPECT_THROW((void)value(1.8446744073709552e19).as<std::uint64_t>(), access_error);
  EXPECT_THROW((void)value(std::uint64_t{1} << 63).as<std::int64_t>(), access_error);
  const value no_json = std::numeric_limits<double>::infinity();
  EXPECT_THROW((void)no_json.as<int>(), access_error);
  EXPECT_THROW((void)no_json.as_string(), access_error);
}

TEST(json_value, asked_for_what_it_is_not_says_what_it_is) {
  const value order = parse(R"({"price":"12.50","tags":[1,2]})");
  EXPECT_EQ(message([&] { (void)order["price"].as<double>(); }),
            "JSON: a number was asked for, and this is the string \"12.50\"");
  EXPECT_EQ(message([&] { (void)order["cost"]; }), "JSON: the object has no member \"cost\"");
  EXPECT_EQ(message([&] { (void)order["tags"][2]; }),
            "JSON: the array has no element 2, its size is 2");
  EXPECT_EQ(message([&] { (void)order["tags"]["x"]; }),
            "JSON: the member \"x\" of an object was asked for, and this is an array");
  EXPECT_EQ(message([&] { (void)order["tags"].as_string(); }),
            "JSON: a string was asked for, and this is an array");
}

TEST(json_value, reading_a_member_makes_none) {
  value document = object{};
  EXPECT_THROW((void)document["absent"], access_error);
  EXPECT_EQ(document.find("absent"), nullptr);
  EXPECT_EQ(document, value(object{}));
  EXPECT_EQ(value(1).find("x"), nullptr);
}

TEST(json_value, an_absent_or_null_member_is_the_fallback) {
  const value options = parse(R"({"limit":5,"name":null})");
  EXPECT_EQ(options.get_or("limit", 10), 5);
  EXPECT_EQ(options.get_or("pages", 10), 10);
  EXPECT_EQ(options.get_or("name", std::string("none")), "none");
  EXPECT_THROW((void)options.get_or("limit", std::string()), access_error);
}

TEST(json_value, is_of_one_kind_and_numbers_are_three) {
  const value all = parse(R"([null, true, 1, 18446744073709551615, 1.5, "a", [], {}])");
  std::string seen;
  for (const value& each : all.as_array()) {
    seen += each.is_null()     ? 'n'
            : each.is_number() ? '#'
            : each.is_string() ? 's'
            : each.is_array()  ? 'a'
            : each.is_object() ? 'o'
                               : '?';
  }
  EXPECT_EQ(seen, "n?###sao");
}

TEST(json_value, null_grows_into_what_is_put_into_it) {
  value document;
  document.set("rows", value());
  document["rows"].push_back(1);
  document["rows"].push_back("two");
  EXPECT_EQ(write(document), R"({"rows":[1,"two"]})");
  EXPECT_THROW(document.push_back(1), access_error);
  EXPECT_THROW(document["rows"].set("a", 1), access_error);
}

TEST(json_value, elements_can_be_changed_in_place) {
  value document = parse(R"({"a":[1,2]})");
  document["a"][1] = "two";
  for (auto& [name, member] : document.as_object()) member.push_back(name);
  EXPECT_EQ(write(document), R"({"a":[1,"two","a"]})");
}

}  // namespace
}  // namespace eddy::json
