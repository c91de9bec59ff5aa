// SPDX-License-Identifier: MIT
//
// Client and server on two hosts with a bad network between them, under the virtual clock.
#include <chrono>
#include <string>

#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/server.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/network.hpp>
#include <eddy/testing/test.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using eddy::testing::network;
using eddy::testing::now;

const std::string url = "http://10.0.0.2/";

/// Runs `body` beside a server on 10.0.0.2 that takes a second to answer `text`.
template <class Body>
task<> while_serving_there(std::string text, Body body) {
  server s;
  s.fallback([&](server_request&) -> task<server_reply> {
    co_await sleep(1s);
    co_return server_reply::text(200, text);
  });
  tcp::listener listener = tcp::listen({ip_address::v4({10, 0, 0, 2}), 80});
  co_await with_task_group([&](task_group& group) -> task<> {
    auto serving = group.create_task(&server::serve, &s, std::move(listener));
    co_await body();
    serving.cancel();
  });
}

task<std::string> fetch(client& c) {
  response answer = co_await c.get(url);
  co_return co_await answer.text();
}

EDDY_TEST(http_over_simulated_network, a_request_takes_two_round_trips_and_the_next_one_only_one) {
  network().set_link({.latency = 50ms});
  co_await while_serving_there("hello", []() -> task<> {
    client c;
    EXPECT_EQ(co_await fetch(c), "hello");
    EXPECT_EQ(now(), 1s + 200ms);
    EXPECT_EQ(co_await fetch(c), "hello");
    EXPECT_EQ(now(), 2s + 300ms) << "the connection is kept";
    co_await c.close();
  });
}

EDDY_TEST(http_over_simulated_network, a_large_answer_takes_as_long_as_the_bandwidth_says) {
  network().set_link({.latency = 50ms});
  network().set_link("10.0.0.1", "10.0.0.2", {.latency = 50ms, .bandwidth = 100'000});
  co_await while_serving_there(std::string(99'000, 'x'), []() -> task<> {
    client c;
    EXPECT_EQ((co_await fetch(c)).size(), 99'000U);
    EXPECT_GT(now(), 1s + 200ms + 990ms);
    EXPECT_LT(now(), 1s + 200ms + 1s);
    co_await c.close();
  });
}

EDDY_SHUFFLED_TEST(http_over_simulated_network, a_lossy_link_delays_answers_and_loses_none) {
  network().set_link({.latency = 50ms, .jitter = 10ms, .loss = 0.05});
  network().set_faults({.chunk = 400, .interrupted = 0.05});
  co_await while_serving_there(std::string(20'000, 'x'), []() -> task<> {
    client c;
    for (int i = 0; i < 3; ++i) EXPECT_EQ((co_await fetch(c)).size(), 20'000U);
    co_await c.close();
  });
}

EDDY_TEST(http_over_simulated_network, a_partition_ends_a_request_by_its_time_limit) {
  co_await while_serving_there("hello", []() -> task<> {
    network().partition("10.0.0.1", "10.0.0.2");
    client c({.retry = {.most = 0}});
    EXPECT_THROW((void)co_await c.get(url), timeout_error);
    EXPECT_EQ(now(), 5s) << "connect_timeout";
    network().heal();
    EXPECT_EQ(co_await fetch(c), "hello");
    co_await c.close();
  });
}

}  // namespace
}  // namespace eddy::http
