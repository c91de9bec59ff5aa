// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <set>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/with.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/http/client.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using testing::at;
using testing::fault_of;
using testing::while_serving;
using testing::while_talking;

/// Answers with the client's port: equal answers came over one connection.
task<server_reply> tell_port(server_request& request) {
  co_return server_reply::text(200, std::to_string(request.peer.port));
}

task<std::string> fetch(client& c, std::string url) {
  response r = co_await c.get(std::move(url));
  co_return co_await r.text();
}

EDDY_NETWORK_TEST(client_pool, a_connection_that_was_read_to_the_end_serves_the_next_request) {
  server s;
  s.fallback(tell_port);
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    const std::string first = co_await fetch(c, at(where, "/"));
    EXPECT_EQ(c.idle(), 1U);
    EXPECT_EQ(co_await fetch(c, at(where, "/")), first);
    EXPECT_EQ(c.idle(), 1U);
  });
}

EDDY_NETWORK_TEST(client_pool, a_connection_idle_for_longer_than_keep_alive_is_not_used) {
  server s;
  s.fallback(tell_port);
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c({.keep_alive = 0ms});
    const std::string first = co_await fetch(c, at(where, "/"));
    EXPECT_NE(co_await fetch(c, at(where, "/")), first);
    EXPECT_EQ(c.idle(), 1U) << "the first was closed";
  });
}

EDDY_NETWORK_TEST(client_pool, what_has_arrived_of_a_dropped_answer_saves_its_connection) {
  server s;
  s.fallback(tell_port);
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    (void)co_await c.get(at(where, "/"));
    EXPECT_EQ(c.in_use(), 0U);
    EXPECT_EQ(c.idle(), 1U);
  });
}

EDDY_NETWORK_TEST(client_pool, a_dropped_answer_with_more_to_come_costs_its_connection) {
  server s;
  s.fallback([](server_request&) -> task<server_reply> {
    co_return server_reply::text(200, std::string(5'000'000, 'x'));
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    {
      response r = co_await c.get(at(where, "/"));
      EXPECT_EQ(c.in_use(), 1U);
      (void)co_await r.next();
    }
    EXPECT_EQ(c.in_use(), 0U);
    EXPECT_EQ(c.idle(), 0U);
  });
}

EDDY_NETWORK_TEST(client_pool, an_answer_may_outlive_its_client) {
  server s;
  s.fallback(tell_port);
  co_await while_serving(s, [](endpoint where) -> task<> {
    std::optional<client> c(std::in_place);
    response r = co_await c->get(at(where, "/"));
    c.reset();
    EXPECT_NE(co_await r.text(), "");
  });
}

EDDY_NETWORK_TEST(client_pool, a_server_that_says_close_is_obeyed) {
  server s;
  s.fallback([](server_request&) -> task<server_reply> {
    co_return server_reply{.headers = {{"Connection", "close"}}, .body = "x"};
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    EXPECT_EQ(co_await fetch(c, at(where, "/")), "x");
    EXPECT_EQ(c.idle(), 0U);
  });
}

EDDY_NETWORK_TEST(client_pool, bytes_beyond_the_answer_make_a_connection_useless) {
  const auto chatty = [](tcp::socket peer) -> task<> {
    (void)co_await testing::read_until(peer, "\r\n\r\n");
    co_await peer.write_all("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n");
    (void)co_await testing::read_to_end(peer);
  };
  co_await while_talking(chatty, [](endpoint where) -> task<> {
    client c;
    EXPECT_EQ(co_await fetch(c, at(where, "/")), "ok");
    EXPECT_EQ(c.idle(), 0U);
  });
}

EDDY_NETWORK_TEST(client_pool, no_more_than_max_per_host_are_asked_at_once) {
  server s;
  std::size_t most = 0;
  std::size_t now = 0;
  s.fallback([&](server_request&) -> task<server_reply> {
    most = std::max(most, ++now);
    co_await sleep(1ms);
    --now;
    co_return server_reply::text(200, "ok");
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    client c({.max_per_host = 3});
    co_await with_task_group([&](task_group& group) -> task<> {
      for (int i = 0; i < 20; ++i) (void)group.create_task(fetch, std::ref(c), at(where, "/"));
      co_return;
    });
    EXPECT_EQ(most, 3U);
    EXPECT_EQ(c.idle(), 3U);
  });
}

EDDY_NETWORK_TEST(client_pool, idle_connections_make_room_for_other_hosts) {
  server s;
  s.fallback(tell_port);
  co_await while_serving(s, [&](endpoint where) -> task<> {
    client c({.max_connections = 2, .resolve = {{"a", where}, {"b", where}, {"c", where}}});
    const std::string a = co_await fetch(c, "http://a/");
    const std::string b = co_await fetch(c, "http://b/");
    EXPECT_EQ(c.idle(), 2U);
    (void)co_await fetch(c, "http://c/");
    EXPECT_EQ(c.idle(), 2U);
    EXPECT_EQ(co_await fetch(c, "http://b/"), b);
    EXPECT_NE(co_await fetch(c, "http://a/"), a) << "it was idle for the longest time";
  });
}

EDDY_NETWORK_TEST(client_pool, a_connection_that_died_while_idle_is_replaced_in_silence) {
  int connections = 0;
  std::string methods;
  // Every connection serves one request well and is closed at the start of the next.
  const auto forgetful = [&](tcp::socket peer) -> task<> {
    ++connections;
    const std::string request = co_await testing::read_until(peer, "\r\n\r\n");
    methods += request.substr(0, request.find(' ')) + " ";
    co_await peer.write_all("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    (void)co_await testing::read_until(peer, "\r\n\r\n");
  };
  co_await while_talking(forgetful, [&](endpoint where) -> task<> {
    client c;
    EXPECT_EQ(co_await fetch(c, at(where, "/")), "ok");
    EXPECT_EQ(co_await fetch(c, at(where, "/")), "ok");
    EXPECT_EQ(connections, 2);
    EXPECT_EQ(c.idle(), 1U);

    // A caller that counts its requests hears of it.
    const auto counted = co_await outcome(c.get(at(where, "/"), {.repeat_if_lost = false}));
    EXPECT_EQ(fault_of(counted), client_fault::connection_closed);
    EXPECT_EQ(co_await fetch(c, at(where, "/")), "ok");

    // A POST may have been carried out: only the caller can know whether to repeat it.
    const auto failed = co_await outcome(c.request("POST", at(where, "/")));
    EXPECT_EQ(fault_of(failed), client_fault::connection_closed);
    EXPECT_EQ(methods, "GET GET GET ");
  });
}

EDDY_NETWORK_TEST(client_pool, a_post_does_not_go_to_a_server_that_has_closed_the_connection) {
  for (const bool resets : {false, true}) {
    int connections = 0;
    std::string methods;
    event over;
    event closed;
    const auto closing = [&](tcp::socket peer) -> task<> {
      ++connections;
      // From the second read on io_uring receives without being asked.
      for (int i = 0; i < 3; ++i) {
        const std::string request = co_await testing::read_until(peer, "\r\n\r\n");
        if (request.ends_with("<end>")) co_return;
        methods += request.substr(0, request.find(' ')) + " ";
        co_await peer.write_all("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      }
      co_await over.wait();
      if (resets) {
        peer.reset();
      } else {
        peer.close();
      }
      closed.set();
    };
    co_await while_talking(closing, [&](endpoint where) -> task<> {
      client c;
      for (int i = 0; i < 3; ++i) EXPECT_EQ(co_await fetch(c, at(where, "/")), "ok");
      EXPECT_EQ(c.idle(), 1U);
      over.set();
      co_await closed.wait();
      co_await sleep(20ms);  // until we have heard of it
      EXPECT_EQ((co_await c.post(at(where, "/"))).status(), 200);
      EXPECT_EQ(c.idle(), 1U);
      EXPECT_EQ(c.in_use(), 0U);
    });
    EXPECT_EQ(connections, 2);
    EXPECT_EQ(methods, "GET GET GET POST ");
  }
}

EDDY_NETWORK_TEST(client_pool, a_fresh_connection_that_dies_is_not_replaced_in_silence) {
  int connections = 0;
  const auto closes = [&](tcp::socket peer) -> task<> {
    ++connections;
    (void)co_await testing::read_until(peer, "\r\n\r\n");
  };
  co_await while_talking(closes, [&](endpoint where) -> task<> {
    client c({.retry = {.most = 0}});
    EXPECT_EQ(fault_of(co_await outcome(c.get(at(where, "/")))), client_fault::connection_closed);
    EXPECT_EQ(connections, 1);
  });
}

EDDY_NETWORK_TEST(client_pool, close_leaves_nothing_idle) {
  server s;
  s.fallback(tell_port);
  co_await while_serving(s, [&](endpoint where) -> task<> {
    co_await with(client(), [&](client& c) -> task<> { (void)co_await fetch(c, at(where, "/")); });
    client c;
    (void)co_await fetch(c, at(where, "/"));
    co_await c.close();
    EXPECT_EQ(c.idle(), 0U);
    while (s.connections() > 0) co_await yield();
  });
}

// One request is cancelled a few more turns of the loop later each time, until one gets through: so
// all over the places where it can be suspended, while another waits for its place.
EDDY_NETWORK_TEST(client_pool, a_request_cancelled_anywhere_gives_its_place_back) {
  server s;
  s.fallback([](server_request& request) -> task<server_reply> {
    if (request.path == "/redirect") co_return server_reply::redirect("/slow");
    for (int i = 0; i < 3; ++i) co_await yield();
    co_return server_reply::text(200, std::string(100'000, 'x'));
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c({.max_connections = 2, .max_per_host = 1});
    int cancelled = 0;
    for (int turns = 0;; turns += 1 + turns / 30) {
      auto victim = create_task(fetch, std::ref(c), at(where, "/redirect"));
      auto waiting = create_task(fetch, std::ref(c), at(where, "/slow"));
      for (int i = 0; i < turns; ++i) co_await yield();
      if (!victim.cancel()) {
        EXPECT_EQ((co_await waiting).size(), 100'000U);
        break;
      }
      cancelled += (co_await outcome(victim)).is_cancelled() ? 1 : 0;
      EXPECT_EQ((co_await waiting).size(), 100'000U) << "after " << turns << " turns";
      EXPECT_EQ(c.in_use(), 0U) << "after " << turns << " turns";
    }
    EXPECT_GT(cancelled, 10);
    EXPECT_LE(c.idle(), 1U);
  });
}

EDDY_NETWORK_TEST(client_pool, one_that_waits_for_a_place_can_be_cancelled) {
  server s;
  event go;
  s.fallback([&](server_request&) -> task<server_reply> {
    co_await go.wait();
    co_return server_reply::text(200, "ok");
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    client c({.max_per_host = 1});
    auto first = create_task(fetch, std::ref(c), at(where, "/1"));
    while (s.requests() == 0) co_await yield();
    auto second = create_task(fetch, std::ref(c), at(where, "/2"));
    auto third = create_task(fetch, std::ref(c), at(where, "/3"));
    for (int i = 0; i < 5; ++i) co_await yield();
    second.cancel();
    EXPECT_TRUE((co_await outcome(second)).is_cancelled());
    go.set();
    EXPECT_EQ(co_await first, "ok");
    EXPECT_EQ(co_await third, "ok");
    EXPECT_EQ(c.in_use(), 0U);
  });
}

}  // namespace
}  // namespace eddy::http
