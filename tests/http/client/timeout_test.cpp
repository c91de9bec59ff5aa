// SPDX-License-Identifier: MIT
#include <chrono>

#include <eddy/core/error.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/http/client.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using testing::at;
using testing::message_of;
using testing::while_serving;
using testing::while_talking;

template <class T>
bool timed_out(const eddy::outcome<T>& result) {
  try {
    if (result.error()) std::rethrow_exception(result.error());
  } catch (const timeout_error&) {
    return true;
  } catch (...) {
  }
  return false;
}

EDDY_NETWORK_TEST(client_timeout, names_the_wait_for_a_connection) {
  // A full backlog leaves further connections unanswered.
  tcp::listener listener = tcp::listen({ip_address::loopback_v4(), 0}, {.backlog = 0});
  const endpoint where = listener.local_endpoint();
  const tcp::socket first = co_await tcp::connect(where);
  client c({.connect_timeout = 30ms, .retry = {.most = 0}});
  const auto failed = co_await outcome(c.get(at(where, "/")));
  EXPECT_TRUE(timed_out(failed));
  EXPECT_EQ(message_of(failed),
            "GET " + at(where, "/") + ": not connected within 0.03 s (connect_timeout)");
  EXPECT_EQ(c.in_use(), 0U);
}

EDDY_NETWORK_TEST(client_timeout, names_the_silence) {
  server s;
  s.fallback([](server_request&) -> task<server_reply> {
    co_await sleep(1h);
    co_return server_reply{};
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c({.idle_read_timeout = 30ms});
    const auto failed = co_await outcome(c.get(at(where, "/")));
    EXPECT_TRUE(timed_out(failed));
    EXPECT_EQ(message_of(failed),
              "GET " + at(where, "/") + ": nothing moved for 0.03 s (idle_read_timeout)");
    EXPECT_EQ(c.in_use(), 0U);
  });
}

EDDY_NETWORK_TEST(client_timeout, the_whole_time_holds_for_a_body_that_trickles) {
  const auto trickle = [](tcp::socket peer) -> task<> {
    (void)co_await testing::read_until(peer, "\r\n\r\n");
    co_await peer.write_all("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    try {
      for (;;) {
        co_await peer.write_all("x");
        co_await sleep(5ms);
      }
    } catch (const io_error&) {
    }
  };
  co_await while_talking(trickle, [](endpoint where) -> task<> {
    client c({.idle_read_timeout = 1h});
    response r = co_await c.get(at(where, "/"), {.timeout = 50ms});
    const auto failed = co_await outcome(r.text());
    EXPECT_TRUE(timed_out(failed));
    EXPECT_EQ(message_of(failed),
              "GET " + at(where, "/") + ": not complete within 0.05 s (total_timeout)");
  });
}

EDDY_NETWORK_TEST(client_timeout, the_whole_time_counts_the_wait_for_a_free_connection) {
  server s;
  s.fallback([](server_request&) -> task<server_reply> {
    co_return server_reply::text(200, std::string(5'000'000, 'x'));
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c({.max_per_host = 1});
    const response busy = co_await c.get(at(where, "/"));
    const auto failed = co_await outcome(c.get(at(where, "/"), {.timeout = 30ms}));
    EXPECT_TRUE(timed_out(failed));
    EXPECT_EQ(c.in_use(), 1U);
  });
}

}  // namespace
}  // namespace eddy::http
