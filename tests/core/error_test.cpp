// SPDX-License-Identifier: MIT
#include <eddy/core/error.hpp>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/core/cancel.hpp>
#include <eddy/core/detail/error_list.hpp>

namespace eddy {
namespace {

using namespace std::chrono_literals;

std::string without_place(const timeout_error& e) {
  const std::string text = e.what();
  return text.substr(0, text.find(" (limit"));
}

TEST(error, a_timeout_names_its_limit_in_the_unit_a_person_would_use) {
  EXPECT_EQ(without_place(timeout_error(1500ms)), "not done within 1.5 s");
  EXPECT_EQ(without_place(timeout_error(20ms)), "not done within 20 ms");
  EXPECT_EQ(without_place(timeout_error(0s)), "not done within 0 s");
}

TEST(error, a_group_lists_all_errors_also_those_without_a_text) {
  std::vector<std::exception_ptr> errors{std::make_exception_ptr(std::runtime_error("a")),
                                         std::make_exception_ptr(3)};
  const error_group group(errors);
  EXPECT_STREQ(group.what(), "2 tasks failed: (1) a; (2) unknown exception");
  EXPECT_EQ(group.errors().size(), 2U);
}

TEST(error, an_io_error_says_what_was_tried_and_why_it_failed) {
  const io_error error(ECONNREFUSED, "connect 127.0.0.1:80");
  EXPECT_STREQ(error.what(), "connect 127.0.0.1:80: Connection refused");
  EXPECT_EQ(error.code(), std::errc::connection_refused);
}

TEST(error_list, throws_one_error_as_it_is_and_more_together) {
  detail::error_list errors;
  EXPECT_TRUE(errors.empty());
  errors.add(std::make_exception_ptr(std::domain_error("first")));
  EXPECT_THROW(errors.rethrow(), std::domain_error);
  errors.add(std::make_exception_ptr(3));
  try {
    errors.rethrow();
  } catch (const error_group& group) {
    EXPECT_STREQ(group.what(), "2 tasks failed: (1) first; (2) unknown exception");
  }
}

TEST(cancel_reason, reads_as_who_asked_where_and_why) {
  const cancel_reason full{cancel_kind::user, std::source_location::current(), 3};
  const std::string line = std::to_string(full.where.line());
  EXPECT_EQ(to_string(full),
            std::string("user cancel at ") + __FILE__ + ":" + line + " by task #3");
  EXPECT_EQ(to_string(cancel_reason{cancel_kind::shutdown, {}, 0}), "shutdown cancel");
}

TEST(cancel_reason, every_kind_has_a_name) {
  EXPECT_EQ(to_string(cancel_kind::none), "none");
  EXPECT_EQ(to_string(cancel_kind::timeout), "timeout");
  EXPECT_EQ(to_string(cancel_kind::sibling_failed), "sibling failed");
  EXPECT_EQ(to_string(cancel_kind::race_lost), "race lost");
}

}  // namespace
}  // namespace eddy
