// SPDX-License-Identifier: MIT
#include <eddy/io/tls.hpp>

#include <malloc.h>

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/testing/faulty_stream.hpp>
#include <eddy/testing/settle.hpp>
#include <eddy/testing/test.hpp>
#include <tls_pair.hpp>

namespace eddy {
namespace {

EDDY_TEST(tls, says_what_was_agreed_on) {
  auto [client, server] = co_await tls_pair();
  EXPECT_EQ(client.version(), "TLSv1.3");
  EXPECT_EQ(client.cipher(), server.cipher());
  EXPECT_EQ(client.cipher().substr(0, 4), "TLS_");
  EXPECT_EQ(client.alpn(), "");
  const auto shown = client.peer_certificate();
  EXPECT_TRUE(shown);
  EXPECT_EQ(shown->subject, "CN=shop.test");
  EXPECT_EQ(shown->issuer, "CN=Test CA");
  EXPECT_EQ(shown->hosts,
            (std::vector<std::string>{"shop.test", "*.wild.test", "127.0.0.1", "::1"}));
  EXPECT_FALSE(server.peer_certificate());
}

EDDY_TEST(tls, the_host_may_be_any_the_certificate_names) {
  for (const char* host :
       {"shop.test", "SHOP.test", "shop.test.", "any.wild.test", "127.0.0.1", "::1"}) {
    auto [client, server] = co_await tls_pair(client_context(), server_context(), {.host = host});
    co_await client.write_all(host);
    EXPECT_EQ(co_await read_text(server), host);
  }
}

EDDY_TEST(tls, alpn_takes_the_servers_favourite_of_what_the_client_offers) {
  const auto server =
      tls::context::server({.who_we_are = identity_of("server"), .alpn = {"h2", "http/1.1"}});
  auto [client, serving] = co_await tls_pair(
      client_context(), server, {.host = "shop.test", .alpn = {"http/1.1", "other", "h2"}});
  EXPECT_EQ(client.alpn(), "h2");
  EXPECT_EQ(serving.alpn(), "h2");
  auto [silent, to_silent] = co_await tls_pair(client_context(), server);
  EXPECT_EQ(silent.alpn(), "");
}

EDDY_TEST(tls, a_second_connection_resumes_the_session_of_the_first) {
  for (const auto version : {tls::protocol_version::tls1_2, tls::protocol_version::tls1_3}) {
    const auto with = tls::context::client({.trust = trusting("ca"), .most = version});
    for (const bool expected : {false, true, true}) {
      auto [client, server] = co_await tls_pair(with, server_context());
      EXPECT_EQ(client.resumed(), expected);
      co_await server.write_all("x");
      EXPECT_EQ(co_await read_text(client), "x");  // what the next one needs came with it
    }
    auto [client, server] = co_await tls_pair(with, server_context(), {.host = "also.wild.test"});
    EXPECT_FALSE(client.resumed()) << "the session of another host";
  }
}

EDDY_TEST(tls, a_client_certificate_is_shown_to_a_server_that_asks) {
  const auto server = tls::context::server({.who_we_are = identity_of("server"),
                                            .require_client_certificate = true,
                                            .trust = trusting("ca")});
  const auto client =
      tls::context::client({.trust = trusting("ca"), .who_we_are = identity_of("client")});
  auto [connected, accepted] = co_await tls_pair(client, server);
  EXPECT_EQ(accepted.peer_certificate().value_or(tls::certificate()).subject, "CN=a client");
}

EDDY_TEST(tls, a_context_takes_text_as_well_as_files) {
  const certificates& made = certificates::made();
  const auto server = tls::context::server(
      {.who_we_are = {.chain_pem = made.text("chain.pem"), .key_pem = made.text("leaf.key")}});
  const auto client = tls::context::client({.trust = {.pem = made.text("ca.pem")}});
  auto [connected, accepted] = co_await tls_pair(client, server);
  EXPECT_EQ(connected.peer_certificate().value_or(tls::certificate()).issuer, "CN=Middle CA");
}

EDDY_TEST(tls, without_verification_anybody_is_believed) {
  const auto careless = tls::context::client({.verify = false});
  const auto self = tls::context::server({.who_we_are = identity_of("self")});
  auto [client, server] = co_await tls_pair(careless, self, {.host = "whatever.test"});
  co_await client.write_all("x");
  EXPECT_EQ(co_await read_text(server), "x");
}

EDDY_TEST(tls, a_connection_that_is_cut_is_no_end) {
  auto [client, server] = co_await tls_pair();
  co_await client.write_all("not all");
  co_await client.next_layer().shutdown();
  EXPECT_EQ(co_await read_text(server), "not all");
  std::optional<tls::error_kind> kind;
  try {
    co_await read_text(server);
  } catch (const tls::error& e) {
    kind = e.kind();
    EXPECT_STREQ(e.what(),
                 "tls accept: the connection was cut: it ended without the goodbye that TLS asks "
                 "for");
  }
  EXPECT_EQ(kind, tls::error_kind::truncated);
}

EDDY_TEST(tls, what_was_changed_on_the_way_is_refused) {
  auto [client, server] = co_await tls_pair();
  co_await client.next_layer().write_all(std::string(100, '\x17'));
  EXPECT_THROW(co_await read_text(server), tls::error);
}

EDDY_TEST(tls, a_stream_that_has_failed_never_comes_to_an_end_after_all) {
  for (const bool cut : {false, true}) {
    auto [client, server] = co_await tls_pair();
    if (!cut) co_await client.next_layer().write_all(std::string(100, '\x17'));
    co_await client.next_layer().shutdown();
    for (int i = 0; i < 3; ++i) EXPECT_THROW(co_await read_text(server), tls::error) << i;
  }
}

EDDY_TEST(tls, what_came_before_the_goodbye_counts_whatever_happens_to_the_connection_after_it) {
  auto [client, server] = co_await tls_pair();
  co_await client.write_all("all");
  co_await client.shutdown();
  EXPECT_EQ(co_await read_text(server), "all");
  EXPECT_EQ(co_await read_text(server), "");
  client.next_layer().reset();
  EXPECT_EQ(co_await read_text(server), "");
  EXPECT_THROW(co_await server.write_all("too late"), io_error);
}

// Bytes that are allocated now; always 0 under a sanitizer.
std::size_t allocated() { return ::mallinfo2().uordblks; }

EDDY_TEST(tls, a_large_write_does_not_keep_a_connection_large) {
  auto [client, server] = co_await tls_pair();
  const std::string much(64 << 10, 'x');
  const std::size_t before = allocated();
  for (int i = 0; i < 4; ++i) {
    auto writing = create_task([&] { return client.write_all(much); });
    std::size_t got = 0;
    while (got < much.size()) got += (co_await read_text(server)).size();
    co_await writing;
  }
  EXPECT_LT(allocated(), before + (48 << 10));  // what the reader's buffer has grown by, and some
}

EDDY_TEST(tls, after_a_write_cancelled_half_way_only_reading_goes_on) {
  auto [client, server] = co_await tls_pair();
  const std::string much(1 << 20, 'x');
  auto writing = create_task([&] { return client.write_all(much); });
  co_await testing::settle();
  writing.cancel();
  EXPECT_THROW(co_await writing, task_cancelled);
  EXPECT_THROW(co_await client.write_all("x"), std::logic_error);
  EXPECT_THROW(co_await client.shutdown(), std::logic_error);
  co_await server.write_all("still read");
  EXPECT_EQ(co_await read_text(client), "still read");
}

EDDY_TEST(tls, a_cancelled_handshake_closes_the_stream) {
  auto [a, b] = memory_stream::pair();
  auto connecting = create_task([&]() -> task<> {
    (void)co_await tls::connect(std::move(a), client_context(), {.host = "shop.test"});
  });
  co_await testing::settle();
  connecting.cancel();
  EXPECT_THROW(co_await connecting, task_cancelled);
  std::string hello(4096, '\0');
  EXPECT_GT(co_await b.read_some(hello), 0U);
  EXPECT_EQ(co_await b.read_some(hello), 0U);
}

EDDY_TEST(tls, handshakes_that_break_off_anywhere_end_with_an_error) {
  for (std::size_t bytes = 0; bytes < 700; bytes += 13) {
    auto [a, b] = memory_stream::pair();
    testing::faulty_stream cut(std::move(a), {.cut_after = bytes});
    const auto connect = [&]() -> task<> {
      (void)co_await tls::connect(std::move(cut), client_context(), {.host = "shop.test"});
    };
    const auto accept = [&]() -> task<> {
      (void)co_await tls::accept(std::move(b), server_context());
    };
    auto [client, server] = co_await gather(return_exceptions, connect(), accept());
    EXPECT_TRUE(client.has_error()) << bytes << " bytes";
    EXPECT_TRUE(server.has_error()) << bytes << " bytes";
  }
}

EDDY_TEST(tls, contexts_are_for_their_own_side) {
  auto [a, b] = memory_stream::pair();
  EXPECT_THROW(co_await tls::connect(std::move(a), server_context(), {.host = "shop.test"}),
               std::invalid_argument);
  EXPECT_THROW(co_await tls::accept(std::move(b), client_context()), std::invalid_argument);
}

EDDY_TEST(tls, a_client_says_whom_it_wants_to_talk_to) {
  for (const char* host : {"", ".", "fe80::1%lo", ".test", ".wild.test"}) {
    auto [a, b] = memory_stream::pair();
    EXPECT_THROW(co_await tls::connect(std::move(a), client_context(), {.host = host}),
                 std::invalid_argument);
  }
}

}  // namespace
}  // namespace eddy
