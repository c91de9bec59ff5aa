// SPDX-License-Identifier: MIT
#include <http/server/router.hpp>

#include <stdexcept>

#include <gtest/gtest.h>

#include <eddy/testing/test.hpp>

namespace eddy::http {
namespace {

using detail::router;

handler says(std::string text) {
  return [text = std::move(text)](server_request& request) -> task<server_reply> {
    std::string body = text;
    for (const auto& [name, value] : request.parameters) body += " " + name + "=" + value;
    co_return server_reply::text(200, body);
  };
}

task<std::string> ask(const router& r, std::string method, std::string path) {
  server_request request;
  request.head.method = std::move(method);
  request.path = std::move(path);
  const server_reply reply = co_await r.answer(request);
  co_return reply.status == 200 ? *reply.body.text() : std::to_string(reply.status);
}

EDDY_TEST(router, the_most_specific_pattern_serves_whatever_was_added_first) {
  router r;
  r.add("GET", "/*", says("rest"));
  r.add("GET", "/p/*", says("p rest"));
  r.add("GET", "/p/{id}", says("p"));
  r.add("GET", "/p/new", says("new"));
  r.add("GET", "/p/{id}/edit", says("edit"));
  r.add("GET", "/", says("home"));
  EXPECT_EQ(co_await ask(r, "GET", "/"), "home");
  EXPECT_EQ(co_await ask(r, "GET", "/p/new"), "new");
  EXPECT_EQ(co_await ask(r, "GET", "/p/17"), "p id=17");
  EXPECT_EQ(co_await ask(r, "GET", "/p/17/edit"), "edit id=17");
  EXPECT_EQ(co_await ask(r, "GET", "/p/17/other"), "p rest *=17/other");
  EXPECT_EQ(co_await ask(r, "GET", "/p/"), "p rest *=");
  EXPECT_EQ(co_await ask(r, "GET", "/q"), "rest *=q");
}

EDDY_TEST(router, a_name_never_stands_for_an_empty_segment_and_a_slash_at_the_end_counts) {
  router r;
  r.add("GET", "/p/{id}", says("p"));
  EXPECT_EQ(co_await ask(r, "GET", "/p/"), "404");
  EXPECT_EQ(co_await ask(r, "GET", "/p"), "404");
  EXPECT_EQ(co_await ask(r, "GET", "/p/1/"), "404");
}

EDDY_TEST(router, the_method_chooses_among_the_patterns_that_match) {
  router r;
  r.add("POST", "/p/new", says("create"));
  r.add("GET", "/p/{id}", says("show"));
  EXPECT_EQ(co_await ask(r, "GET", "/p/new"), "show id=new");
  EXPECT_EQ(co_await ask(r, "POST", "/p/new"), "create");
}

EDDY_TEST(router, another_method_is_405_and_says_which_are_allowed) {
  router r;
  r.add("GET", "/p/{id}", says("show"));
  r.add("DELETE", "/p/{id}", says("drop"));
  server_request request;
  request.head.method = "PUT";
  request.path = "/p/1";
  const server_reply reply = co_await r.answer(request);
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.headers.get("Allow"), "DELETE, GET, HEAD, OPTIONS");
}

EDDY_TEST(router, head_is_served_by_get_unless_it_has_a_route_of_its_own) {
  router r;
  r.add("GET", "/a", says("get"));
  r.add("GET", "/b", says("get"));
  r.add("HEAD", "/b", says("head"));
  EXPECT_EQ(co_await ask(r, "HEAD", "/a"), "get");
  EXPECT_EQ(co_await ask(r, "HEAD", "/b"), "head");
}

EDDY_TEST(router, the_fallback_gets_what_no_pattern_matches_and_no_parameters) {
  router r;
  r.add("GET", "/p/{id}/x", says("p"));
  r.set_fallback(says("fallback"));
  EXPECT_EQ(co_await ask(r, "GET", "/p/1/y"), "fallback");
  EXPECT_EQ(co_await ask(r, "PUT", "/q"), "fallback");
  EXPECT_EQ(co_await ask(r, "PUT", "/p/1/x"), "405");
}

TEST(router, a_pattern_that_cannot_be_meant_is_refused) {
  router r;
  for (const char* bad : {"", "p", "/*/x", "/p/{id", "/p/id}", "/p/{}", "/p*", "/{a}{b}"}) {
    EXPECT_THROW(r.add("GET", bad, says("")), std::invalid_argument) << bad;
  }
}

TEST(router, a_second_handler_for_the_same_paths_is_refused) {
  router r;
  r.add("GET", "/p/{id}", says(""));
  r.add("POST", "/p/{id}", says(""));
  EXPECT_THROW(r.add("GET", "/p/{number}", says("")), std::invalid_argument);
}

TEST(router, asking_for_a_parameter_that_the_pattern_lacks_names_both) {
  server_request request;
  request.path = "/p/1";
  request.parameters = {{"id", "1"}};
  EXPECT_EQ(request.parameter("id"), "1");
  try {
    (void)request.parameter("name");
    FAIL();
  } catch (const std::out_of_range& e) {
    EXPECT_STREQ(e.what(), "the pattern of the route that serves /p/1 has no {name}");
  }
}

}  // namespace
}  // namespace eddy::http
