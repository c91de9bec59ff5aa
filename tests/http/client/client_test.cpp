// SPDX-License-Identifier: MIT
#include <eddy/http/client.hpp>

#include <chrono>

#include <eddy/core/outcome.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using testing::at;
using testing::fault_of;
using testing::message_of;
using testing::while_serving;
using testing::while_talking;

EDDY_NETWORK_TEST(client, gets_a_page) {
  server s;
  s.route("GET", "/p/{id}", [](server_request& request) -> task<server_reply> {
    co_return server_reply::html(200, "<p>" + std::string(request.parameter("id")));
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    response r = co_await c.get(at(where, "/p/7?x#y"));
    EXPECT_TRUE(r.ok());
    EXPECT_EQ(r.headers().get("content-type"), "text/html; charset=utf-8");
    EXPECT_EQ(r.url(), at(where, "/p/7?x#y"));
    EXPECT_EQ(co_await r.text(), "<p>7");
    EXPECT_EQ(co_await r.text(), "") << "nothing is left";
  });
}

EDDY_NETWORK_TEST(client, sends_what_a_server_needs_and_what_the_caller_adds) {
  server s;
  s.fallback([](server_request& request) -> task<server_reply> {
    std::string text = request.head.method + " " + request.head.target + "\n";
    for (const auto& [name, value] : request.head.headers) {
      text += std::string(name) + ": " + std::string(value) + "\n";
    }
    co_return server_reply::text(200, text + co_await request.text());
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c({.user_agent = "tester"});
    const std::string host = "Host: " + where.to_string() + "\n";
    response plain = co_await c.get(at(where, "/a b"));
    EXPECT_EQ(co_await plain.text(), "GET /a%20b\n" + host +
                                         "User-Agent: tester\nAccept: */*\n"
                                         "Accept-Encoding: gzip, deflate, br, zstd\n");
    response full = co_await c.request(
        "POST", at(where, "/"),
        {.headers = {{"accept", "text/csv"}, {"content-length", "99"}, {"Host", "other"}},
         .body = "a,b"});
    EXPECT_EQ(co_await full.text(),
              "POST /\nHost: other\naccept: text/csv\nUser-Agent: tester\n"
              "Accept-Encoding: gzip, deflate, br, zstd\nContent-Length: 3\na,b");
    EXPECT_THROW((void)co_await c.request("GE T", at(where, "/")), std::invalid_argument);
  });
}

EDDY_NETWORK_TEST(client, head_has_no_body_and_the_connection_stays) {
  server s;
  s.fallback(
      [](server_request&) -> task<server_reply> { co_return server_reply::text(200, "12345"); });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    response r = co_await c.request("HEAD", at(where, "/"));
    EXPECT_EQ(r.headers().get("Content-Length"), "5");
    EXPECT_EQ(c.idle(), 1U) << "nothing is left to read";
    EXPECT_EQ(co_await r.text(), "");
  });
}

EDDY_NETWORK_TEST(client, a_body_can_be_read_piece_by_piece) {
  server s;
  s.fallback([](server_request&) -> task<server_reply> {
    co_return server_reply::text(200, std::string(300'000, 'x'));
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    response r = co_await c.get(at(where, "/"));
    std::size_t total = 0;
    int pieces = 0;
    while (const auto piece = co_await r.next()) {
      EXPECT_FALSE(piece->empty());
      total += piece->size();
      ++pieces;
    }
    EXPECT_EQ(total, 300'000U);
    EXPECT_GT(pieces, 1);
    EXPECT_EQ(c.idle(), 1U);
  });
}

EDDY_NETWORK_TEST(client, a_body_may_end_with_the_connection) {
  const auto old_server = [](tcp::socket peer) -> task<> {
    (void)co_await testing::read_until(peer, "\r\n\r\n");
    co_await peer.write_all("HTTP/1.0 200 OK\r\n\r\nall of it");
  };
  co_await while_talking(old_server, [](endpoint where) -> task<> {
    client c;
    response r = co_await c.get(at(where, "/"));
    EXPECT_EQ(co_await r.text(), "all of it");
    EXPECT_EQ(c.idle(), 0U);
    EXPECT_EQ(c.in_use(), 0U);
  });
}

EDDY_NETWORK_TEST(client, an_answer_that_is_cut_off_is_a_closed_connection) {
  std::string answer;
  const auto cuts = [&](tcp::socket peer) -> task<> {
    (void)co_await testing::read_until(peer, "\r\n\r\n");
    co_await peer.write_all(answer);
  };
  co_await while_talking(cuts, [&](endpoint where) -> task<> {
    client c({.retry = {.most = 0}});
    for (const char* cut : {"", "HTTP/1.1 200 OK\r\nContent-"}) {
      answer = cut;
      const auto failed = co_await outcome(c.get(at(where, "/")));
      EXPECT_EQ(fault_of(failed), client_fault::connection_closed) << cut;
    }
    for (const char* cut : {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"}) {
      answer = cut;
      response r = co_await c.get(at(where, "/"));
      const auto failed = co_await outcome(r.text());
      EXPECT_EQ(fault_of(failed), client_fault::connection_closed) << cut;
      EXPECT_TRUE(message_of(failed).starts_with("GET " + at(where, "/") + ": response body"))
          << cut;
    }
    EXPECT_EQ(c.in_use(), 0U);
  });
}

EDDY_NETWORK_TEST(client, a_reset_is_a_closed_connection) {
  server s;
  s.fallback([](server_request&) -> task<server_reply> { co_return server_reply::reset(); });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c({.retry = {.most = 0}});
    const auto failed = co_await outcome(c.get(at(where, "/")));
    EXPECT_EQ(fault_of(failed), client_fault::connection_closed);
    EXPECT_EQ(message_of(failed), "GET " + at(where, "/") + ": read " + where.to_string() +
                                      ": Connection reset by peer");
  });
}

EDDY_NETWORK_TEST(client, what_is_not_http_is_a_protocol_fault) {
  const auto ssh = [](tcp::socket peer) -> task<> {
    co_await peer.write_all("SSH-2.0-OpenSSH_9.2\r\n");
    (void)co_await testing::read_until(peer, "\r\n\r\n");
  };
  co_await while_talking(ssh, [](endpoint where) -> task<> {
    client c;
    const auto failed = co_await outcome(c.get(at(where, "/")));
    EXPECT_EQ(fault_of(failed), client_fault::protocol);
    EXPECT_TRUE(message_of(failed).starts_with("GET " + at(where, "/") + ": status line: "));
  });
}

EDDY_NETWORK_TEST(client, interim_answers_are_passed_over) {
  const auto hints = [](tcp::socket peer) -> task<> {
    (void)co_await testing::read_until(peer, "\r\n\r\n");
    co_await peer.write_all("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    co_await peer.write_all("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  };
  co_await while_talking(hints, [](endpoint where) -> task<> {
    client c;
    response r = co_await c.get(at(where, "/"));
    EXPECT_EQ(r.status(), 200);
    EXPECT_EQ(co_await r.text(), "ok");
  });
}

EDDY_NETWORK_TEST(client, what_cannot_be_asked_for_is_refused_in_one_line) {
  client c;
  const auto refused = [&](std::string url) -> task<std::pair<client_fault, std::string>> {
    const auto failed = co_await outcome(c.get(std::move(url)));
    co_return std::pair(fault_of(failed), message_of(failed));
  };
  using enum client_fault;
  EXPECT_EQ(
      co_await refused("ftp://a.test/x"),
      std::pair(unsupported_scheme,
                std::string("GET ftp://a.test/x: ftp is not supported, only http and https")));
  EXPECT_EQ((co_await refused("/relative")).first, bad_url);
  for (const std::string url : {"http://ada:secret@a.test:x/", "ftp://ada:secret@a.test/@",
                                "http:ada:sec@ret@a b/", "http://ada:secret@"}) {
    const std::string message = (co_await refused(url)).second;
    EXPECT_FALSE(message.contains("ada") || message.contains("sec")) << message;
  }
  EXPECT_EQ((co_await refused("http://nosuch.invalid/")).first, resolve);
}

EDDY_NETWORK_TEST(client, a_port_where_nobody_listens_is_a_connect_fault) {
  tcp::listener listener = testing::listen_on_loopback();
  const endpoint where = listener.local_endpoint();
  listener.close();
  client c({.retry = {.most = 0}});
  const auto failed = co_await outcome(c.get(at(where, "/")));
  EXPECT_EQ(fault_of(failed), client_fault::connect);
  EXPECT_EQ(message_of(failed),
            "GET " + at(where, "/") + ": connect " + where.to_string() + ": Connection refused");
  EXPECT_EQ(c.in_use(), 0U);
}

EDDY_NETWORK_TEST(client, a_name_can_be_made_to_lead_elsewhere) {
  server s;
  s.fallback([](server_request& request) -> task<server_reply> {
    co_return server_reply::text(200, std::string(request.head.headers.get("Host").value_or("")));
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c({.resolve = {{"shop.test", where}}});
    response r = co_await c.get("http://Shop.test/");
    EXPECT_EQ(co_await r.text(), "shop.test");
    EXPECT_EQ(r.url(), "http://shop.test/");
  });
}

TEST(client, one_that_may_have_no_connection_is_refused) {
  EXPECT_THROW(client({.max_connections = 0}), std::invalid_argument);
  EXPECT_THROW(client({.max_per_host = 0}), std::invalid_argument);
}

}  // namespace
}  // namespace eddy::http
