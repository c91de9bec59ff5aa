// SPDX-License-Identifier: MIT
#include <string>

#include <eddy/testing/test.hpp>
#include <http/websocket/handshake.hpp>
#include <http/websocket/talking.hpp>

namespace eddy::http::websocket {
namespace {

using testing::echo;
using testing::handshake;

server_request request_for(headers fields) {
  server_request request;
  request.head.headers = {{"Host", "a.test"},
                          {"Upgrade", "websocket"},
                          {"Connection", "keep-alive, Upgrade"},
                          {"Sec-WebSocket-Version", "13"},
                          {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  for (const auto& [name, value] : fields) request.head.headers.set(name, value);
  return request;
}

int status_for(headers fields, accept_options options = {}) {
  return accept(request_for(std::move(fields)), echo, std::move(options)).status;
}

TEST(websocket_accept, answers_the_key_as_in_the_standard) {
  const server_reply reply = accept(request_for({}), echo);
  EXPECT_EQ(reply.status, 101);
  EXPECT_EQ(reply.headers, (headers{{"Upgrade", "websocket"},
                                    {"Connection", "Upgrade"},
                                    {"Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}}));
  EXPECT_TRUE(reply.upgrade);
}

TEST(websocket_accept, what_is_no_handshake_is_refused) {
  EXPECT_EQ(status_for({{"Upgrade", "h2c"}}), 426);
  EXPECT_EQ(status_for({{"Connection", "close"}}), 426);
  EXPECT_EQ(status_for({{"Sec-WebSocket-Version", "8"}}), 426);
  EXPECT_EQ(status_for({{"Sec-WebSocket-Key", "short"}}), 400);
  EXPECT_EQ(status_for({{"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=!"}}), 400);
  EXPECT_EQ(status_for({{"Sec-WebSocket-Extensions", "a b"}}), 400);
  server_request post = request_for({});
  post.head.method = "POST";
  EXPECT_EQ(accept(post, echo).status, 400);
  EXPECT_EQ(accept(request_for({{"Sec-WebSocket-Version", "8"}}), echo)
                .headers.get("Sec-WebSocket-Version"),
            "13");
  EXPECT_EQ(accept(server_request(), echo).headers.get("Upgrade"), "websocket");
}

TEST(websocket_accept, a_page_of_another_origin_may_connect_only_if_it_is_named) {
  EXPECT_EQ(status_for({{"Origin", "https://a.test"}}), 101);
  EXPECT_EQ(status_for({{"Origin", "https://evil.test"}}), 403);
  EXPECT_EQ(status_for({{"Origin", "https://a.test.evil.test"}}), 403);
  EXPECT_EQ(status_for({{"Origin", "https://a.test:444"}}), 403);
  EXPECT_EQ(status_for({{"Origin", "null"}}), 403);
  const accept_options named{.origins = {"https://b.test"}};
  EXPECT_EQ(status_for({{"Origin", "https://b.test"}}, named), 101);
  EXPECT_EQ(status_for({{"Origin", "http://b.test"}}, named), 403);
  EXPECT_EQ(status_for({{"Origin", "null"}}, {.origins = {"*"}}), 101);
}

TEST(websocket_accept, speaks_the_first_of_its_protocols_that_the_client_knows) {
  const auto chosen = [](std::string_view offered) {
    const server_reply reply = accept(request_for({{"Sec-WebSocket-Protocol", offered}}), echo,
                                      {.subprotocols = {"v2", "v1"}});
    return std::string(reply.headers.get("Sec-WebSocket-Protocol").value_or("none"));
  };
  EXPECT_EQ(chosen("v1, v2"), "v2");
  EXPECT_EQ(chosen("v1,x"), "v1");
  EXPECT_EQ(chosen("V1"), "none");
  EXPECT_EQ(chosen("x"), "none");
}

TEST(websocket_accept, compresses_where_both_want_to) {
  const headers offer{{"Sec-WebSocket-Extensions", "permessage-deflate"}};
  const auto answer = [&](accept_options options) {
    return accept(request_for(offer), echo, options).headers.contains("Sec-WebSocket-Extensions");
  };
  EXPECT_TRUE(answer({}));
  EXPECT_FALSE(answer({.connection = {.compress = false}}));
}

EDDY_NETWORK_TEST(websocket_accept, what_a_client_sends_ahead_is_not_lost) {
  server s = testing::speaking(echo);
  co_await testing::while_serving(s, [](endpoint where) -> task<> {
    tcp::socket socket = co_await tcp::connect(where);
    const std::string early = testing::frame(testing::opcode::text, "early");
    co_await socket.write_all(handshake() +
                              testing::frame(testing::opcode::text, "early", {.masked = true}));
    const std::string got = co_await http::testing::read_until(socket, early);
    EXPECT_TRUE(got.starts_with("HTTP/1.1 101 Switching Protocols\r\n")) << got;
    EXPECT_TRUE(got.ends_with("\r\n\r\n" + early)) << got;
  });
}

EDDY_NETWORK_TEST(websocket_accept, an_ordinary_request_is_told_to_upgrade) {
  server s = testing::speaking(echo);
  co_await testing::while_serving(s, [](endpoint where) -> task<> {
    const std::string answer = co_await http::testing::talk(
        where, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 426 Upgrade Required\r\n")) << answer;
  });
}

}  // namespace
}  // namespace eddy::http::websocket
