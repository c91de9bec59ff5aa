// SPDX-License-Identifier: MIT
//
// The ways to a server: TLS, Unix sockets, proxies, IPv6.
#include <chrono>
#include <string>
#include <vector>

#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/http/client.hpp>
#include <eddy/io/tls.hpp>
#include <eddy/io/unix_socket.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>
#include <temporary_folder.hpp>
#include <tls_certificates.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using testing::at;
using testing::fault_of;
using testing::message_of;
using testing::read_until;
using testing::while_talking;

const std::string hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

tls::context believing_test_authority() {
  return tls::context::client({.trust = {.file = certificates::made().file("ca.pem")}});
}

tls::context server_context(const std::string& name) {
  const auto& made = certificates::made();
  return tls::context::server(
      {.who_we_are = {.chain_file = made.file(name + ".pem"), .key_file = made.file(name + ".key")},
       .alpn = {"http/1.1"}});
}

/// Everything up to the empty line, of a stream of any kind.
template <class Stream>
task<std::string> read_head(Stream& from) {
  std::string text;
  std::array<char, 4096> piece;
  while (!text.ends_with("\r\n\r\n")) {
    const std::size_t count = co_await from.read_some(std::span(piece));
    if (count == 0) co_return text;
    text.append(piece.data(), count);
  }
  co_return text;
}

/// Answers `hello` to each request on the connection, and notes their heads.
template <class Stream>
task<> say_hello(Stream& stream, std::vector<std::string>& heads) {
  for (;;) {
    std::string head = co_await read_head(stream);
    if (head.empty()) co_return;
    heads.push_back(std::move(head));
    co_await stream.write_all(std::string_view(hello));
  }
}

/// Speaks TLS with the certificate of that name.
auto secure_server(std::string certificate, std::vector<std::string>& heads) {
  return [context = server_context(certificate), &heads](tcp::socket peer) -> task<> {
    try {
      auto stream = co_await tls::accept(std::move(peer), context);
      co_await say_hello(stream, heads);
    } catch (const std::exception&) {
      // The client did not like it, or has gone.
    }
  };
}

task<std::string> fetch(client& c, std::string url) {
  response r = co_await c.get(std::move(url));
  co_return co_await r.text();
}

EDDY_NETWORK_TEST(client_way, https_is_spoken_with_a_server_that_shows_who_it_is) {
  std::vector<std::string> heads;
  co_await while_talking(secure_server("server", heads), [&](endpoint where) -> task<> {
    client c({.resolve = {{"shop.test", where}}, .tls = believing_test_authority()});
    EXPECT_EQ(co_await fetch(c, "https://shop.test/a"), "hello");
    EXPECT_EQ(co_await fetch(c, "https://shop.test/b"), "hello");
    EXPECT_EQ(c.idle(), 1U) << "one connection for both";
    EXPECT_EQ(co_await fetch(c, "https://127.0.0.1:" + std::to_string(where.port) + "/c"), "hello");
    co_await c.close();
  });
  EXPECT_EQ(heads.size(), 3U);
  EXPECT_TRUE(heads.at(0).starts_with("GET /a HTTP/1.1\r\nHost: shop.test\r\n")) << heads.at(0);
}

EDDY_NETWORK_TEST(client_way, a_server_that_nobody_vouches_for_is_not_asked) {
  std::vector<std::string> heads;
  co_await while_talking(secure_server("server", heads), [&](endpoint where) -> task<> {
    client c({.resolve = {{"shop.test", where}}});
    const auto failed = co_await outcome(c.get("https://shop.test/"));
    EXPECT_EQ(fault_of(failed), client_fault::tls);
    EXPECT_TRUE(message_of(failed).starts_with(
        "GET https://shop.test/: tls connect shop.test: the certificate \"CN=shop.test\""))
        << message_of(failed);
    EXPECT_EQ(c.in_use(), 0U);
  });
  EXPECT_TRUE(heads.empty());
}

EDDY_NETWORK_TEST(client_way, a_certificate_for_another_host_is_refused) {
  std::vector<std::string> heads;
  co_await while_talking(secure_server("other", heads), [&](endpoint where) -> task<> {
    client c({.resolve = {{"shop.test", where}}, .tls = believing_test_authority()});
    EXPECT_EQ(fault_of(co_await outcome(c.get("https://shop.test/"))), client_fault::tls);
  });
}

EDDY_NETWORK_TEST(client_way, http_and_https_of_one_host_share_no_connection) {
  std::vector<std::string> greetings;
  const auto server = [&](tcp::socket peer) -> task<> {
    std::array<char, 4096> first;
    greetings.emplace_back(first.data(), co_await peer.read_some(first));
    if (!greetings.back().starts_with("GET")) co_return;  // TLS begins with its hello
    co_await peer.write_all(hello);
    (void)co_await read_head(peer);
  };
  co_await while_talking(server, [&](endpoint where) -> task<> {
    client c({.resolve = {{"shop.test", where}}, .tls = believing_test_authority()});
    EXPECT_EQ(co_await fetch(c, "http://shop.test/"), "hello");
    EXPECT_EQ(fault_of(co_await outcome(c.get("https://shop.test/"))), client_fault::tls);
    EXPECT_EQ(c.idle(), 1U);
    co_await c.close();
  });
  EXPECT_EQ(greetings.size(), 2U);
}

EDDY_IO_TEST(client_way, a_host_may_be_a_unix_socket) {
  const eddy::testing::temporary_folder folder;
  const std::string path = folder.path() / "docker.sock";
  std::vector<std::string> heads;
  unix_socket::listener listener = unix_socket::listen(path);
  co_await with_task_group([&](task_group& group) -> task<> {
    auto serving = group.create_task([&]() -> task<> {
      co_await serve(listener,
                     [&](unix_socket::socket peer) -> task<> { co_await say_hello(peer, heads); });
    });
    const host_override docker{.host = "docker", .unix_path = path};
    client c({.resolve = {docker}});
    EXPECT_EQ(co_await fetch(c, "http://docker/info"), "hello");
    EXPECT_EQ(co_await fetch(c, "http://docker/info"), "hello");
    EXPECT_EQ(c.idle(), 1U);
    co_await c.close();
    serving.cancel();
  });
  EXPECT_TRUE(heads.at(0).starts_with("GET /info HTTP/1.1\r\nHost: docker\r\n")) << heads.at(0);
  client c({.resolve = {{.host = "docker", .unix_path = "/nowhere.sock"}}});
  const auto failed = co_await outcome(c.get("http://docker/"));
  EXPECT_EQ(fault_of(failed), client_fault::connect);
  EXPECT_EQ(message_of(failed),
            "GET http://docker/: connect /nowhere.sock: No such file or directory");
}

EDDY_IO_TEST(client_way, a_post_does_not_go_to_a_unix_socket_that_was_closed_meanwhile) {
  const eddy::testing::temporary_folder folder;
  const std::string path = folder.path() / "closing.sock";
  unix_socket::listener listener = unix_socket::listen(path);
  co_await with_task_group([&](task_group& group) -> task<> {
    auto serving = group.create_task([&]() -> task<> {
      co_await serve(listener, [](unix_socket::socket peer) -> task<> {
        (void)co_await read_head(peer);
        co_await peer.write_all(hello);
      });
    });
    client c({.resolve = {{.host = "docker", .unix_path = path}}});
    EXPECT_EQ(co_await fetch(c, "http://docker/info"), "hello");
    EXPECT_EQ(c.idle(), 1U);
    co_await sleep(20ms);  // until it is closed
    EXPECT_EQ((co_await c.post("http://docker/create")).status(), 200);
    co_await c.close();
    serving.cancel();
  });
}

EDDY_NETWORK_TEST(client_way, ipv6_addresses_are_hosts) {
  std::vector<std::string> heads;
  tcp::listener listener = tcp::listen({*ip_address::parse("::1"), 0});
  co_await with_task_group([&](task_group& group) -> task<> {
    auto serving = group.create_task([&]() -> task<> {
      co_await serve(listener,
                     [&](tcp::socket peer) -> task<> { co_await say_hello(peer, heads); });
    });
    client c;
    EXPECT_EQ(co_await fetch(c, at(listener.local_endpoint(), "/")), "hello");
    co_await c.close();
    serving.cancel();
  });
  EXPECT_NE(heads.at(0).find("\r\nHost: [::1]:"), std::string::npos) << heads.at(0);
}

EDDY_NETWORK_TEST(client_way, fields_go_out_as_they_are_spelled_and_in_their_order) {
  std::vector<std::string> heads;
  const auto server = [&](tcp::socket peer) -> task<> { co_await say_hello(peer, heads); };
  co_await while_talking(server, [&](endpoint where) -> task<> {
    client c({.user_agent = "me"});
    (void)co_await c.get(at(where, "/"), {.headers = {{"x-B", "two  words"},
                                                      {"X-a", "1"},
                                                      {"ACCEPT", "text/html"},
                                                      {"x-b", ""},
                                                      {"transfer-encoding", "chunked"}}});
    EXPECT_EQ(heads.at(0),
              "GET / HTTP/1.1\r\nHost: " + where.to_string() +
                  "\r\nx-B: two  words\r\nX-a: 1\r\nACCEPT: text/html\r\nx-b: \r\n"
                  "User-Agent: me\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n\r\n");
    co_await c.close();
  });
}

EDDY_NETWORK_TEST(client_way, an_http_proxy_is_asked_for_the_whole_url_and_told_who_asks) {
  std::vector<std::string> heads;
  const auto server = [&](tcp::socket peer) -> task<> { co_await say_hello(peer, heads); };
  co_await while_talking(server, [&](endpoint where) -> task<> {
    client c({.proxy = {.url = "http://me:a%20word@" + where.to_string()}});
    EXPECT_EQ(co_await fetch(c, "http://shop.test:8080/a?b=c"), "hello");
    co_await c.close();
  });
  EXPECT_TRUE(heads.at(0).starts_with(
      "GET http://shop.test:8080/a?b=c HTTP/1.1\r\nHost: shop.test:8080\r\n"))
      << heads.at(0);
  EXPECT_NE(heads.at(0).find("\r\nProxy-Authorization: Basic bWU6YSB3b3Jk\r\n"), std::string::npos)
      << heads.at(0);
}

EDDY_NETWORK_TEST(client_way, https_goes_through_a_proxy_unread) {
  std::vector<std::string> connects;
  std::vector<std::string> heads;
  const auto context = server_context("server");
  const auto proxy = [&](tcp::socket peer) -> task<> {
    connects.push_back(co_await read_head(peer));
    co_await peer.write_all("HTTP/1.1 200 Connection established\r\n\r\n");
    co_await secure_server("server", heads)(std::move(peer));
  };
  co_await while_talking(proxy, [&](endpoint where) -> task<> {
    client c({.proxy = {.url = "http://me:word@" + where.to_string()},
              .tls = believing_test_authority()});
    EXPECT_EQ(co_await fetch(c, "https://shop.test/a"), "hello");
    EXPECT_EQ(co_await fetch(c, "https://shop.test/b"), "hello");
    co_await c.close();
  });
  EXPECT_EQ(connects, std::vector<std::string>{"CONNECT shop.test:443 HTTP/1.1\r\n"
                                               "Host: shop.test:443\r\n"
                                               "Proxy-Authorization: Basic bWU6d29yZA==\r\n\r\n"});
  EXPECT_EQ(heads.size(), 2U);
  EXPECT_EQ(heads.at(0).find("Proxy-Authorization"), std::string::npos) << heads.at(0);
}

EDDY_NETWORK_TEST(client_way, a_proxy_that_refuses_is_named) {
  const auto proxy = [&](tcp::socket peer) -> task<> {
    (void)co_await read_head(peer);
    co_await peer.write_all(
        "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
  };
  co_await while_talking(proxy, [&](endpoint where) -> task<> {
    client c({.proxy = {.url = "http://" + where.to_string()}});
    const auto failed = co_await outcome(c.get("https://shop.test/"));
    EXPECT_EQ(fault_of(failed), client_fault::proxy);
    EXPECT_EQ(message_of(failed), "GET https://shop.test/: the proxy " + where.to_string() +
                                      " does not connect us to shop.test:443: it answered 407 "
                                      "Proxy Authentication Required");
  });
}

EDDY_NETWORK_TEST(client_way, hosts_that_the_proxy_is_not_for_are_reached_directly) {
  std::vector<std::string> heads;
  const auto server = [&](tcp::socket peer) -> task<> { co_await say_hello(peer, heads); };
  co_await while_talking(server, [&](endpoint where) -> task<> {
    client c({.proxy = {.url = "http://nosuch.invalid", .except = {"0.0.1", "127.0.0.1"}}});
    EXPECT_EQ(co_await fetch(c, at(where, "/")), "hello");
    client other({.proxy = {.url = "http://nosuch.invalid", .except = {"7.0.0.1"}}});
    EXPECT_EQ(fault_of(co_await outcome(other.get(at(where, "/")))), client_fault::resolve)
        << "not below 7.0.0.1, but longer";
    co_await c.close();
  });
}

TEST(client_way, what_is_not_the_url_of_a_proxy_is_refused_at_once) {
  EXPECT_THROW(client({.proxy = {.url = "proxy.test:3128"}}), std::invalid_argument);
  EXPECT_THROW(client({.proxy = {.url = "https://proxy.test"}}), std::invalid_argument);
  for (const char* url : {"https://me:secret@proxy.test", "http://me:secret@proxy.test:x"}) {
    try {
      client({.proxy = {.url = url}});
      ADD_FAILURE() << url;
    } catch (const std::invalid_argument& error) {
      EXPECT_FALSE(std::string_view(error.what()).contains("secret")) << error.what();
    }
  }
}

}  // namespace
}  // namespace eddy::http
