// SPDX-License-Identifier: MIT
#include <eddy/io/udp.hpp>

#include <array>
#include <cerrno>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/testing/frame_count.hpp>
#include <eddy/testing/test.hpp>

#include "socket_support.hpp"

namespace eddy {
namespace {

udp::socket bind_loopback(const udp::options& how = {}) {
  return udp::bind({ip_address::loopback_v4(), 0}, how);
}

task<std::string> receive_text(udp::socket& from) {
  std::string text(256, '\0');
  text.resize((co_await from.receive_from(text)).size);
  co_return text;
}

EDDY_NETWORK_TEST(udp, a_datagram_says_where_it_is_from) {
  udp::socket a = bind_loopback();
  udp::socket b = bind_loopback();
  co_await a.send_to("ping", b.local_endpoint());
  std::array<char, 16> buffer{};
  const udp::received got = co_await b.receive_from(buffer);
  EXPECT_EQ(std::string_view(buffer.data(), got.size), "ping");
  EXPECT_EQ(got.from, a.local_endpoint());
  EXPECT_FALSE(got.truncated);
  co_await b.send_to("pong", got.from);
  EXPECT_EQ(co_await receive_text(a), "pong");
}

EDDY_NETWORK_TEST(udp, a_receiver_waits) {
  udp::socket a = bind_loopback();
  udp::socket b = bind_loopback();
  auto receiving = create_task([&] { return receive_text(b); });
  co_await until_waiting("datagram");
  co_await a.send_to("late", b.local_endpoint());
  EXPECT_EQ(co_await receiving, "late");
}

EDDY_NETWORK_TEST(udp, an_empty_datagram_arrives_as_such) {
  udp::socket a = bind_loopback();
  udp::socket b = bind_loopback();
  co_await a.send_to("", b.local_endpoint());
  co_await a.send_to("after it", b.local_endpoint());
  EXPECT_EQ(co_await receive_text(b), "");
  EXPECT_EQ(co_await receive_text(b), "after it");
}

EDDY_NETWORK_TEST(udp, one_that_is_longer_than_the_buffer_says_so) {
  udp::socket a = bind_loopback();
  udp::socket b = bind_loopback();
  co_await a.send_to("123456789", b.local_endpoint());
  std::array<char, 4> small{};
  const udp::received got = co_await b.receive_from(small);
  EXPECT_EQ(got.size, 4U);
  EXPECT_TRUE(got.truncated);
  EXPECT_EQ(std::string_view(small.data(), 4), "1234");
}

EDDY_NETWORK_TEST(udp, one_that_is_too_long_to_send_is_an_error_that_names_the_peer) {
  udp::socket a = bind_loopback();
  const endpoint to = a.local_endpoint();
  const std::string much(70'000, 'x');
  EXPECT_EQ(co_await error_of([&]() -> task<> { co_await a.send_to(much, to); }),
            "send to " + to.to_string() + ": Message too long");
}

EDDY_NETWORK_TEST(udp, a_connected_socket_hears_its_peer_alone) {
  udp::socket server = bind_loopback();
  udp::socket client = co_await udp::connect(server.local_endpoint());
  EXPECT_EQ(client.peer_endpoint(), server.local_endpoint());
  udp::socket stranger = bind_loopback();
  co_await stranger.send_to("unasked", client.local_endpoint());
  co_await server.send_to("answer", client.local_endpoint());
  EXPECT_EQ(co_await receive_text(client), "answer");
  co_await client.send("question");
  EXPECT_EQ(co_await receive_text(server), "question");
}

EDDY_NETWORK_TEST(udp, a_refusal_reaches_a_connected_socket_which_stays_usable) {
  std::optional<udp::socket> server = bind_loopback();
  const endpoint there = server->local_endpoint();
  udp::socket client = co_await udp::connect(there);
  server.reset();
  auto receiving = create_task([&] { return receive_text(client); });
  co_await until_waiting("datagram");
  co_await client.send("anybody?");
  EXPECT_EQ(co_await error_of([&]() -> task<> { co_await receiving; }),
            "receive from " + there.to_string() + ": Connection refused");
  server = udp::bind(there);
  co_await client.send("now?");
  EXPECT_EQ(co_await receive_text(*server), "now?");
}

EDDY_NETWORK_TEST(udp, a_refusal_is_also_what_the_next_send_fails_with) {
  std::optional<udp::socket> server = bind_loopback();
  const endpoint there = server->local_endpoint();
  udp::socket client = co_await udp::connect(there);
  server.reset();
  co_await client.send("anybody?");
  co_await settle();
  EXPECT_EQ(co_await error_of([&]() -> task<> { co_await client.send("hello?"); }),
            "send to " + there.to_string() + ": Connection refused");
}

EDDY_NETWORK_TEST(udp, a_batch_arrives_whole_and_in_order) {
  udp::socket a = bind_loopback();
  udp::socket b = bind_loopback();
  std::vector<std::string> texts;
  for (int i = 0; i < 100; ++i) texts.push_back("datagram " + std::to_string(i));
  std::vector<udp::outgoing> out;
  for (const std::string& text : texts) {
    out.push_back({.bytes = std::as_bytes(std::span(text)), .to = b.local_endpoint()});
  }
  co_await a.send_many(out);

  std::vector<std::array<std::byte, 64>> buffers(100);
  std::vector<udp::incoming> in;
  for (auto& buffer : buffers) in.push_back({.buffer = buffer});
  std::size_t got = 0;
  while (got < 100) {
    const std::size_t came = co_await b.receive_many(std::span(in).subspan(got));
    EXPECT_GT(came, 0U);
    got += came;
  }
  for (std::size_t i = 0; i < 100; ++i) {
    const auto* text = reinterpret_cast<const char*>(buffers[i].data());
    EXPECT_EQ(std::string_view(text, in[i].datagram.size), texts[i]);
    EXPECT_EQ(in[i].datagram.from, a.local_endpoint());
  }
}

EDDY_NETWORK_TEST(udp, a_batch_of_a_connected_socket_goes_to_its_peer) {
  udp::socket server = bind_loopback();
  udp::socket client = co_await udp::connect(server.local_endpoint());
  const std::array<udp::outgoing, 2> out{
      {{.bytes = std::as_bytes(std::span("a", 1))}, {.bytes = std::as_bytes(std::span("b", 1))}}};
  co_await client.send_many(out);
  EXPECT_EQ(co_await receive_text(server), "a");
  EXPECT_EQ(co_await receive_text(server), "b");
}

EDDY_NETWORK_TEST(udp, a_receiver_of_many_takes_what_has_come_and_says_what_was_cut) {
  udp::socket a = bind_loopback();
  udp::socket b = bind_loopback();
  std::array<std::byte, 4> buffers[3];
  std::array<udp::incoming, 3> in{
      {{.buffer = buffers[0]}, {.buffer = buffers[1]}, {.buffer = buffers[2]}}};
  auto receiving =
      create_task([&]() -> task<std::size_t> { co_return co_await b.receive_many(in); });
  co_await until_waiting("datagrams");
  const std::array<udp::outgoing, 2> out{
      {{.bytes = std::as_bytes(std::span("abc", 3)), .to = b.local_endpoint()},
       {.bytes = std::as_bytes(std::span("much too long", 13)), .to = b.local_endpoint()}}};
  co_await a.send_many(out);
  EXPECT_EQ(co_await receiving, 2U);
  EXPECT_EQ(in[0].datagram.size, 3U);
  EXPECT_FALSE(in[0].datagram.truncated);
  EXPECT_EQ(in[1].datagram.size, 4U);
  EXPECT_TRUE(in[1].datagram.truncated);
}

EDDY_NETWORK_TEST(udp, nothing_to_send_and_no_room_to_receive_are_over_at_once) {
  udp::socket a = bind_loopback();
  co_await a.send_many({});
  EXPECT_EQ(co_await a.receive_many({}), 0U);
}

EDDY_NETWORK_TEST(udp, a_batch_with_a_bad_one_sends_those_before_it) {
  udp::socket a = bind_loopback();
  udp::socket b = bind_loopback();
  const std::string much(70'000, 'x');
  const std::array<udp::outgoing, 3> out{
      {{.bytes = std::as_bytes(std::span("first", 5)), .to = b.local_endpoint()},
       {.bytes = std::as_bytes(std::span(much)), .to = b.local_endpoint()},
       {.bytes = std::as_bytes(std::span("third", 5)), .to = b.local_endpoint()}}};
  EXPECT_EQ(co_await error_of([&]() -> task<> { co_await a.send_many(out); }),
            "send to " + b.local_endpoint().to_string() + ": Message too long");
  co_await a.send_to("after", b.local_endpoint());
  EXPECT_EQ(co_await receive_text(b), "first");
  EXPECT_EQ(co_await receive_text(b), "after");
}

EDDY_NETWORK_TEST(udp, a_cancelled_receiver_leaves_the_datagram_to_the_next) {
  udp::socket a = bind_loopback();
  udp::socket b = bind_loopback();
  for (int ticks_between = 0; ticks_between < 4; ++ticks_between) {
    std::string got;
    auto receiving = create_task([&]() -> task<> { got = co_await receive_text(b); });
    co_await until_waiting("datagram");
    co_await a.send_to("once", b.local_endpoint());
    for (int i = 0; i < ticks_between; ++i) co_await yield();
    receiving.cancel();
    try {
      co_await receiving;
    } catch (const task_cancelled&) {
    }
    if (got.empty()) got = co_await receive_text(b);
    EXPECT_EQ(got, "once");
  }
}

EDDY_NETWORK_TEST(udp, a_cancelled_receiver_of_many_leaves_them_to_the_next) {
  udp::socket a = bind_loopback();
  udp::socket b = bind_loopback();
  std::array<std::byte, 4> buffer{};
  std::array<udp::incoming, 1> in{{{.buffer = buffer}}};
  auto receiving = create_task([&]() -> task<> { (void)co_await b.receive_many(in); });
  co_await until_waiting("datagrams");
  receiving.cancel();
  co_await expect_cancelled(receiving);
  co_await a.send_to("next", b.local_endpoint());
  EXPECT_EQ(co_await b.receive_many(in), 1U);
  EXPECT_EQ(in[0].datagram.size, 4U);
}

EDDY_NETWORK_TEST(udp, a_pending_cancel_keeps_a_datagram_from_being_sent) {
  udp::socket a = bind_loopback();
  udp::socket b = bind_loopback();
  std::optional<task_handle<>> sending;
  sending = create_task([&]() -> task<> {
    sending->cancel();
    co_await a.send_to("never", b.local_endpoint());
  });
  co_await expect_cancelled(*sending);
  co_await a.send_to("only", b.local_endpoint());
  EXPECT_EQ(co_await receive_text(b), "only");
}

EDDY_NETWORK_TEST(udp, a_second_receiver_is_refused_and_the_first_goes_on) {
  udp::socket a = bind_loopback();
  udp::socket b = bind_loopback();
  std::array<std::byte, 8> buffer{};
  std::array<udp::incoming, 1> in{{{.buffer = buffer}}};
  auto first = create_task([&]() -> task<std::size_t> { co_return co_await b.receive_many(in); });
  co_await until_waiting("datagrams");
  std::array<udp::incoming, 1> other{};
  EXPECT_THROW(co_await b.receive_many(other), std::logic_error);
  EXPECT_THROW(co_await receive_text(b), std::logic_error);
  EXPECT_THROW(b.close(), std::logic_error);
  co_await a.send_to("first", b.local_endpoint());
  EXPECT_EQ(co_await first, 1U);
  EXPECT_EQ(in[0].datagram.size, 5U);
}

EDDY_NETWORK_TEST(udp, datagrams_allocate_nothing) {
  udp::socket a = bind_loopback();
  udp::socket b = bind_loopback();
  const endpoint to = b.local_endpoint();
  std::array<char, 8> buffer{};
  const testing::frame_count cost;
  for (int i = 0; i < 10; ++i) {
    co_await a.send_to("x", to);
    EXPECT_EQ((co_await b.receive_from(buffer)).size, 1U);
  }
  EXPECT_EQ(cost.allocated(), 0);
}

EDDY_IO_TEST(udp, a_group_reaches_its_members_until_they_leave) {
  const ip_address group = ip_address::v4({239, 255, 19, 84});
  udp::socket member = udp::bind({ip_address::any_v4(), 0});
  udp::socket sender = bind_loopback();
  sender.set_multicast({.interface = "lo"});
  member.join(group, "lo");
  const endpoint to{group, member.local_endpoint().port};
  co_await sender.send_to("to all", to);
  EXPECT_EQ(co_await receive_text(member), "to all");
  member.leave(group, "lo");
  co_await sender.send_to("too late", to);
  co_await sender.send_to("direct", {ip_address::loopback_v4(), to.port});
  EXPECT_EQ(co_await receive_text(member), "direct");
  EXPECT_EQ(error_text([&] { member.leave(group, "lo"); }),
            "leave 239.255.19.84 on lo: Cannot assign requested address");
  EXPECT_EQ(error_text([&] { member.join(group, "no such"); }),
            "multicast interface no such: No such device");
}

EDDY_NETWORK_TEST(udp, broadcasts_must_be_asked_for) {
  const endpoint everybody{ip_address::v4({127, 255, 255, 255}), 9};
  udp::socket plain = bind_loopback();
  EXPECT_EQ(co_await error_of([&]() -> task<> { co_await plain.send_to("x", everybody); }),
            "send to 127.255.255.255:9: Permission denied");
  udp::socket broadcaster = bind_loopback({.broadcast = true});
  co_await broadcaster.send_to("x", everybody);
}

EDDY_NETWORK_TEST(udp, an_address_in_use_is_an_error_unless_both_share_it) {
  const udp::socket first = bind_loopback();
  EXPECT_EQ(error_text([&] { (void)udp::bind(first.local_endpoint()); }),
            "bind " + first.local_endpoint().to_string() + ": Address already in use");
  const udp::socket a = bind_loopback({.reuse_port = true});
  const udp::socket b = udp::bind(a.local_endpoint(), {.reuse_port = true});
  EXPECT_EQ(a.local_endpoint(), b.local_endpoint());
  co_return;
}

EDDY_NETWORK_TEST(udp, a_connected_socket_may_choose_where_it_sends_from) {
  udp::socket server = bind_loopback();
  const endpoint from{ip_address::v4({127, 0, 0, 2}), 0};
  udp::socket client = co_await udp::connect(server.local_endpoint(), {.bind = from});
  co_await client.send("x");
  std::array<char, 4> buffer{};
  EXPECT_EQ((co_await server.receive_from(buffer)).from.address, from.address);
}

EDDY_NETWORK_TEST(udp, ipv6_works_where_there_is_any) {
  std::optional<udp::socket> server;
  try {
    server = udp::bind({ip_address::loopback_v6(), 0});
  } catch (const io_error&) {
    co_return;  // a machine without IPv6
  }
  udp::socket client = co_await udp::connect(server->local_endpoint());
  co_await client.send("six");
  std::array<char, 4> buffer{};
  const udp::received got = co_await server->receive_from(buffer);
  EXPECT_EQ(got.from, client.local_endpoint());
}

EDDY_NETWORK_TEST(udp, a_closed_socket_fails_each_operation) {
  udp::socket a = bind_loopback();
  a.close();
  EXPECT_FALSE(a.is_open());
  EXPECT_EQ(co_await error_of([&]() -> task<> { (void)co_await receive_text(a); }),
            "receive: Bad file descriptor");
}

EDDY_NETWORK_TEST(udp, a_closed_socket_refuses_to_send_even_nothing) {
  udp::socket a = bind_loopback();
  a.close();
  EXPECT_EQ(co_await error_of([&]() -> task<> { co_await a.send_many({}); }),
            "send: Bad file descriptor");
}

}  // namespace
}  // namespace eddy
