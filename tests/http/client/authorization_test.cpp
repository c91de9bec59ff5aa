// SPDX-License-Identifier: MIT
#include <stdexcept>

#include <eddy/http/client.hpp>
#include <eddy/testing/http_mock.hpp>
#include <eddy/testing/test.hpp>

namespace eddy::http {
namespace {

using eddy::testing::http_mock;
using eddy::testing::mock_reply;

EDDY_TEST(client_authorization, says_who_asks) {
  http_mock shop;
  shop.on("GET", "/", {});
  client c;
  (void)co_await c.get(shop.url(), {.authorization = basic_auth("Aladdin", "open sesame")});
  EXPECT_EQ(shop.requests().back().head.headers.get("Authorization"),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  (void)co_await c.get(shop.url(), {.authorization = bearer_auth("abc")});
  EXPECT_EQ(shop.requests().back().head.headers.get("Authorization"), "Bearer abc");
  EXPECT_THROW((void)basic_auth("a:b", "c"), std::invalid_argument);
}

EDDY_TEST(client_authorization, a_user_in_the_url_is_sent_and_not_shown) {
  http_mock shop;
  shop.on("GET", "/?q", {.status = 404});
  client c({.resolve = {{"shop.test", shop.address()}}});
  const response r = co_await c.get("http://Aladdin:open%20sesame@shop.test/?q#a@b");
  EXPECT_EQ(r.url(), "http://shop.test/?q#a@b");
  EXPECT_EQ(shop.requests().back().head.headers.get("Authorization"),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  (void)co_await c.get("http://Aladdin@shop.test/", {.authorization = bearer_auth("abc")});
  EXPECT_EQ(shop.requests().back().head.headers.get("Authorization"), "Bearer abc");
}

EDDY_TEST(client_authorization, a_location_with_a_colon_in_its_user_is_followed) {
  http_mock shop;
  shop.on("GET", "/", mock_reply::redirect("http://a%3Ab:c@" + shop.url("/end").substr(7)));
  shop.on("GET", "/end", {.body = "tea"});
  client c;
  EXPECT_EQ((co_await c.get(shop.url())).status(), 200);
  EXPECT_EQ(shop.requests().back().head.headers.get("Authorization"), basic_auth("a", "b:c"));
}

EDDY_TEST(client_authorization, does_not_go_to_another_site_unless_that_was_named_with_it) {
  http_mock shop;
  http_mock other;
  shop.on("GET", "/", mock_reply::redirect("http://other.test/"));
  shop.on("GET", "/with", mock_reply::redirect("http://Aladdin:open%20sesame@other.test/"));
  other.on("GET", "/", {});
  client c({.resolve = {{"shop.test", shop.address()}, {"other.test", other.address()}}});
  (void)co_await c.get("http://me:secret@shop.test/");
  EXPECT_FALSE(other.requests().back().head.headers.contains("Authorization"));
  (void)co_await c.get("http://me:secret@shop.test/with");
  EXPECT_EQ(other.requests().back().head.headers.get("Authorization"),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

}  // namespace
}  // namespace eddy::http
