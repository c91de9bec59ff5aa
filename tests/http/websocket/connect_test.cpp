// SPDX-License-Identifier: MIT
#include <chrono>
#include <string>

#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/test.hpp>
#include <http/websocket/handshake.hpp>
#include <http/websocket/talking.hpp>
#include <tls_pair.hpp>

namespace eddy::http::websocket {
namespace {

using namespace std::chrono_literals;
using http::testing::fault_of;
using http::testing::message_of;
using testing::echo;
using testing::url_of;

/// A server that answers a handshake with `answer`, in which `KEY` stands for the right answer.
task<> while_answering(std::string answer, std::function<task<>(endpoint)> body) {
  const auto conversation = [&](tcp::socket socket) -> task<> {
    const std::string request = co_await http::testing::read_until(socket, "\r\n\r\n");
    const auto at = request.find("Sec-WebSocket-Key: ") + 19;
    std::string text = answer;
    if (const auto key = text.find("KEY"); key != text.npos) {
      text.replace(key, 3, detail::answer_to_key(request.substr(at, 24)));
    }
    co_await socket.write_all(text);
    co_await socket.shutdown();
    (void)co_await http::testing::read_to_end(socket);
  };
  co_await http::testing::while_talking(conversation, std::move(body));
}

const std::string good =
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nconnection: upgrade\r\n"
    "sec-websocket-accept: KEY\r\n";

EDDY_NETWORK_TEST(websocket_connect, messages_right_behind_the_handshake_are_not_lost) {
  co_await while_answering(good + "\r\n" + testing::frame(testing::opcode::text, "hello") +
                               testing::frame(testing::opcode::close, "\x03\xe9"),
                           [](endpoint where) -> task<> {
                             connection c = co_await connect(url_of(where));
                             EXPECT_EQ((co_await c.next())->data, "hello");
                             EXPECT_EQ(co_await c.next(), std::nullopt);
                             EXPECT_EQ(c.reason(), close_reason{close_code::going_away});
                             EXPECT_FALSE(c.compresses());
                           });
}

struct refusal {
  std::string answer;
  std::string why;
};

EDDY_NETWORK_TEST(websocket_connect, a_server_that_answers_something_else_is_refused) {
  const std::string switching = "HTTP/1.1 101 Switching Protocols\r\n";
  for (const auto& [answer, why] : {
           refusal{switching + "\r\n", "the server switches to something that is not WebSocket"},
           refusal{switching + "Upgrade: websocket\r\nConnection: upgrade\r\n"
                               "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
                   "Sec-WebSocket-Accept is not the answer to our key"},
           refusal{good + "Sec-WebSocket-Protocol: v1\r\n\r\n",
                   "the server speaks v1, which was not offered"},
           refusal{good + "Sec-WebSocket-Extensions: x-other\r\n\r\n",
                   "Sec-WebSocket-Extensions: \"x-other\" was not offered"},
       }) {
    co_await while_answering(answer, [&](endpoint where) -> task<> {
      const auto failed = co_await outcome(connect(url_of(where)));
      EXPECT_EQ(fault_of(failed), client_fault::protocol);
      EXPECT_EQ(message_of(failed), "websocket " + url_of(where) + ": " + why);
    });
  }
}

EDDY_NETWORK_TEST(websocket_connect, a_refusal_has_its_status) {
  co_await while_answering(
      "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", [](endpoint where) -> task<> {
        const auto failed = co_await outcome(connect(url_of(where)));
        EXPECT_EQ(message_of(failed),
                  "websocket " + url_of(where) + ": the server answered 401 Unauthorized, not 101");
        try {
          std::rethrow_exception(failed.error());
        } catch (const handshake_refused& refused) {
          EXPECT_EQ(refused.status(), 401);
        }
      });
}

EDDY_NETWORK_TEST(websocket_connect, a_server_that_hangs_up_is_a_lost_connection) {
  co_await while_answering("HTTP/1.1 101 Swit", [](endpoint where) -> task<> {
    EXPECT_EQ(fault_of(co_await outcome(connect(url_of(where)))), client_fault::connection_closed);
  });
}

EDDY_NETWORK_TEST(websocket_connect, where_nobody_listens_it_says_so) {
  endpoint where;
  {
    tcp::listener gone = http::testing::listen_on_loopback();
    where = gone.local_endpoint();
  }
  const auto failed = co_await outcome(connect(url_of(where)));
  EXPECT_EQ(fault_of(failed), client_fault::connect);
  EXPECT_EQ(message_of(failed), "websocket " + url_of(where) + ": connect " + where.to_string() +
                                    ": Connection refused");
}

EDDY_TEST(websocket_connect, only_ws_and_wss_are_spoken) {
  EXPECT_EQ(fault_of(co_await outcome(connect("http://a.test/"))),
            client_fault::unsupported_scheme);
  EXPECT_EQ(fault_of(co_await outcome(connect("nonsense"))), client_fault::bad_url);
}

EDDY_TEST(websocket_connect, the_whole_handshake_has_a_time_limit) {
  const auto silent = [](tcp::socket socket) -> task<> {
    (void)co_await http::testing::read_to_end(socket);
  };
  co_await http::testing::while_talking(silent, [](endpoint where) -> task<> {
    const auto failed = co_await outcome(connect(url_of(where)));
    EXPECT_THROW(std::rethrow_exception(failed.error()), timeout_error);
    EXPECT_EQ(message_of(failed),
              "websocket " + url_of(where) + ": no WebSocket connection within 10 s");
    EXPECT_EQ(eddy::testing::now(), 10s);
    EXPECT_THROW((void)co_await connect(url_of(where), {.timeout = 1s}), timeout_error);
    EXPECT_EQ(eddy::testing::now(), 11s);
  });
}

EDDY_NETWORK_TEST(websocket_connect, wss_goes_over_tls_to_the_host_that_was_meant) {
  server s({.tls = server_context()});
  s.fallback(
      [](server_request& request) -> task<server_reply> { co_return accept(request, echo); });
  co_await testing::while_serving(s, [](endpoint where) -> task<> {
    const std::string url = "wss://" + where.to_string() + "/";
    connection c = co_await connect(url, {.tls = client_context()});
    co_await c.send(std::string(200'000, 'x'));
    EXPECT_EQ((co_await c.next())->data.size(), 200'000U);
    co_await c.close();
    EXPECT_EQ(fault_of(co_await outcome(connect(url))), client_fault::tls)
        << "of an authority that the system does not know";
  });
}

EDDY_NETWORK_TEST(websocket_connect, a_name_may_lead_elsewhere_and_a_proxy_may_stand_between) {
  const auto proxy = [](tcp::socket socket) -> task<> {
    const std::string asked = co_await http::testing::read_until(socket, "\r\n\r\n");
    EXPECT_TRUE(asked.starts_with("CONNECT shop.test:80 HTTP/1.1\r\n")) << asked;
    co_await socket.write_all("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    (void)co_await http::testing::read_to_end(socket);
  };
  co_await http::testing::while_talking(proxy, [](endpoint where) -> task<> {
    const connect_options through{.proxy = {.url = "http://" + where.to_string()}};
    EXPECT_EQ(fault_of(co_await outcome(connect("ws://shop.test/", through))), client_fault::proxy);
  });
  server s = testing::speaking(echo);
  co_await testing::while_serving(s, [](endpoint where) -> task<> {
    connection c =
        co_await connect("ws://shop.test/", {.resolve = {{.host = "shop.test", .address = where}}});
    co_await c.close();
  });
}

EDDY_NETWORK_TEST(websocket_connect, credentials_of_the_url_are_sent_and_in_no_message) {
  std::vector<std::string> seen;
  server s;
  s.fallback([&](server_request& request) -> task<server_reply> {
    const headers& fields = request.head.headers;
    EXPECT_EQ(fields.get_all("Host").size(), 1U);
    seen.push_back(fmt::format("{} {}", fields.get("Host").value_or(""),
                               fields.get("Authorization").value_or("none")));
    co_return server_reply::text(401, "");
  });
  co_await testing::while_serving(s, [&](endpoint where) -> task<> {
    const std::string url = "ws://ada:secret@" + where.to_string() + "/";
    const auto failed = co_await outcome(connect(url));
    EXPECT_EQ(message_of(failed),
              "websocket " + url_of(where) + ": the server answered 401 Unauthorized, not 101");
    (void)co_await outcome(
        connect(url, {.headers = {{"Host", "shop.test"}, {"Authorization", "Bearer z"}}}));
    EXPECT_EQ(seen, (std::vector<std::string>{where.to_string() + " Basic YWRhOnNlY3JldA==",
                                              "shop.test Bearer z"}));
  });
  const auto failed = co_await outcome(connect("http://ada:secret@a.test/"));
  EXPECT_EQ(message_of(failed), "websocket http://a.test/: http is not supported, only ws and wss");
  const auto bad = co_await outcome(connect("ws://ada:secret@a.test:x/"));
  EXPECT_FALSE(message_of(bad).contains("secret")) << message_of(bad);
}

EDDY_NETWORK_TEST(websocket_connect, fields_and_protocols_reach_the_server) {
  server s;
  s.route("GET", "/x", [](server_request& request) -> task<server_reply> {
    EXPECT_EQ(request.query, "y=1");
    EXPECT_EQ(request.head.headers.get("Authorization"), "Bearer z");
    co_return accept(request, echo, {.subprotocols = {"v2"}});
  });
  co_await testing::while_serving(s, [](endpoint where) -> task<> {
    connection c =
        co_await connect(url_of(where, "/x?y=1"), {.headers = {{"Authorization", "Bearer z"}},
                                                   .subprotocols = {"v1", "v2"},
                                                   .connection = {.compress = false}});
    EXPECT_EQ(c.subprotocol(), "v2");
    EXPECT_FALSE(c.compresses());
    co_await c.close();
  });
}

}  // namespace
}  // namespace eddy::http::websocket
