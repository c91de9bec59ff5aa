// SPDX-License-Identifier: MIT
#include <memory>
#include <string>

#include <eddy/http/client.hpp>
#include <eddy/testing/http_mock.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using eddy::testing::http_mock;
using eddy::testing::mock_reply;

std::string sent(const http_mock& shop, std::size_t number) {
  return std::string(shop.requests().at(number).head.headers.get("Cookie").value_or("none"));
}

EDDY_TEST(client_cookies, without_a_jar_none_is_kept) {
  http_mock shop;
  shop.on("GET", "/", {.headers = {{"Set-Cookie", "id=7"}}});
  client c;
  (void)co_await c.get(shop.url());
  (void)co_await c.get(shop.url());
  EXPECT_EQ(sent(shop, 1), "none");
}

EDDY_TEST(client_cookies, what_a_server_sets_it_gets_back) {
  http_mock shop;
  shop.on("GET", "/", {.headers = {{"Set-Cookie", "id=7"}, {"Set-Cookie", "lang=en; Path=/x"}}});
  shop.on("GET", "/x", {});
  client c({.cookies = std::make_shared<cookie_jar>()});
  (void)co_await c.get(shop.url());
  EXPECT_EQ(sent(shop, 0), "none");
  (void)co_await c.get(shop.url("/x"), {.headers = {{"Cookie", "own=1"}}});
  EXPECT_EQ(sent(shop, 1), "own=1; lang=en; id=7");
}

EDDY_TEST(client_cookies, an_answer_that_redirects_or_is_tried_again_counts_too) {
  http_mock shop;
  mock_reply login = mock_reply::redirect("/end");
  login.headers.add("Set-Cookie", "id=7");
  shop.on("GET", "/", login);
  shop.on("GET", "/end", {.status = 503, .headers = {{"Set-Cookie", "queue=3"}}});
  shop.on("GET", "/end", {});
  client c({.cookies = std::make_shared<cookie_jar>()});
  (void)co_await c.get(shop.url(), {.headers = {{"Cookie", "own=1"}}});
  EXPECT_EQ(sent(shop, 0), "own=1");
  EXPECT_EQ(sent(shop, 1), "own=1; id=7");
  EXPECT_EQ(sent(shop, 2), "own=1; id=7; queue=3");
}

EDDY_TEST(client_cookies, another_site_gets_its_own_alone) {
  http_mock shop;
  http_mock other;
  mock_reply away = mock_reply::redirect("http://other.test/");
  away.headers.add("Set-Cookie", "id=7");
  shop.on("GET", "/", away);
  other.on("GET", "/", {});
  auto jar = std::make_shared<cookie_jar>();
  jar->set({.name = "theirs", .value = "1", .domain = "other.test"});
  client c({.cookies = jar,
            .resolve = {{"shop.test", shop.address()}, {"other.test", other.address()}}});
  (void)co_await c.get("http://shop.test/", {.headers = {{"Cookie", "own=1"}}});
  EXPECT_EQ(sent(other, 0), "theirs=1");
  EXPECT_EQ(jar->size(), 2U);
}

}  // namespace
}  // namespace eddy::http
