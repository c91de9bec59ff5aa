// SPDX-License-Identifier: MIT
//
// Bodies that are read or made while the handler runs.
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/http/server.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>
#include <http/wire.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using testing::talk;
using testing::while_serving;

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view last_get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

std::string post(std::string_view fields, std::string_view body = {}) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

std::string body_of(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

std::string status_line(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }

body_stream abc() {
  co_yield "a";
  co_yield "";
  co_await yield();
  co_yield "bc";
}

template <class Handler>
server serving(Handler h, server_options options = {}) {
  server s(options);
  s.fallback(std::move(h));
  return s;
}

task<server_reply> echo(server_request& request) {
  co_return server_reply::text(200, co_await request.text() + ";");
}

EDDY_NETWORK_TEST(server_stream, a_reply_of_unknown_size_goes_out_in_chunks_and_another_follows) {
  server s = serving([](server_request&) -> task<server_reply> {
    co_return server_reply{.body = body::stream(abc)};
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answers = co_await talk(where, std::string(get) + std::string(last_get));
    EXPECT_NE(answers.find("Transfer-Encoding: chunked\r\n"), answers.npos);
    EXPECT_EQ(answers.find("Content-Length"), answers.npos);
    const std::string body = "\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n";
    EXPECT_NE(answers.find(body), answers.rfind(body)) << answers;
    EXPECT_TRUE(answers.ends_with(body)) << answers;
  });
}

EDDY_NETWORK_TEST(server_stream, a_reply_whose_size_is_said_goes_out_as_it_is) {
  server s = serving([](server_request&) -> task<server_reply> {
    co_return server_reply{.body = body::stream(abc(), 3)};
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answer = co_await talk(where, last_get);
    EXPECT_NE(answer.find("Content-Length: 3\r\n"), answer.npos);
    EXPECT_EQ(body_of(answer), "abc");
  });
}

EDDY_NETWORK_TEST(server_stream, a_1_0_client_gets_a_reply_that_ends_with_the_connection) {
  server s = serving([](server_request&) -> task<server_reply> {
    co_return server_reply{.body = body::stream(abc)};
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answer =
        co_await talk(where, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_NE(answer.find("Connection: close\r\n"), answer.npos);
    EXPECT_EQ(answer.find("Transfer-Encoding"), answer.npos);
    EXPECT_EQ(body_of(answer), "abc");
  });
}

EDDY_NETWORK_TEST(server_stream, head_does_not_make_the_pieces) {
  bool opened = false;
  server s = serving([&](server_request&) -> task<server_reply> {
    co_return server_reply{.body = body::stream([&] {
                             opened = true;
                             return abc();
                           })};
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string answer =
        co_await talk(where, "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_NE(answer.find("Transfer-Encoding: chunked\r\n"), answer.npos);
    EXPECT_EQ(body_of(answer), "");
  });
  EXPECT_FALSE(opened);
}

EDDY_NETWORK_TEST(server_stream, a_reply_that_fails_half_way_is_cut_off_and_reported) {
  server s = serving([](server_request& request) -> task<server_reply> {
    static constexpr auto fails = []() -> body_stream {
      co_yield "half";
      throw std::runtime_error("the disk is gone");
    };
    if (request.path == "/short") co_return server_reply{.body = body::stream(abc(), 4)};
    if (request.path == "/long") co_return server_reply{.body = body::stream(abc(), 2)};
    co_return server_reply{.body = body::stream(fails)};
  });
  ::testing::internal::CaptureStderr();
  co_await while_serving(s, [](endpoint where) -> task<> {
    EXPECT_EQ(body_of(co_await talk(where, get)), "4\r\nhalf\r\n");
    EXPECT_EQ(body_of(co_await talk(where, "GET /short HTTP/1.1\r\nHost: a\r\n\r\n")), "abc");
    EXPECT_EQ(body_of(co_await talk(where, "GET /long HTTP/1.1\r\nHost: a\r\n\r\n")), "a");
    const auto old = co_await outcome(talk(where, "GET / HTTP/1.0\r\n\r\n"));
    EXPECT_TRUE(old.has_error()) << "it must not look complete";
  });
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find(": the disk is gone\n"), log.npos) << log;
  EXPECT_NE(log.find("the body ended after 3 of the 4 bytes"), log.npos) << log;
  EXPECT_NE(log.find("the body is longer than the 2 bytes"), log.npos) << log;
}

EDDY_NETWORK_TEST(server_stream, the_head_does_not_wait_for_the_first_piece) {
  event go;
  server s = serving([&](server_request&) -> task<server_reply> {
    co_return server_reply{.body = body::stream([](event& go) -> body_stream {
                             co_await go.wait();
                             co_yield "x";
                           }(go))};
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    tcp::socket socket = co_await tcp::connect(where);
    co_await socket.write_all(last_get);
    EXPECT_TRUE((co_await testing::read_until(socket, "\r\n\r\n")).starts_with("HTTP/1.1 200"));
    go.set();
    EXPECT_EQ(co_await testing::read_to_end(socket), "1\r\nx\r\n0\r\n\r\n");
  });
}

EDDY_NETWORK_TEST(server_stream, pieces_are_made_only_as_fast_as_the_client_takes_them) {
  std::size_t made = 0;
  server s = serving([&](server_request&) -> task<server_reply> {
    co_return server_reply{.body = body::stream([](std::size_t& made) -> body_stream {
                             const std::string piece(100'000, 'x');
                             for (; made < 1000; ++made) co_yield piece;
                           }(made))};
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    tcp::socket socket = co_await tcp::connect(where);
    co_await socket.write_all(last_get);
    std::size_t before = 0;
    do {  // until the buffers between them are full
      before = made;
      for (int i = 0; i < 500; ++i) co_await yield();
    } while (made == 0 || made != before);
    EXPECT_LT(made, 500U);
    const std::string answer = co_await testing::read_to_end(socket);
    EXPECT_GT(answer.size(), 100'000'000U);
    EXPECT_TRUE(answer.ends_with("\r\n0\r\n\r\n"));
  });
}

EDDY_NETWORK_TEST(server_stream, a_client_that_leaves_ends_the_pieces) {
  event started;
  event ended;
  server s = serving([&](server_request&) -> task<server_reply> {
    co_return server_reply{.body = body::stream([](event& started, event& ended) -> body_stream {
                             struct leaving {
                               event& e;
                               ~leaving() { e.set(); }
                             };
                             const leaving when_unwound{ended};
                             co_yield "x";
                             started.set();
                             co_await sleep(1h);
                           }(started, ended))};
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    {
      tcp::socket socket = co_await tcp::connect(where);
      co_await socket.write_all(get);
      co_await started.wait();
    }
    co_await ended.wait();
  });
}

EDDY_NETWORK_TEST(server_stream, a_body_can_be_answered_while_it_comes) {
  server s = serving([](server_request& request) -> task<server_reply> {
    co_return server_reply{.body = body::stream(request.stream())};
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    tcp::socket socket = co_await tcp::connect(where);
    co_await socket.write_all(post("Content-Length: 6\r\nConnection: close\r\n", "abc"));
    EXPECT_TRUE((co_await testing::read_until(socket, "3\r\nabc\r\n")).starts_with("HTTP/1.1 200"));
    co_await socket.write_all("def");
    EXPECT_EQ(co_await testing::read_to_end(socket), "3\r\ndef\r\n0\r\n\r\n");
  });
}

EDDY_NETWORK_TEST(server_stream, a_body_that_nobody_reads_is_held_back_by_tcp) {
  event go;
  server s = serving(
      [&](server_request& request) -> task<server_reply> {
        co_await go.wait();
        std::size_t total = 0;
        while (const auto piece = co_await request.next()) {
          EXPECT_LE(piece->size(), 128U * 1024) << "more was kept than should be";
          total += piece->size();
        }
        co_return server_reply::text(200, std::to_string(total) + ";");
      },
      {.max_body = 200'000'000});
  co_await while_serving(s, [&](endpoint where) -> task<> {
    constexpr std::size_t size = 50'000'000;
    tcp::socket socket = co_await tcp::connect(where);
    co_await socket.write_all(post("Content-Length: " + std::to_string(size) + "\r\n"));
    const std::string piece(10'000, 'x');
    std::size_t sent = 0;
    std::string answer;
    co_await with_task_group([&](task_group& group) -> task<> {
      (void)group.create_task([&]() -> task<> {
        for (; sent < size; sent += piece.size()) co_await socket.write_all(piece);
      });
      std::size_t before = 0;
      do {
        before = sent;
        for (int i = 0; i < 500; ++i) co_await yield();
      } while (sent == 0 || sent != before);
      EXPECT_LT(sent, size / 2);
      go.set();
      answer = co_await testing::read_until(socket, ";");
    });
    EXPECT_TRUE(answer.ends_with("50000000;"));
  });
}

EDDY_NETWORK_TEST(server_stream, a_piece_stays_while_more_is_read_ahead) {
  event read;
  event go;
  server s = serving([&](server_request& request) -> task<server_reply> {
    const auto piece = co_await request.next();
    read.set();
    co_await go.wait();
    co_return server_reply::text(
        200, std::string(piece.value_or("")) + ";" + co_await request.text() + ";");
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    tcp::socket socket = co_await tcp::connect(where);
    const std::string more(500'000, 'y');
    co_await socket.write_all(post("Content-Length: 500003\r\nConnection: close\r\n", "abc"));
    co_await read.wait();
    co_await with_task_group([&](task_group& group) -> task<> {
      (void)group.create_task([&]() -> task<> { co_await socket.write_all(more); });
      for (int i = 0; i < 200; ++i) co_await yield();
      go.set();
      EXPECT_EQ(body_of(co_await testing::read_to_end(socket)), "abc;" + more + ";");
    });
  });
}

EDDY_NETWORK_TEST(server_stream,
                  a_client_that_leaves_in_the_middle_of_its_body_cancels_the_handler) {
  event reading;
  event cancelled;
  server s = serving([&](server_request& request) -> task<server_reply> {
    struct leaving {
      event& e;
      ~leaving() { e.set(); }
    };
    const leaving when_unwound{cancelled};
    while (co_await request.next()) reading.set();
    ADD_FAILURE() << "the body did not end";
    co_return server_reply{};
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    {
      tcp::socket socket = co_await tcp::connect(where);
      co_await socket.write_all(post("Content-Length: 6\r\n", "abc"));
      co_await reading.wait();
    }
    co_await cancelled.wait();
  });
}

EDDY_NETWORK_TEST(server_stream, a_wait_for_a_piece_that_is_given_up_loses_nothing) {
  server s = serving([](server_request& request) -> task<server_reply> {
    std::string body;
    int given_up = 0;
    for (;;) {
      auto piece = co_await wait_for_optional(request.next(), 1ms);
      if (!piece) {
        ++given_up;
        continue;
      }
      if (!*piece) break;
      body += **piece;
    }
    EXPECT_GT(given_up, 0);
    co_return server_reply::text(200, body + ";");
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    tcp::socket socket = co_await tcp::connect(where);
    co_await socket.write_all(post("Content-Length: 30\r\nExpect: 100-continue\r\n"));
    EXPECT_EQ(co_await testing::read_until(socket, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    for (int i = 0; i < 10; ++i) {
      co_await socket.write_all("abc");
      co_await sleep(3ms);
    }
    EXPECT_TRUE((co_await testing::read_until(socket, ";"))
                    .ends_with("\r\n\r\nabcabcabcabcabcabcabcabcabcabc;"));
  });
}

EDDY_NETWORK_TEST(server_stream, a_client_is_told_to_continue_only_when_its_body_is_read) {
  server s = serving([](server_request& request) -> task<server_reply> {
    if (request.path == "/refused") co_return server_reply::text(403, "no;");
    co_return co_await echo(request);
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string refused =
        co_await talk(where,
                      "POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
                      "Expect: 100-continue\r\n\r\n");
    EXPECT_EQ(status_line(refused), "HTTP/1.1 403 Forbidden");
    EXPECT_NE(refused.find("Connection: close\r\n"), refused.npos)
        << "nobody can tell whether the body comes all the same";
  });
}

EDDY_NETWORK_TEST(server_stream, a_short_body_that_is_not_read_does_not_end_the_connection) {
  server s = serving(
      [](server_request&) -> task<server_reply> { co_return server_reply::text(200, "ok;"); });
  co_await while_serving(s, [](endpoint where) -> task<> {
    tcp::socket socket = co_await tcp::connect(where);
    co_await socket.write_all(post("Content-Length: 100000\r\n"));
    EXPECT_TRUE((co_await testing::read_until(socket, "ok;")).starts_with("HTTP/1.1 200"));
    co_await socket.write_all(std::string(100'000, 'x') + std::string(last_get));
    EXPECT_TRUE((co_await testing::read_to_end(socket)).ends_with("ok;"));
  });
}

EDDY_NETWORK_TEST(server_stream, a_long_body_that_is_not_read_ends_it_after_the_answer) {
  server s = serving(
      [](server_request&) -> task<server_reply> { co_return server_reply::text(200, "ok;"); });
  co_await while_serving(s, [](endpoint where) -> task<> {
    tcp::socket socket = co_await tcp::connect(where);
    co_await socket.write_all(post("Content-Length: 10000000\r\n", std::string(200'000, 'x')));
    const std::string answer = co_await testing::read_to_end(socket);
    EXPECT_NE(answer.find("Connection: close\r\n"), answer.npos);
    EXPECT_TRUE(answer.ends_with("ok;"));
  });
}

EDDY_NETWORK_TEST(server_stream, a_handler_sets_its_own_limit_for_the_body) {
  server s = serving(
      [](server_request& request) -> task<server_reply> {
        if (request.path == "/large") request.limit_body(200);
        co_return co_await echo(request);
      },
      {.max_body = 100});
  co_await while_serving(s, [](endpoint where) -> task<> {
    const std::string body(150, 'x');
    const auto sent_to = [&](std::string_view path) {
      return "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 150\r\n" +
             "Connection: close\r\n\r\n" + body;
    };
    EXPECT_EQ(body_of(co_await talk(where, sent_to("/large"))), body + ";");
    EXPECT_EQ(status_line(co_await talk(where, sent_to("/"))), "HTTP/1.1 413 Content Too Large");
  });
}

EDDY_NETWORK_TEST(server_stream, an_upgraded_connection_speaks_another_protocol) {
  event* seen = nullptr;
  server s = serving([&](server_request&) -> task<server_reply> {
    server_reply reply{.status = 101, .headers = {{"Connection", "Upgrade"}, {"Upgrade", "echo"}}};
    reply.upgrade = [&](detail::upgraded_connection with) -> task<> {
      seen = with.stopping;
      co_await with.wire->write_all(with.received);
      std::array<char, 100> piece;
      while (const auto count = co_await with.wire->read_some(piece)) {
        co_await with.wire->write_all(std::string_view(piece.data(), count));
      }
    };
    co_return reply;
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    tcp::socket socket = co_await tcp::connect(where);
    co_await socket.write_all(std::string(get) + "early");
    const std::string head = co_await testing::read_until(socket, "early");
    EXPECT_EQ(status_line(head), "HTTP/1.1 101 Switching Protocols");
    EXPECT_NE(head.find("Connection: Upgrade\r\n"), head.npos);
    EXPECT_EQ(head.find("Content-Length"), head.npos);
    co_await socket.write_all("late");
    EXPECT_EQ(co_await testing::read_until(socket, "late"), "late");
    co_await socket.shutdown();
    EXPECT_EQ(co_await testing::read_to_end(socket), "");
  });
  EXPECT_NE(seen, nullptr);
}

}  // namespace
}  // namespace eddy::http
