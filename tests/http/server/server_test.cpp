// SPDX-License-Identifier: MIT
#include <eddy/http/server.hpp>

#include <chrono>
#include <set>

#include <eddy/core/error.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using testing::talk;
using testing::while_serving;
using testing::without_dates;

constexpr std::string_view closing = "Host: a\r\nConnection: close\r\n\r\n";

std::string get(std::string_view path, std::string_view fields = "Host: a\r\n\r\n") {
  return "GET " + std::string(path) + " HTTP/1.1\r\n" + std::string(fields);
}

task<server_reply> echo(server_request& request) {
  co_return server_reply::text(200, request.head.method + " " + request.path + "?" + request.query +
                                        " " + co_await request.text() + ";");
}

std::string status_line(std::string_view answer) {
  return std::string(answer.substr(0, answer.find("\r\n")));
}

EDDY_NETWORK_TEST(server, answers_a_get) {
  server s;
  s.fallback(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    EXPECT_EQ(without_dates(co_await talk(where, get("/x?y=1", closing))),
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
              "Content-Length: 12\r\nDate: …\r\nConnection: close\r\n\r\nGET /x?y=1 ;");
  });
}

EDDY_NETWORK_TEST(server, requests_sent_ahead_are_answered_in_order) {
  server s;
  s.fallback([](server_request& request) -> task<server_reply> {
    // The first is the slowest: later ones must not overtake it.
    for (int i = 0; i < (request.path == "/1" ? 50 : 0); ++i) co_await yield();
    co_return co_await echo(request);
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answers = co_await talk(
        where, get("/1") + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" +
                   get("/3", closing));
    const auto first = answers.find("GET /1? ;");
    const auto second = answers.find("POST /2? abc;");
    const auto third = answers.find("GET /3? ;");
    EXPECT_TRUE(first < second && second < third && third != answers.npos) << answers;
  });
}

EDDY_NETWORK_TEST(server, more_than_is_kept_ahead_waits_in_the_socket_and_is_served) {
  server s;
  event go;
  s.fallback([&](server_request& request) -> task<server_reply> {
    co_await go.wait();
    co_return co_await echo(request);
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    constexpr int count = 4000;
    std::string requests;
    for (int i = 1; i < count; ++i) requests += get("/" + std::to_string(i));
    requests += get("/last", closing);
    tcp::socket socket = co_await tcp::connect(where);
    std::string answers;
    co_await with_task_group([&](task_group& group) -> task<> {
      (void)group.create_task([&]() -> task<> { co_await socket.write_all(requests); });
      while (s.requests() == 0) co_await yield();
      go.set();
      answers = co_await testing::read_to_end(socket);
    });
    EXPECT_GT(requests.size(), 100'000U);
    EXPECT_TRUE(answers.ends_with("GET /last? ;"));
    EXPECT_NE(answers.find("GET /3999? ;"), answers.npos);
  });
}

EDDY_NETWORK_TEST(server, a_1_0_client_is_let_go_unless_it_asks_to_stay) {
  server s;
  s.fallback(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answer = co_await talk(where, "GET / HTTP/1.0\r\n\r\n");
    EXPECT_NE(answer.find("Connection: close\r\n"), answer.npos);

    tcp::socket staying = co_await tcp::connect(where);
    for (int i = 0; i < 2; ++i) {
      co_await staying.write_all("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      const std::string kept = co_await testing::read_until(staying, ";");
      EXPECT_NE(kept.find("Connection: keep-alive\r\n"), kept.npos);
    }
  });
}

EDDY_NETWORK_TEST(server, head_is_answered_like_get_without_the_body) {
  server s;
  s.route("GET", "/x", echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answer = co_await talk(where, "HEAD /x HTTP/1.1\r\n" + std::string(closing));
    EXPECT_NE(answer.find("Content-Length: 10\r\n"), answer.npos) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
  });
}

EDDY_NETWORK_TEST(server, a_target_may_be_a_whole_url) {
  server s;
  s.fallback(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    EXPECT_TRUE((co_await talk(where, get("http://a/b?c", closing))).ends_with("GET /b?c ;"));
    EXPECT_TRUE((co_await talk(where, get("http://a", closing))).ends_with("GET /? ;"));
    EXPECT_TRUE((co_await talk(where, get("http://a?c", closing))).ends_with("GET /?c ;"));
  });
}

EDDY_NETWORK_TEST(server, the_host_of_a_whole_url_is_the_one_that_was_asked_for) {
  server s;
  s.fallback([](server_request& request) -> task<server_reply> {
    co_return server_reply::text(200, std::string(*request.head.headers.get("Host")) + ";");
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answer = co_await talk(where, get("HTTP://b:81/x", closing));
    EXPECT_TRUE(answer.ends_with("\r\n\r\nb:81;")) << answer;
  });
}

EDDY_NETWORK_TEST(server, a_path_has_no_second_spelling_by_needless_escapes) {
  server s;
  s.fallback(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string plain = co_await talk(where, get("/%61dmin%2Fx/%2e%7E%20%zz%4?%61", closing));
    EXPECT_TRUE(plain.ends_with("GET /admin%2Fx/.~%20%zz%4?%61 ;")) << plain;
  });
}

EDDY_NETWORK_TEST(server, a_chunked_body_is_put_together) {
  server s;
  s.fallback(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answer =
        co_await talk(where, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" +
                                 std::string(closing) + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    EXPECT_TRUE(answer.ends_with("POST /? abcde;")) << answer;
  });
}

EDDY_NETWORK_TEST(server, a_client_that_waits_to_be_told_is_told_to_continue) {
  server s;
  s.fallback(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    tcp::socket socket = co_await tcp::connect(where);
    co_await socket.write_all(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(co_await testing::read_until(socket, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    co_await socket.write_all("ok");
    EXPECT_TRUE((co_await testing::read_until(socket, "ok;")).ends_with("POST /? ok;"));

    tcp::socket old_client = co_await tcp::connect(where);
    co_await old_client.write_all(
        "POST / HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    for (int i = 0; i < 200; ++i) co_await yield();  // time enough to say it, were it to
    co_await old_client.write_all("ok");
    const std::string old = co_await testing::read_to_end(old_client);
    EXPECT_EQ(status_line(old), "HTTP/1.1 200 OK");
  });
}

EDDY_NETWORK_TEST(server, what_breaks_the_rules_is_refused_with_the_right_status) {
  server s({.max_body = 100, .max_header_bytes = 1000, .max_fields = 10});
  s.fallback(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    const auto refused = [&](std::string request) -> task<std::string> {
      std::string answer = co_await talk(where, request);
      EXPECT_NE(answer.find("Connection: close\r\n"), answer.npos);
      co_return status_line(answer);
    };
    EXPECT_EQ(co_await refused("GET / HTTP/1.1\r\n\r\n"), "HTTP/1.1 400 Bad Request");
    EXPECT_EQ(co_await refused("GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
              "HTTP/1.1 505 HTTP Version Not Supported");
    EXPECT_EQ(co_await refused(get("/" + std::string(2000, 'x'))),
              "HTTP/1.1 431 Request Header Fields Too Large");
    EXPECT_EQ(co_await refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n"),
              "HTTP/1.1 413 Content Too Large");
    EXPECT_EQ(
        co_await refused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n"),
        "HTTP/1.1 413 Content Too Large");
    EXPECT_EQ(co_await refused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                               "Content-Length: 3\r\n\r\n"),
              "HTTP/1.1 400 Bad Request");
  });
}

EDDY_NETWORK_TEST(server, a_refused_client_that_is_still_sending_can_read_why) {
  server s;
  s.fallback(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    tcp::socket socket = co_await tcp::connect(where);
    co_await socket.write_all("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n");
    const std::string sent(200'000, 'x');
    co_await socket.write_all(sent);
    const std::string answer = co_await testing::read_to_end(socket);
    EXPECT_EQ(status_line(answer), "HTTP/1.1 413 Content Too Large");
  });
}

EDDY_NETWORK_TEST(server, what_a_handler_throws_is_a_500_and_the_connection_goes_on) {
  server s;
  s.route("GET", "/good", echo);
  s.route("GET", "/throws", [](server_request&) -> task<server_reply> {
    throw std::runtime_error("no such table");
    co_return server_reply{};
  });
  s.route("GET", "/status",
          [](server_request&) -> task<server_reply> { co_return server_reply{.status = 17}; });
  ::testing::internal::CaptureStderr();
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answers =
        co_await talk(where, get("/throws") + get("/status") + get("/good", closing));
    EXPECT_EQ(status_line(answers), "HTTP/1.1 500 Internal Server Error");
    EXPECT_EQ(answers.find("no such table"), answers.npos) << "it is none of the client's business";
    EXPECT_TRUE(answers.ends_with("GET /good? ;")) << answers;
  });
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_TRUE(log.starts_with("eddy: GET /throws from 127.0.0.1:")) << log;
  EXPECT_NE(log.find(": no such table\n"), log.npos) << log;
  EXPECT_NE(log.find("eddy: GET /status from 127.0.0.1:"), log.npos) << log;
  EXPECT_NE(log.find(": response status 17"), log.npos) << log;
}

EDDY_NETWORK_TEST(server, a_client_that_leaves_cancels_its_handler) {
  server s;
  event entered;
  event cancelled;
  s.fallback([&](server_request&) -> task<server_reply> {
    struct leaving {
      event& e;
      ~leaving() { e.set(); }
    };
    const leaving when_unwound{cancelled};
    entered.set();
    co_await sleep(1h);
    co_return server_reply{};
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    {
      tcp::socket socket = co_await tcp::connect(where);
      co_await socket.write_all(get("/"));
      co_await entered.wait();
      EXPECT_EQ(s.requests(), 1U);
    }
    co_await cancelled.wait();
    while (s.connections() > 0) co_await yield();
    EXPECT_EQ(s.requests(), 0U);
  });
}

EDDY_NETWORK_TEST(server, a_reset_on_purpose_reaches_the_client_as_one) {
  server s;
  s.fallback([](server_request&) -> task<server_reply> { co_return server_reply::reset(); });
  co_await while_serving(s, [](endpoint where) -> task<> {
    try {
      (void)co_await talk(where, get("/"));
      ADD_FAILURE() << "no error";
    } catch (const io_error& e) {
      EXPECT_EQ(e.code().value(), ECONNRESET);
    }
  });
}

EDDY_NETWORK_TEST(server, a_204_has_neither_body_nor_length) {
  server s;
  s.fallback([](server_request&) -> task<server_reply> {
    co_return server_reply{.status = 204, .body = "lost"};
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    EXPECT_EQ(without_dates(co_await talk(where, get("/", closing))),
              "HTTP/1.1 204 No Content\r\nDate: …\r\nConnection: close\r\n\r\n");
  });
}

EDDY_NETWORK_TEST(server, a_large_body_arrives_whole) {
  server s;
  s.fallback([](server_request&) -> task<server_reply> {
    co_return server_reply::text(200, std::string(3'000'000, 'x') + "end");
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answer = co_await talk(where, get("/", closing));
    EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, 3'000'003U);
    EXPECT_TRUE(answer.ends_with("xend"));
  });
}

EDDY_NETWORK_TEST(server, a_head_that_does_not_come_to_an_end_is_a_408) {
  server s({.header_timeout = 20ms});
  s.fallback(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answer = co_await talk(where, "GET / HTTP/1.1\r\nHost");
    EXPECT_EQ(status_line(answer), "HTTP/1.1 408 Request Timeout");
  });
}

EDDY_NETWORK_TEST(server, a_body_that_stops_coming_is_a_408) {
  server s({.header_timeout = 20ms});
  s.fallback(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answer =
        co_await talk(where, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
    EXPECT_EQ(status_line(answer), "HTTP/1.1 408 Request Timeout");
    EXPECT_TRUE(answer.ends_with("nothing more of the body came in time\n"));
  });
}

EDDY_NETWORK_TEST(server, a_connection_without_a_request_is_closed_without_a_word) {
  server s({.header_timeout = 20ms});
  co_await while_serving(s, [](endpoint where) -> task<> {
    EXPECT_EQ(co_await talk(where, ""), "");
    EXPECT_EQ(co_await talk(where, "\r\n"), "");
  });
}

EDDY_NETWORK_TEST(server, an_idle_connection_is_closed_after_keep_alive) {
  server s({.keep_alive = 20ms});
  s.fallback(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    EXPECT_TRUE((co_await talk(where, get("/"))).ends_with(";"));
  });
}

EDDY_NETWORK_TEST(server, beyond_max_connections_clients_wait_their_turn) {
  server s({.max_connections = 1});
  s.fallback(echo);
  co_await while_serving(s, [&](endpoint where) -> task<> {
    std::optional<tcp::socket> first = co_await tcp::connect(where);
    co_await first->write_all(get("/1"));
    EXPECT_TRUE((co_await testing::read_until(*first, "GET /1? ;")).ends_with("GET /1? ;"));
    tcp::socket second = co_await tcp::connect(where);
    co_await second.write_all(get("/2", closing));
    for (int i = 0; i < 20; ++i) co_await yield();
    EXPECT_EQ(s.connections(), 1U);
    first.reset();
    EXPECT_TRUE((co_await testing::read_to_end(second)).ends_with("GET /2? ;"));
  });
}

}  // namespace
}  // namespace eddy::http
