// SPDX-License-Identifier: MIT
#include <eddy/http/websocket_room.hpp>

#include <eddy/core/sleep.hpp>
#include <eddy/testing/test.hpp>
#include <http/websocket/talking.hpp>

namespace eddy::http::websocket {
namespace {

using testing::speaking;
using testing::url_of;
using testing::while_serving;

EDDY_NETWORK_TEST(websocket_room, what_is_said_reaches_all_that_are_in_it) {
  room all;
  server s = speaking([&](connection& c) -> task<> {
    const room::member here = all.join(c);
    while (auto m = co_await c.next()) all.send(std::move(*m));
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    std::vector<connection> clients;
    for (int i = 0; i < 5; ++i) clients.push_back(co_await connect(url_of(where)));
    while (all.size() < 5) co_await yield();
    co_await clients[2].send("hello");
    for (connection& c : clients) EXPECT_EQ((co_await c.next())->data, "hello");

    co_await clients[2].close();
    while (all.size() > 4) co_await yield();
    EXPECT_EQ(all.send_binary("\xff"), 4U);
    for (connection& c : clients) {
      const auto m = co_await c.next();
      EXPECT_EQ(m.has_value(), &c != &clients[2]);
    }
    EXPECT_THROW(all.send("\xff"), std::invalid_argument);
    for (connection& c : clients) co_await c.close();
  });
  EXPECT_EQ(all.size(), 0U);
}

EDDY_NETWORK_TEST(websocket_room, a_connection_that_is_moved_or_gone_leaves_its_member_valid) {
  room all;
  server s =
      speaking([](connection& c) -> task<> { EXPECT_EQ((co_await c.next())->data, "hello"); });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    std::optional<connection> c = co_await connect(url_of(where));
    const room::member here = all.join(*c);
    connection moved = std::move(*c);
    c.reset();
    EXPECT_EQ(all.send("hello"), 1U);
    EXPECT_EQ(co_await moved.next(), std::nullopt);
    moved = co_await connect(url_of(where));
    EXPECT_EQ(all.send("who is there?"), 0U) << "it is closed";
    co_await moved.send("hello");
    co_await moved.close();
  });
}

EDDY_NETWORK_TEST(websocket_room, a_member_that_is_moved_stays_where_it_is) {
  room all;
  room other;
  server s = speaking([&](connection& c) -> task<> {
    room::member here = all.join(c);
    room::member moved = std::move(here);
    EXPECT_EQ(all.size(), 1U);
    moved = other.join(c);
    EXPECT_EQ(all.size(), 0U);
    EXPECT_EQ(other.size(), 1U);
    co_return;
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    connection c = co_await connect(url_of(where));
    EXPECT_EQ(co_await c.next(), std::nullopt);
  });
}

}  // namespace
}  // namespace eddy::http::websocket
