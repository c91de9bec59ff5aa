// SPDX-License-Identifier: MIT
#include <eddy/http/metrics.hpp>

#include <stdexcept>
#include <string>

#include <eddy/core/sleep.hpp>
#include <eddy/http/health.hpp>
#include <eddy/testing/test.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;

TEST(metrics, are_written_as_prometheus_reads_them) {
  metrics m;
  m.counter("orders_total", "Orders taken.", {{"shop", "a \"b\"\\\n"}}).add(3);
  m.gauge("queue_size", "Jobs that\nwait.").set(2.5);
  m.histogram("wait_seconds", "Waits.", {{"kind", "x"}}, {0.1, 1}).observe(0.5);
  m.histogram("wait_seconds", "Waits.", {{"kind", "x"}}).observe(100ms);
  m.histogram("wait_seconds", "Waits.", {{"kind", "x"}}).observe(7.0);
  EXPECT_EQ(m.text(),
            "# HELP orders_total Orders taken.\n"
            "# TYPE orders_total counter\n"
            "orders_total{shop=\"a \\\"b\\\"\\\\\\n\"} 3\n"
            "# HELP queue_size Jobs that\\nwait.\n"
            "# TYPE queue_size gauge\n"
            "queue_size 2.5\n"
            "# HELP wait_seconds Waits.\n"
            "# TYPE wait_seconds histogram\n"
            "wait_seconds_bucket{kind=\"x\",le=\"0.1\"} 1\n"
            "wait_seconds_bucket{kind=\"x\",le=\"1\"} 2\n"
            "wait_seconds_bucket{kind=\"x\",le=\"+Inf\"} 3\n"
            "wait_seconds_sum{kind=\"x\"} 7.6\n"
            "wait_seconds_count{kind=\"x\"} 3\n");
}

TEST(metrics, the_same_name_and_labels_are_the_same_figure) {
  metrics m;
  const metric_labels labels{{"x", "1"}};
  counter& first = m.counter("a_total", "A.", labels);
  EXPECT_EQ(&first, &m.counter("a_total", "A.", {{"x", "1"}}));
  EXPECT_NE(&first, &m.counter("a_total", "A.", {{"x", "2"}}));
  EXPECT_EQ(&m.counter("b_total", "B.", {{"x", "1"}, {"y", "2"}}),
            &m.counter("b_total", "B.", {{"y", "2"}, {"x", "1"}}));
}

TEST(metrics, a_name_that_prometheus_would_refuse_is_refused) {
  metrics m;
  EXPECT_THROW((void)m.counter("", ""), std::invalid_argument);
  EXPECT_THROW((void)m.counter("1a", ""), std::invalid_argument);
  EXPECT_THROW((void)m.counter("a-b", ""), std::invalid_argument);
  EXPECT_THROW((void)m.counter("a", "", {{"b c", ""}}), std::invalid_argument);
  EXPECT_THROW((void)m.counter("a", "", {{"b:c", ""}}), std::invalid_argument);
  EXPECT_THROW((void)m.counter("a", "", {{"b", "1"}, {"b", "2"}}), std::invalid_argument);
  EXPECT_THROW((void)m.histogram("h", "", {}, {2, 1}), std::invalid_argument);
  (void)m.counter("a", "");
  EXPECT_THROW((void)m.gauge("a", ""), std::logic_error);
}

TEST(metrics, requests_are_counted_by_method_and_status) {
  metrics m;
  const auto count = m.count_requests();
  const auto note = [&](std::string method, int status) {
    server_request request;
    request.head.method = std::move(method);
    count({.request = request, .status = status, .sent = 100, .took = 20ms});
  };
  note("GET", 200);
  note("GET", 200);
  note("BREW", 0);
  const std::string text = m.text();
  EXPECT_NE(text.find("http_requests_total{method=\"GET\",status=\"200\"} 2\n"), text.npos) << text;
  EXPECT_NE(text.find("http_requests_total{method=\"other\",status=\"none\"} 1\n"), text.npos);
  EXPECT_NE(text.find("http_request_seconds_bucket{le=\"0.01\"} 0\n"), text.npos);
  EXPECT_NE(text.find("http_request_seconds_bucket{le=\"0.025\"} 3\n"), text.npos);
  EXPECT_NE(text.find("http_response_bytes_total 300\n"), text.npos);
}

EDDY_TEST(metrics, the_page_says_which_format_it_is_in) {
  metrics m;
  server_request request;
  const server_reply reply = co_await m.page()(request);
  EXPECT_EQ(reply.headers.get("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
}

task<int> status_of(handler h) {
  server_request request;
  co_return (co_await h(request)).status;
}

EDDY_TEST(health, is_what_the_check_finds) {
  EXPECT_EQ(co_await status_of(health()), 200);
  EXPECT_EQ(co_await status_of(health([]() -> task<> { co_return; })), 200);
  EXPECT_EQ(co_await status_of(health([]() -> task<> {
              throw std::runtime_error("no database");
              co_return;
            })),
            503);
  EXPECT_EQ(co_await status_of(health([]() -> task<> { co_await sleep(1h); })), 503);
}

EDDY_TEST(health, is_bad_while_the_server_stops) {
  event stopping;
  server_request request;
  request.stopping = &stopping;
  EXPECT_EQ((co_await health()(request)).status, 200);
  stopping.set();
  EXPECT_EQ((co_await health()(request)).status, 503);
}

}  // namespace
}  // namespace eddy::http
