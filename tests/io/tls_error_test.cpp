// SPDX-License-Identifier: MIT
#include <eddy/io/tls/error.hpp>

#include <openssl/err.h>

#include <string>
#include <vector>

#include <eddy/core/outcome.hpp>
#include <eddy/testing/test.hpp>
#include <tls_pair.hpp>

#include "tcp_pair.hpp"

namespace eddy {
namespace {

struct refusal {
  tls::error client = {tls::error_kind::setup, "the client saw no error"};
  tls::error server = {tls::error_kind::setup, "the server saw no error"};
};

/// Both ends try a handshake and one read.
task<refusal> refused(tls::context client, tls::context server, std::string host = "shop.test",
                      std::vector<std::string> alpn = {}) {
  auto [a, b] = memory_stream::pair();
  refusal result;
  const auto connect = [&]() -> task<> {
    try {
      auto end = co_await tls::connect(std::move(a), client, {.host = host, .alpn = alpn});
      co_await read_text(end);
    } catch (const tls::error& e) {
      result.client = e;
    }
  };
  const auto accept = [&]() -> task<> {
    try {
      auto end = co_await tls::accept(std::move(b), server);
      co_await read_text(end);
    } catch (const tls::error& e) {
      result.server = e;
    }
  };
  co_await gather(connect(), accept());
  co_return result;
}

tls::context serving(const std::string& name) {
  return tls::context::server({.who_we_are = identity_of(name)});
}

EDDY_TEST(tls_error, an_expired_certificate) {
  const refusal r = co_await refused(client_context(), serving("expired"));
  EXPECT_EQ(r.client.kind(), tls::error_kind::expired);
  const std::string when = r.client.about().value_or(tls::certificate()).not_after;
  EXPECT_EQ(r.client.what(),
            "tls connect shop.test: the certificate \"CN=shop.test\", issued by \"CN=Test CA\", "
            "expired on " +
                when + ": it must be renewed");
  EXPECT_EQ(when.substr(0, 2), "20");
  EXPECT_TRUE(when.ends_with(" UTC")) << when;
  EXPECT_EQ(r.server.kind(), tls::error_kind::refused);
  EXPECT_STREQ(r.server.what(), "tls accept: the other end refuses: certificate expired");
}

EDDY_TEST(tls_error, the_certificate_of_another_host) {
  const refusal r = co_await refused(client_context(), serving("other"));
  EXPECT_EQ(r.client.kind(), tls::error_kind::wrong_host);
  EXPECT_STREQ(r.client.what(),
               "tls connect shop.test: the certificate \"CN=other.test\", issued by \"CN=Test "
               "CA\", is for other.test, more.test, not for shop.test");
}

EDDY_TEST(tls_error, the_certificate_of_another_address) {
  const refusal r = co_await refused(client_context(), serving("server"), "127.0.0.2");
  EXPECT_EQ(r.client.kind(), tls::error_kind::wrong_host);
}

EDDY_TEST(tls_error, part_of_a_name_is_not_the_name) {
  for (const char* host : {"hop.test", "www.shop.test", "a.b.wild.test", "wild.test"}) {
    const refusal r = co_await refused(client_context(), server_context(), host);
    EXPECT_EQ(r.client.kind(), tls::error_kind::wrong_host) << host;
  }
}

EDDY_TEST(tls_error, the_subject_of_a_certificate_is_not_a_host_it_is_for) {
  const refusal r = co_await refused(client_context(), serving("nameless"));
  EXPECT_EQ(r.client.kind(), tls::error_kind::wrong_host);
  EXPECT_STREQ(r.client.what(),
               "tls connect shop.test: the certificate \"CN=shop.test\", issued by \"CN=Test CA\", "
               "is for no host, not for shop.test");
}

EDDY_TEST(tls_error, an_authority_nobody_knows) {
  const auto client = tls::context::client({.trust = trusting("stranger")});
  const refusal r = co_await refused(client, server_context());
  EXPECT_EQ(r.client.kind(), tls::error_kind::unknown_authority);
  EXPECT_STREQ(
      r.client.what(),
      "tls connect shop.test: the certificate \"CN=shop.test\", issued by \"CN=Test CA\", leads to "
      "no authority that is trusted here: name its authority (authorities::file), or let the "
      "other end send the certificates in between");
}

EDDY_TEST(tls_error, the_systems_authorities_do_not_know_ours) {
  const refusal r = co_await refused(tls::context::client(), server_context());
  EXPECT_EQ(r.client.kind(), tls::error_kind::unknown_authority);
}

EDDY_TEST(tls_error, a_chain_with_a_hole) {
  const refusal r = co_await refused(client_context(), serving("leaf"));
  EXPECT_EQ(r.client.kind(), tls::error_kind::unknown_authority);
}

EDDY_TEST(tls_error, a_certificate_that_signed_itself) {
  const refusal r = co_await refused(client_context(), serving("self"));
  EXPECT_EQ(r.client.kind(), tls::error_kind::self_signed);
  const auto knowing = tls::context::client({.trust = trusting("self")});
  const refusal none = co_await refused(knowing, serving("self"), "other.test");
  EXPECT_EQ(none.client.kind(), tls::error_kind::wrong_host);
}

EDDY_TEST(tls_error, a_client_that_shows_no_certificate) {
  for (const auto most : {tls::protocol_version::tls1_2, tls::protocol_version::tls1_3}) {
    const auto server = tls::context::server({.who_we_are = identity_of("server"),
                                              .require_client_certificate = true,
                                              .trust = trusting("ca"),
                                              .most = most});
    const refusal r = co_await refused(client_context(), server);
    EXPECT_EQ(r.server.kind(), tls::error_kind::no_certificate);
    EXPECT_EQ(r.client.kind(), tls::error_kind::refused) << r.client.what();
  }
}

EDDY_TEST(tls_error, a_client_whose_authority_the_server_does_not_know) {
  const auto server = tls::context::server({.who_we_are = identity_of("server"),
                                            .require_client_certificate = true,
                                            .trust = trusting("stranger")});
  const auto client =
      tls::context::client({.trust = trusting("ca"), .who_we_are = identity_of("client")});
  const refusal r = co_await refused(client, server);
  EXPECT_EQ(r.server.kind(), tls::error_kind::unknown_authority);
  EXPECT_STREQ(r.client.what(), "tls connect shop.test: the other end refuses: unknown CA");
}

EDDY_TEST(tls_error, no_protocol_in_common) {
  const auto server = tls::context::server({.who_we_are = identity_of("server"), .alpn = {"h2"}});
  const refusal r = co_await refused(client_context(), server, "shop.test", {"http/1.1"});
  EXPECT_STREQ(r.client.what(),
               "tls connect shop.test: the other end refuses: no application protocol");
  EXPECT_EQ(r.server.kind(), tls::error_kind::protocol);
}

EDDY_TEST(tls_error, no_version_in_common) {
  const auto client =
      tls::context::client({.trust = trusting("ca"), .most = tls::protocol_version::tls1_2});
  const auto server = tls::context::server(
      {.who_we_are = identity_of("server"), .least = tls::protocol_version::tls1_3});
  const refusal r = co_await refused(client, server);
  EXPECT_EQ(r.client.kind(), tls::error_kind::refused);
  EXPECT_EQ(r.server.kind(), tls::error_kind::protocol);
}

EDDY_TEST(tls_error, an_answer_that_is_no_tls) {
  auto [a, b] = memory_stream::pair();
  co_await b.write_all("HTTP/1.1 400 Bad Request\r\n\r\n");
  try {
    (void)co_await tls::connect(std::move(a), client_context(), {.host = "shop.test"});
    ADD_FAILURE() << "no exception";
  } catch (const tls::error& e) {
    EXPECT_EQ(e.kind(), tls::error_kind::protocol);
    EXPECT_STREQ(e.what(), "tls connect shop.test: what came is no TLS: is this the right port?");
  }
}

EDDY_NETWORK_TEST(tls_error, of_a_server_names_the_client) {
  tcp_pair pair = co_await connect_pair();
  const std::string peer = pair.server.peer_name();
  pair.client.close();
  try {
    (void)co_await tls::accept(std::move(pair.server), server_context());
    ADD_FAILURE() << "no exception";
  } catch (const tls::error& e) {
    EXPECT_EQ(e.what(),
              "tls accept " + peer +
                  ": the connection was cut: it ended without the goodbye that TLS asks for");
  }
}

std::string setup_error(auto make) {
  try {
    make();
    return "no error";
  } catch (const tls::error& e) {
    EXPECT_EQ(e.kind(), tls::error_kind::setup);
    return e.what();
  }
}

TEST(tls_context, says_what_is_wrong_with_its_files) {
  const certificates& made = certificates::made();
  const auto server = [&](const std::string& chain, const std::string& key) {
    return setup_error([&] {
      (void)tls::context::server({.who_we_are = {.chain_file = chain, .key_file = key}});
    });
  };
  const std::string chain = made.file("server.pem");
  EXPECT_EQ(server("/no/such.pem", made.file("server.key")),
            "tls server context: read /no/such.pem: No such file or directory");
  EXPECT_EQ(server(made.file("server.key"), made.file("server.key")),
            "tls server context: " + made.file("server.key") + " holds no certificate");
  EXPECT_EQ(server(chain, chain), "tls server context: " + chain +
                                      " holds no private key that can be read without a password");
  EXPECT_EQ(server(chain, made.file("other.key")).substr(0, 19 + chain.size()),
            "tls server context: " + made.file("other.key").substr(0, chain.size() - 1));
  EXPECT_EQ(server(chain, made.file("ed25519.key")),
            "tls server context: " + made.file("ed25519.key") + " does not fit the certificate");
  EXPECT_EQ(server(chain, {}),
            "tls server context: a certificate without its key: see identity::key_file and "
            "identity::key_pem");
  EXPECT_EQ(setup_error([] { (void)tls::context::server({.who_we_are = {}}); }),
            "tls server context: no certificate: a server must show one, see "
            "server_options::who_we_are");
  EXPECT_EQ(setup_error([] { (void)tls::context::client({.trust = {.pem = "nonsense"}}); }),
            "tls client context: the text of authorities holds no certificate");
}

std::string damaged(std::string pem) {
  pem.replace(pem.find('\n') + 10, 4, "!!!!");
  return pem;
}

TEST(tls_context, says_which_certificate_is_damaged) {
  const certificates& made = certificates::made();
  const std::string two = made.text("ca.pem") + damaged(made.text("stranger.pem"));
  EXPECT_EQ(setup_error([&] { (void)tls::context::client({.trust = {.pem = two}}); }),
            "tls client context: certificate 2 in the text of authorities: bad base64 decode");
  EXPECT_EQ(setup_error([&] {
              const std::string chain = made.text("server.pem") + damaged(made.text("ca.pem"));
              (void)tls::context::server(
                  {.who_we_are = {.key_file = made.file("server.key"), .chain_pem = chain}});
            }),
            "tls server context: certificate 2 in the text of the chain: bad base64 decode");
}

TEST(tls_context, says_which_certificate_of_a_chain_is_too_weak) {
  const certificates& made = certificates::made();
  EXPECT_EQ(setup_error([&] {
              const std::string chain = made.text("server.pem") + made.text("weak.pem");
              (void)tls::context::server(
                  {.who_we_are = {.key_file = made.file("server.key"), .chain_pem = chain}});
            }),
            "tls server context: certificate 2 in the text of the chain: ca key too small");
}

TEST(tls_context, does_not_leave_it_to_the_systems_authorities_who_a_client_is) {
  EXPECT_EQ(setup_error([] {
              (void)tls::context::server(
                  {.who_we_are = identity_of("server"), .require_client_certificate = true});
            }),
            "tls server context: who vouches for clients? See server_options::trust: the system's "
            "authorities vouch for anybody who has a host");
}

TEST(tls_context, leaves_no_errors_behind_for_others_who_use_the_library) {
  (void)tls::context::client();
  (void)tls::context::client({.trust = {.pem = certificates::made().text("ca.pem")}});
  EXPECT_EQ(ERR_peek_error(), 0U);
  (void)tls::context::server({.who_we_are = identity_of("server")});
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(tls_context, a_protocol_name_has_1_to_255_bytes) {
  EXPECT_EQ(setup_error([] {
              (void)tls::context::server({.who_we_are = identity_of("server"), .alpn = {""}});
            }),
            "tls: \"\" cannot be the name of an ALPN protocol: such names have 1 to 255 bytes");
}

}  // namespace
}  // namespace eddy
