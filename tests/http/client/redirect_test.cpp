// SPDX-License-Identifier: MIT
#include <string>

#include <eddy/core/outcome.hpp>
#include <eddy/http/client.hpp>
#include <eddy/testing/http_mock.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>
#include <tls_pair.hpp>

namespace eddy::http {
namespace {

using eddy::testing::http_mock;
using eddy::testing::mock_reply;
using testing::at;
using testing::fault_of;
using testing::message_of;
using testing::while_serving;

// `/to/307/x` redirects to `/x` with 307; anything else tells what was asked.
task<server_reply> redirecting(server_request& request) {
  if (request.path.starts_with("/to/")) {
    co_return server_reply::redirect(request.path.substr(7), std::stoi(request.path.substr(4, 3)));
  }
  std::string text = request.head.method + " " + request.path + " " + co_await request.text();
  for (const char* name : {"Authorization", "Cookie", "Content-Type", "X-Own"}) {
    if (request.head.headers.contains(name)) text += std::string(" ") + name;
  }
  co_return server_reply::text(200, text);
}

EDDY_NETWORK_TEST(client_redirect, each_status_keeps_or_changes_the_method_as_browsers_do) {
  server s;
  s.fallback(redirecting);
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    const auto ends_as = [&](std::string method, std::string status) -> task<std::string> {
      response r = co_await c.request(method, at(where, "/to/" + status + "/end"),
                                      {.headers = {{"Content-Type", "a/b"}}, .body = "body"});
      EXPECT_EQ(r.url(), at(where, "/end"));
      co_return co_await r.text();
    };
    EXPECT_EQ(co_await ends_as("POST", "301"), "GET /end ");
    EXPECT_EQ(co_await ends_as("POST", "302"), "GET /end ");
    EXPECT_EQ(co_await ends_as("POST", "303"), "GET /end ");
    EXPECT_EQ(co_await ends_as("PUT", "303"), "GET /end ");
    EXPECT_EQ(co_await ends_as("PUT", "301"), "PUT /end body Content-Type");
    EXPECT_EQ(co_await ends_as("POST", "307"), "POST /end body Content-Type");
    EXPECT_EQ(co_await ends_as("POST", "308"), "POST /end body Content-Type");
    EXPECT_EQ(c.idle(), 1U) << "all on one connection";
  });
}

EDDY_NETWORK_TEST(client_redirect, a_location_may_be_relative) {
  server s;
  s.fallback([](server_request& request) -> task<server_reply> {
    if (request.path == "/a/b") co_return server_reply::redirect("../c?d");
    co_return server_reply::text(200, request.head.target);
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    response r = co_await c.get(at(where, "/a/b"));
    EXPECT_EQ(co_await r.text(), "/c?d");
  });
}

EDDY_NETWORK_TEST(client_redirect, credentials_stay_within_their_origin) {
  server s;
  s.fallback([](server_request& request) -> task<server_reply> {
    if (request.path == "/away") co_return server_reply::redirect("http://other.test/end");
    co_return co_await redirecting(request);
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c({.resolve = {{"shop.test", where}, {"other.test", where}}});
    const headers secret = {{"Authorization", "Bearer x"}, {"cookie", "a=b"}, {"X-Own", "y"}};
    response near = co_await c.get("http://shop.test/to/302/end", {.headers = secret});
    EXPECT_EQ(co_await near.text(), "GET /end  Authorization Cookie X-Own");
    response far = co_await c.get("http://shop.test/away", {.headers = secret});
    EXPECT_EQ(co_await far.text(), "GET /end  X-Own");
  });
}

EDDY_NETWORK_TEST(client_redirect, a_loop_comes_to_an_end) {
  server s;
  std::size_t asked = 0;
  s.fallback([&](server_request&) -> task<server_reply> {
    ++asked;
    co_return server_reply::redirect("/again");
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    client c;
    const auto failed = co_await outcome(c.get(at(where, "/"), {.max_redirects = 3}));
    EXPECT_EQ(fault_of(failed), client_fault::too_many_redirects);
    EXPECT_EQ(message_of(failed),
              "GET " + at(where, "/again") + ": still redirected after 3 redirects, to /again");
    EXPECT_EQ(asked, 4U);
    EXPECT_EQ(c.in_use(), 0U);
  });
}

EDDY_NETWORK_TEST(client_redirect, none_is_followed_where_the_caller_wants_to_see_it) {
  server s;
  s.fallback(redirecting);
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    response r = co_await c.get(at(where, "/to/302/end"), {.max_redirects = 0});
    EXPECT_EQ(r.status(), 302);
    EXPECT_EQ(r.headers().get("Location"), "/end");
  });
}

EDDY_NETWORK_TEST(client_redirect, one_that_leads_nowhere_says_where_it_came_from) {
  server s;
  std::string location;
  s.fallback(
      [&](server_request&) -> task<server_reply> { co_return server_reply::redirect(location); });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    client c;
    location = "ftp://a.test/";
    const auto other = co_await outcome(c.get(at(where, "/")));
    EXPECT_EQ(fault_of(other), client_fault::unsupported_scheme);
    EXPECT_EQ(message_of(other), "GET " + at(where, "/") +
                                     ": redirected to ftp://a.test/: ftp is not supported, "
                                     "only http and https");
    location = "http://[";
    EXPECT_EQ(fault_of(co_await outcome(c.get(at(where, "/")))), client_fault::bad_url);
  });
}

EDDY_NETWORK_TEST(client_redirect, a_3xx_without_location_is_an_answer) {
  server s;
  s.fallback(
      [](server_request&) -> task<server_reply> { co_return server_reply::text(302, "where?"); });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    response r = co_await c.get(at(where, "/"));
    EXPECT_EQ(r.status(), 302);
    EXPECT_EQ(co_await r.text(), "where?");
  });
}

EDDY_TEST(client_redirect, one_from_https_to_http_is_an_error_unless_allowed) {
  http_mock plain;
  plain.on("GET", "/", {.body = "tea"});
  http_mock secure({.tls = server_context()});
  secure.on("GET", "/", mock_reply::redirect(plain.url()));
  const auto with = [&](bool allowed) {
    return client({.insecure_redirects = allowed,
                   .resolve = {{"shop.test", secure.address()}},
                   .tls = client_context()});
  };
  client strict = with(false);
  const auto failed = co_await outcome(strict.get("https://shop.test/"));
  EXPECT_EQ(testing::fault_of(failed), client_fault::insecure_redirect);
  EXPECT_EQ(testing::message_of(failed),
            "GET https://shop.test/: redirected to " + plain.url() +
                ": https would become http; allow it by insecure_redirects");
  client lax = with(true);
  EXPECT_EQ((co_await lax.get("https://shop.test/")).url(), plain.url());
}

}  // namespace
}  // namespace eddy::http
