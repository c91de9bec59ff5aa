// SPDX-License-Identifier: MIT
// Tests of a function that asks a shop for a price, against a shop that does what a test wants.
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include <eddy/core/sleep.hpp>
#include <eddy/http/client.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/http_mock.hpp>
#include <eddy/testing/test.hpp>

using namespace std::chrono_literals;
using eddy::testing::http_mock;
using eddy::testing::mock_fault;
using eddy::testing::mock_reply;
using eddy::testing::mock_request;
using eddy::testing::now;

/// Asks three times at most, and waits a second before it asks again.
eddy::task<std::string> price_at(std::string url) {
  eddy::http::client client({.idle_read_timeout = 2s, .retry = {.most = 0}});
  for (int attempt = 1;; ++attempt) {
    try {
      eddy::http::response answer =
          co_await client.get(url, {.headers = {{"Accept", "text/plain"}}});
      if (answer.ok()) co_return co_await answer.text();
    } catch (const std::exception&) {
      if (attempt == 3) throw;
    }
    if (attempt == 3) throw std::runtime_error("no price");
    co_await eddy::sleep(1s);
  }
}

// snippet: script
EDDY_TEST(price, is_asked_for_again_when_the_shop_is_busy) {
  http_mock shop;
  shop.on("GET", "/tea", {.status = 503});
  shop.on("GET", "/tea", {.body = "2.50"});
  EXPECT_EQ(co_await price_at(shop.url("/tea")), "2.50");
  EXPECT_EQ(now(), 1s);
  EXPECT_EQ(shop.requests().size(), 2U);
  const mock_request& last = shop.requests().back();
  EXPECT_EQ(last.head.headers.get("Accept"), "text/plain");
  EXPECT_EQ(last.arrived.time_since_epoch(), 1s);
}
// end snippet

// snippet: faults
EDDY_TEST(price, survives_a_bad_day) {
  http_mock shop;
  shop.on("GET", "/tea", mock_reply::nothing(mock_fault::reset));
  shop.on("GET", "/tea", {.body = "2.50", .fault = mock_fault::stall, .fault_after = 2});
  shop.on("GET", "/tea", {.body = "2.50", .delay = 1s, .piece = 1, .pause = 100ms});
  EXPECT_EQ(co_await price_at(shop.url("/tea")), "2.50");
  EXPECT_EQ(now(), 1s + 2s + 1s + 1s + 300ms);
}
// end snippet

EDDY_TEST(price, is_not_made_of_what_is_no_http) {
  http_mock shop;
  shop.on("GET", "/tea", mock_reply::raw("220 mail.test ESMTP\r\n"));
  EXPECT_THROW((void)co_await price_at(shop.url("/tea")), eddy::http::client_error);
  EXPECT_EQ(shop.connections(), 3U);
}

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
  if (argc == 1) delete listeners.Release(listeners.default_result_printer());
  const int status = RUN_ALL_TESTS();
  std::puts(status == 0 ? "all tests passed" : "a test failed: run me with --verbose");
  return status;
}
