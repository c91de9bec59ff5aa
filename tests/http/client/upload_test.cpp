// SPDX-License-Identifier: MIT
//
// Request bodies that are larger than a packet, or made as they are sent.
#include <chrono>
#include <stdexcept>
#include <string>

#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/http/client.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/network.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using testing::at;
using testing::fault_of;
using testing::message_of;
using testing::read_until;
using testing::while_talking;

const std::string go_ahead = "HTTP/1.1 100 Continue\r\n\r\n";
const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

body_stream three_pieces() {
  co_yield "one";
  co_yield "two!";
  co_yield "three";
}

task<> read_exactly(tcp::socket& from, std::size_t count, std::string& into) {
  std::string buffer(std::size_t{64} * 1024, 0);
  while (into.size() < count) {
    const std::size_t got = co_await from.read_some(std::span(buffer));
    if (got == 0) co_return;
    into.append(buffer, 0, got);
  }
}

/// Lets the client send the body that `make()` gives to a server with that conversation.
template <class Conversation, class Body>
task<> while_receiving(Conversation conversation, Body body) {
  co_await while_talking(conversation, [&](endpoint where) -> task<> {
    client c;
    co_await body(c, at(where, "/up"));
    EXPECT_EQ(c.in_use(), 0U);
    co_await c.close();
  });
}

EDDY_NETWORK_TEST(client_upload, a_stream_goes_out_in_chunks_once_the_server_asks_for_it) {
  std::string head;
  std::string received;
  const auto server = [&](tcp::socket peer) -> task<> {
    head = co_await read_until(peer, "\r\n\r\n");
    co_await peer.write_all(go_ahead);
    received = co_await read_until(peer, "0\r\n\r\n");
    co_await peer.write_all(ok);
    (void)co_await testing::read_to_end(peer);
  };
  co_await while_receiving(server, [](client& c, std::string url) -> task<> {
    response r = co_await c.request("POST", url, {.body = body::stream(three_pieces())});
    EXPECT_EQ(co_await r.text(), "ok");
    EXPECT_EQ(c.idle(), 1U);
  });
  EXPECT_NE(head.find("\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n"),
            std::string::npos)
      << head;
  EXPECT_EQ(received, "3\r\none\r\n4\r\ntwo!\r\n5\r\nthree\r\n0\r\n\r\n");
}

EDDY_NETWORK_TEST(client_upload, a_stream_of_known_length_is_not_chunked) {
  std::string head;
  std::string received;
  const auto server = [&](tcp::socket peer) -> task<> {
    head = co_await read_until(peer, "\r\n\r\n");
    co_await peer.write_all(go_ahead);
    co_await read_exactly(peer, 12, received);
    co_await peer.write_all(ok);
    (void)co_await testing::read_to_end(peer);
  };
  co_await while_receiving(server, [](client& c, std::string url) -> task<> {
    response r = co_await c.request("PUT", url, {.body = body::stream(three_pieces(), 12)});
    EXPECT_EQ(co_await r.text(), "ok");
  });
  EXPECT_NE(head.find("\r\nContent-Length: 12\r\n"), std::string::npos) << head;
  EXPECT_EQ(received, "onetwo!three");
}

EDDY_NETWORK_TEST(client_upload, a_stream_of_another_length_than_said_is_the_callers_error) {
  const auto server = [&](tcp::socket peer) -> task<> {
    (void)co_await read_until(peer, "\r\n\r\n");
    co_await peer.write_all(go_ahead);
    (void)co_await outcome(testing::read_to_end(peer));
  };
  co_await while_receiving(server, [](client& c, std::string url) -> task<> {
    const auto shorter =
        co_await outcome(c.request("PUT", url, {.body = body::stream(three_pieces(), 13)}));
    EXPECT_EQ(fault_of(shorter), client_fault::bad_body);
    EXPECT_EQ(message_of(shorter), "PUT " + url +
                                       ": the request's body has only 12 bytes, but was said to "
                                       "have 13");
    const auto longer =
        co_await outcome(c.request("PUT", url, {.body = body::stream(three_pieces(), 11)}));
    EXPECT_EQ(fault_of(longer), client_fault::bad_body);
    EXPECT_EQ(c.idle(), 0U);
  });
}

EDDY_NETWORK_TEST(client_upload, what_the_stream_throws_ends_the_request) {
  const auto server = [&](tcp::socket peer) -> task<> {
    (void)co_await read_until(peer, "\r\n\r\n");
    co_await peer.write_all(go_ahead);
    (void)co_await outcome(testing::read_to_end(peer));
  };
  const auto failing = []() -> body_stream {
    co_yield "one";
    throw std::runtime_error("the disk is gone");
  };
  co_await while_receiving(server, [&](client& c, std::string url) -> task<> {
    const auto failed = co_await outcome(c.request("PUT", url, {.body = body::stream(failing())}));
    EXPECT_EQ(message_of(failed), "the disk is gone");
  });
}

EDDY_NETWORK_TEST(client_upload, a_body_that_the_server_does_not_want_is_never_made) {
  const auto server = [&](tcp::socket peer) -> task<> {
    (void)co_await read_until(peer, "\r\n\r\n");
    co_await peer.write_all("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    (void)co_await outcome(testing::read_to_end(peer));
  };
  co_await while_receiving(server, [](client& c, std::string url) -> task<> {
    bool made = false;
    const auto open = [&]() -> body_stream {
      made = true;
      co_yield "x";
    };
    response r = co_await c.request("POST", url, {.body = body::stream(open())});
    EXPECT_EQ(r.status(), 403);
    EXPECT_EQ(co_await r.text(), "no");
    EXPECT_FALSE(made);
    EXPECT_EQ(c.idle(), 0U) << "the server may wait for the body still";
  });
}

EDDY_NETWORK_TEST(client_upload, a_stream_that_works_once_follows_a_redirect_only_unsent) {
  const auto server = [](tcp::socket peer) -> task<> {
    const std::string head = co_await read_until(peer, "\r\n\r\n");
    const bool early = head.starts_with("POST /early ");
    const bool late = head.starts_with("POST /up ");
    if (!early) {
      co_await peer.write_all(go_ahead);
      (void)co_await read_until(peer, "0\r\n\r\n");
    }
    co_await peer.write_all(early || late ? "HTTP/1.1 307 Temporary Redirect\r\nLocation: /end\r\n"
                                            "Content-Length: 0\r\n\r\n"
                                          : ok);
    (void)co_await outcome(testing::read_to_end(peer));
  };
  co_await while_receiving(server, [](client& c, std::string url) -> task<> {
    const auto late = co_await outcome(c.post(url, {.body = body::stream(three_pieces())}));
    EXPECT_EQ(fault_of(late), client_fault::bad_body);
    EXPECT_TRUE(message_of(late).ends_with("works once: give body::stream a function"))
        << message_of(late);
    url.replace(url.find("/up"), 3, "/early");
    response r = co_await c.post(url, {.body = body::stream(three_pieces())});
    EXPECT_EQ(co_await r.text(), "ok");
  });
}

EDDY_TEST(client_upload, a_server_that_does_not_know_expect_gets_the_body_after_a_second) {
  const auto server = [&](tcp::socket peer) -> task<> {
    (void)co_await read_until(peer, "\r\n\r\n");
    (void)co_await read_until(peer, "0\r\n\r\n");
    co_await peer.write_all(ok);
    (void)co_await testing::read_to_end(peer);
  };
  co_await while_receiving(server, [](client& c, std::string url) -> task<> {
    response r = co_await c.request("POST", url, {.body = body::stream(three_pieces())});
    EXPECT_EQ(co_await r.text(), "ok");
    EXPECT_EQ(eddy::testing::now(), 1s);
  });
}

EDDY_NETWORK_TEST(client_upload,
                  an_answer_that_refuses_half_of_a_body_is_read_instead_of_an_error) {
  const auto server = [&](tcp::socket peer) -> task<> {
    (void)co_await read_until(peer, "\r\n\r\n");
    co_await peer.write_all(go_ahead);
    std::string received;
    co_await read_exactly(peer, 100'000, received);
    co_await peer.write_all("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n\r\ntoo much");
    co_await peer.shutdown();
    // Waits without reading: the client stops by itself.
    (void)co_await outcome(sleep(20ms));
  };
  const auto endless = []() -> body_stream {
    const std::string piece(10'000, 'x');
    for (;;) co_yield piece;
  };
  co_await while_receiving(server, [&](client& c, std::string url) -> task<> {
    response r = co_await c.request("POST", url, {.body = body::stream(endless())});
    EXPECT_EQ(r.status(), 413);
    EXPECT_EQ(co_await r.text(), "too much");
    EXPECT_EQ(c.idle(), 0U);
  });
}

EDDY_NETWORK_TEST(client_upload, an_answer_that_begins_well_does_not_cut_the_body) {
  std::string received;
  const auto server = [&](tcp::socket peer) -> task<> {
    (void)co_await read_until(peer, "\r\n\r\n");
    co_await peer.write_all("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n");
    co_await peer.write_all(std::string(300'000, 'y'));
    co_await read_exactly(peer, 5'000'000, received);
    (void)co_await testing::read_to_end(peer);
  };
  const std::string text(5'000'000, 'x');
  co_await while_receiving(server, [&](client& c, std::string url) -> task<> {
    response r = co_await c.request("POST", url, {.headers = {}, .body = text});
    EXPECT_EQ(r.status(), 200);
    EXPECT_EQ((co_await r.text()).size(), 300'000U);
  });
  EXPECT_LE(received.size(), text.size());
}

EDDY_NETWORK_TEST(client_upload, a_stream_is_made_no_faster_than_the_server_takes_it) {
  std::size_t made = 0;
  const auto server = [&](tcp::socket peer) -> task<> {
    (void)co_await read_until(peer, "\r\n\r\n");
    co_await peer.write_all(go_ahead);
    // Not a byte of the body is read.
    co_await sleep(50ms);
    peer.reset();
  };
  const auto endless = [&]() -> body_stream {
    const std::string piece(100'000, 'x');
    for (;; made += piece.size()) co_yield piece;
  };
  co_await while_receiving(server, [&](client& c, std::string url) -> task<> {
    const auto failed = co_await outcome(c.request("POST", url, {.body = body::stream(endless())}));
    EXPECT_EQ(fault_of(failed), client_fault::connection_closed);
  });
  EXPECT_LT(made, 20'000'000U) << "what the buffers of two sockets hold";
}

EDDY_TEST(client_upload, a_body_that_is_slow_to_come_is_not_silence_but_one_that_is_not_taken_is) {
  const auto server = [&](tcp::socket peer) -> task<> {
    (void)co_await read_until(peer, "\r\n\r\n");
    co_await peer.write_all(go_ahead);
    (void)co_await read_until(peer, "0\r\n\r\n");
    co_await peer.write_all(ok);
    (void)co_await testing::read_to_end(peer);
  };
  const auto slow = []() -> body_stream {
    co_yield "one";
    co_await sleep(50s);
    co_yield "two";
  };
  co_await while_receiving(server, [&](client& c, std::string url) -> task<> {
    response r = co_await c.request("POST", url, {.body = body::stream(slow())});
    EXPECT_EQ(co_await r.text(), "ok");
    EXPECT_EQ(eddy::testing::now(), 50s);
  });

  const auto deaf = [&](tcp::socket peer) -> task<> {
    (void)co_await read_until(peer, "\r\n\r\n");
    co_await peer.write_all(go_ahead);
    co_await sleep(1h);
  };
  const auto endless = [&]() -> body_stream {
    const std::string piece(100'000, 'x');
    for (;;) co_yield piece;
  };
  co_await while_receiving(deaf, [&](client& c, std::string url) -> task<> {
    const auto failed = co_await outcome(c.request("POST", url, {.body = body::stream(endless())}));
    EXPECT_EQ(message_of(failed), "POST " + url + ": nothing moved for 30 s (idle_read_timeout)");
    EXPECT_EQ(eddy::testing::now(), 80s);
  });
}

}  // namespace
}  // namespace eddy::http
