// SPDX-License-Identifier: MIT
#include <eddy/testing/http_mock.hpp>

#include <array>
#include <chrono>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/error.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/core/with.hpp>
#include <eddy/http/client.hpp>
#include <eddy/io/tcp.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/network.hpp>
#include <eddy/testing/test.hpp>
#include <tls_pair.hpp>

namespace eddy::testing {
namespace {

using namespace std::chrono_literals;
using http::client_fault;

/// Reads until the server closes, or until the text ends with `end`.
task<std::string> read_until(tcp::socket& from, std::string_view end) {
  std::string text;
  std::array<char, 4096> piece;
  while (end.empty() || !text.ends_with(end)) {
    const std::size_t count = co_await from.read_some(piece);
    if (count == 0) break;
    text.append(piece.data(), count);
  }
  co_return text;
}

/// Sends `bytes` on a connection of its own; what comes back until the server closes it.
task<std::string> talk(endpoint where, std::string_view bytes) {
  tcp::socket socket = co_await tcp::connect(where);
  co_await socket.write_all(bytes);
  co_return co_await read_until(socket, "");
}

/// How a request failed. Requires: that it did, with a `client_error`.
template <class T>
client_fault fault_of(const eddy::outcome<T>& result) {
  try {
    std::rethrow_exception(result.error());
  } catch (const http::client_error& e) {
    return e.fault();
  }
}

/// What comes back for a GET on a connection of its own.
task<std::string> get(const http_mock& mock, std::string path) {
  co_return co_await talk(mock.address(),
                          "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
}

task<std::string> text_of(http::client& c, std::string url) {
  http::response answer = co_await c.get(std::move(url));
  co_return co_await answer.text();
}

EDDY_NETWORK_TEST(http_mock, gives_the_answers_it_was_told_in_turn_and_the_last_one_ever_after) {
  http_mock mock;
  mock.on("GET", "/", {.status = 500});
  mock.on("GET", "/", {.headers = {{"X-Turn", "2"}}, .body = "second"});
  mock.on("POST", "/", {.body = "posted"});
  http::client c;
  EXPECT_EQ((co_await c.get(mock.url())).status(), 500);
  for (int i = 0; i < 2; ++i) {
    http::response answer = co_await c.get(mock.url("/?with=query"));
    EXPECT_EQ(answer.status(), 200);
    EXPECT_EQ(answer.headers().get("X-Turn"), "2");
    EXPECT_EQ(co_await answer.text(), "second");
  }
  http::response posted = co_await c.request("POST", mock.url());
  EXPECT_EQ(co_await posted.text(), "posted");
  EXPECT_EQ(mock.connections(), 1U);
}

EDDY_NETWORK_TEST(http_mock, keeps_what_it_was_asked) {
  http_mock mock;
  mock.on("PUT", "/p", {});
  http::client c;
  EXPECT_EQ((co_await c.request("PUT", mock.url("/p?q=1"),
                                {.headers = {{"X-Key", "k"}}, .body = "a body"}))
                .status(),
            200);
  EXPECT_EQ((co_await c.get(mock.url("/unknown"))).status(), 404);
  EXPECT_EQ(mock.requests().size(), 2U);
  const mock_request& first = mock.requests().front();
  EXPECT_EQ(first.head.method, "PUT");
  EXPECT_EQ(first.head.target, "/p?q=1");
  EXPECT_EQ(first.head.headers.get("X-Key"), "k");
  EXPECT_EQ(first.body, "a body");
  EXPECT_EQ(first.connection, 0U);
  EXPECT_LE(first.arrived, mock.requests().back().arrived);
}

EDDY_NETWORK_TEST(http_mock, what_nobody_told_it_is_a_404_that_lists_what_it_knows) {
  http_mock mock;
  mock.on("GET", "/p/1", {});
  http::client c;
  EXPECT_EQ(co_await text_of(c, mock.url("/p/2")),
            "http_mock: nobody said what to answer to GET /p/2\n  GET /p/1\n");
}

EDDY_NETWORK_TEST(http_mock, head_is_get_without_the_body) {
  http_mock mock;
  mock.on("GET", "/", {.body = "four"});
  EXPECT_EQ(co_await talk(mock.address(),
                          "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
                          "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfour");
}

EDDY_NETWORK_TEST(http_mock, a_length_that_was_told_is_sent_however_wrong) {
  http_mock mock;
  mock.on("GET", "/", {.headers = {{"Content-Length", "9"}}, .body = "four"});
  EXPECT_EQ(co_await get(mock, "/"),
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nfour");
}

EDDY_NETWORK_TEST(http_mock, chunks_are_as_large_as_the_pieces) {
  http_mock mock;
  const http::headers chunked{{"Transfer-Encoding", "chunked"}};
  mock.on("GET", "/", {.headers = chunked, .body = "hello", .piece = 2});
  mock.on("GET", "/cut", {.headers = chunked, .body = "hello", .fault = mock_fault::close});
  const std::string head =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(co_await get(mock, "/"), head + "2\r\nhe\r\n2\r\nll\r\n1\r\no\r\n0\r\n\r\n");
  EXPECT_EQ(co_await get(mock, "/cut"), head + "5\r\nhello\r\n") << "the end is missing";
}

EDDY_TEST(http_mock, a_delay_and_pauses_take_their_time) {
  http_mock mock;
  mock.on("GET", "/", {.body = "drip", .delay = 3s, .piece = 1, .pause = 1s});
  http::client c;
  http::response answer = co_await c.get(mock.url());
  EXPECT_EQ(now(), 3s);
  EXPECT_EQ(co_await answer.text(), "drip");
  EXPECT_EQ(now(), 6s);
}

EDDY_NETWORK_TEST(http_mock, a_fault_strikes_after_so_much_of_the_body) {
  http_mock mock;
  const auto faulty = [](mock_fault fault, std::size_t after) {
    return mock_reply{.body = "0123456789", .fault = fault, .fault_after = after};
  };
  mock.on("GET", "/close", faulty(mock_fault::close, 4));
  mock.on("GET", "/reset", faulty(mock_fault::reset, 0));
  mock.on("GET", "/stall", faulty(mock_fault::stall, 4));
  EXPECT_TRUE((co_await get(mock, "/close"))
                  .ends_with("Content-Length: 10\r\n"
                             "Connection: close\r\n\r\n0123"));
  http::client c({.idle_read_timeout = 20ms});
  EXPECT_EQ(fault_of(co_await outcome(text_of(c, mock.url("/reset")))),
            client_fault::connection_closed);
  EXPECT_TRUE((co_await outcome(text_of(c, mock.url("/stall")))).error());
  EXPECT_EQ(mock.requests().size(), 3U);
}

EDDY_NETWORK_TEST(http_mock, no_answer_at_all_is_one_too) {
  http_mock mock;
  mock.on("GET", "/close", mock_reply::nothing(mock_fault::close));
  mock.on("GET", "/reset", mock_reply::nothing(mock_fault::reset));
  mock.on("GET", "/garbage", mock_reply::raw("SSH-2.0-OpenSSH_9.2\r\n"));
  EXPECT_EQ(co_await get(mock, "/close"), "");
  EXPECT_THROW((void)co_await get(mock, "/reset"), io_error);
  EXPECT_EQ(co_await get(mock, "/garbage"), "SSH-2.0-OpenSSH_9.2\r\n");
}

EDDY_NETWORK_TEST(http_mock, a_redirect_to_itself_is_a_loop) {
  http_mock mock;
  mock.on("GET", "/loop", mock_reply::redirect("/loop"));
  http::client c({.max_redirects = 3});
  EXPECT_EQ(fault_of(co_await outcome(c.get(mock.url("/loop")))), client_fault::too_many_redirects);
  EXPECT_EQ(mock.requests().size(), 4U);
}

EDDY_NETWORK_TEST(http_mock, gzip_is_what_a_client_decodes) {
  http_mock mock;
  mock.on("GET", "/", mock_reply::gzip("hello"));
  mock.on("GET", "/none", mock_reply::gzip(""));
  http::client c;
  EXPECT_EQ(co_await text_of(c, mock.url()), "hello");
  EXPECT_EQ(co_await text_of(c, mock.url("/none")), "");
}

EDDY_NETWORK_TEST(http_mock, a_bomb_decodes_to_exactly_its_size) {
  http_mock mock;
  for (const std::size_t size : {0U, 1'000U, 1U << 20, 5'000'000U}) {
    const std::string target = "/" + std::to_string(size);
    mock.on("GET", target, mock_reply::gzip_bomb(size));
    http::client c;
    EXPECT_EQ(co_await text_of(c, mock.url(target)), std::string(size, '\0'));
  }
  const mock_reply gigabytes = mock_reply::gzip_bomb(std::uint64_t{4} << 30);
  EXPECT_LT(gigabytes.body.size(), std::size_t{5} << 20);
}

EDDY_NETWORK_TEST(http_mock, what_is_not_http_is_refused_and_kept) {
  http_mock mock;
  EXPECT_TRUE((co_await talk(mock.address(), "GET / HTTP/1.1\r\n\r\n"))
                  .starts_with("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_EQ(mock.violations().size(), 1U);
  EXPECT_TRUE(mock.requests().empty());
}

EDDY_NETWORK_TEST(http_mock, a_client_that_waits_to_be_told_is_told_to_continue) {
  http_mock mock;
  mock.on("POST", "/", {});
  tcp::socket socket = co_await tcp::connect(mock.address());
  co_await socket.write_all(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(co_await read_until(socket, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  co_await socket.write_all("ab");
  EXPECT_EQ(co_await read_until(socket, "\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(mock.requests().front().body, "ab");
}

EDDY_NETWORK_TEST(http_mock, several_serve_at_once_and_one_that_is_closed_is_gone) {
  http_mock one;
  co_await with(http_mock(), [&](http_mock& two) -> task<> {
    two.on("GET", "/", {.body = "two"});
    one = std::move(two);
    EXPECT_TRUE((co_await get(one, "/")).ends_with("two"));
  });
  http_mock three;
  const endpoint where = three.address();
  co_await three.close();
  EXPECT_THROW((void)co_await tcp::connect(where), io_error);
}

EDDY_NETWORK_TEST(http_mock, speaks_tls_where_it_is_told_to) {
  http_mock mock({.tls = server_context()});
  mock.on("GET", "/", {.body = "secret"});
  EXPECT_TRUE(mock.url().starts_with("https://"));
  {
    auto connection = co_await tls::connect(co_await tcp::connect(mock.address()), client_context(),
                                            {.host = "shop.test"});
    co_await connection.write_all(std::string_view("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n"));
    EXPECT_TRUE((co_await read_text(connection)).ends_with("\r\n\r\nsecret"));
  }
  EXPECT_TRUE((co_await talk(mock.address(), "GET / HTTP/1.1\r\n\r\n")).size() < 10)
      << "an alert at most";
  EXPECT_EQ(mock.violations().size(), 1U) << "no TLS; to leave without a goodbye is none";
}

EDDY_TEST(http_mock, can_be_a_host_of_the_simulated_network) {
  network().set_link({.latency = 50ms});
  http_mock mock({.listen = {ip_address::v4({10, 0, 0, 2}), 80}});
  mock.on("GET", "/", {.body = "far"});
  EXPECT_EQ(mock.url("/x"), "http://10.0.0.2:80/x");
  http::client c;
  EXPECT_EQ(co_await text_of(c, mock.url()), "far");
  EXPECT_EQ(now(), 200ms);
}

EDDY_TEST(http_mock, one_that_is_asked_in_vain_is_cancelled_with_its_test) {
  http_mock mock;
  mock.on("GET", "/", mock_reply::nothing(mock_fault::stall));
  http::client c;
  EXPECT_FALSE(co_await wait_for_optional(c.get(mock.url()), 1s));
}

}  // namespace
}  // namespace eddy::testing
