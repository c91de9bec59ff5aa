// SPDX-License-Identifier: MIT
//
// TLS with ends that others wrote.
#include <cctype>
#include <string>

#include <fmt/format.h>

#include <eddy/core/create_task.hpp>
#include <eddy/io/buffered_reader.hpp>
#include <eddy/testing/test.hpp>
#include <nginx_server.hpp>
#include <real_peers.hpp>
#include <temporary_folder.hpp>
#include <tls_pair.hpp>

#include "tcp_pair.hpp"

namespace eddy {
namespace {

using tls_tcp = tls::stream<tcp::socket>;

class tls_peers : public testing::io_test {
 protected:
  void SetUp() override {
    for (const char* program : {"openssl", "nginx"}) {
      if (testing::find_program(program).empty()) GTEST_SKIP() << program << " is not installed";
    }
    (void)certificates::made();  // not at the cost of the test's own time
  }
};
INSTANTIATE_TEST_SUITE_P(io, tls_peers, ::testing::Values(backend_kind::uring, backend_kind::epoll),
                         testing::backend_label);

task<tls_tcp> tls_connect(endpoint where, tls::context with, std::vector<std::string> alpn = {}) {
  co_return co_await tls::connect(co_await testing::connect_when_ready(where), with,
                                  {.host = "shop.test", .alpn = std::move(alpn)});
}

tls::context client_of_version(tls::protocol_version version) {
  return tls::context::client({.trust = trusting("ca"),
                               .who_we_are = identity_of("client"),
                               .least = version,
                               .most = version});
}

/// Answers each line with the same, backwards.
testing::child_process s_server(const endpoint& where, const std::string& more) {
  const certificates& made = certificates::made();
  return testing::child_process(
      {"/bin/sh", "-c",
       fmt::format("exec openssl s_server -accept {} -cert {} -key {} -rev -alpn echo {} "
                   ">/dev/null 2>&1 </dev/null",
                   where.to_string(), made.file("server.pem"), made.file("server.key"), more)});
}

task<> a_line_there_and_back(tls::protocol_version version, std::string name) {
  const endpoint where = testing::free_endpoint();
  const testing::child_process server = s_server(
      where, "-Verify 1 -verify_return_error -CAfile " + certificates::made().file("ca.pem"));
  const tls::context with = client_of_version(version);
  for (const bool resumed : {false, true}) {
    tls_tcp s = co_await tls_connect(where, with, {"other", "echo"});
    EXPECT_EQ(s.version(), name);
    EXPECT_EQ(s.alpn(), "echo");
    EXPECT_EQ(s.resumed(), resumed);
    buffered_reader in(s);
    for (int i = 0; i < 3; ++i) {
      co_await s.write_all("straw\n");
      EXPECT_EQ(co_await in.read_line(), "warts");
    }
    co_await s.shutdown();
    EXPECT_EQ(co_await in.read_all(100), "");
  }
}

TEST_P(tls_peers, s_server_over_tls_1_2) {
  testing::run_real([] { return a_line_there_and_back(tls::protocol_version::tls1_2, "TLSv1.2"); },
                    GetParam());
}
TEST_P(tls_peers, s_server_over_tls_1_3) {
  testing::run_real([] { return a_line_there_and_back(tls::protocol_version::tls1_3, "TLSv1.3"); },
                    GetParam());
}

/// Serves one connection: the line it gets in capitals, then the goodbye.
task<std::string> shout(tcp::listener& listener, tls::context with) {
  tls_tcp s = co_await tls::accept(co_await listener.accept(), with);
  std::string line = (co_await buffered_reader(s).read_line()).value_or("");
  for (char& c : line) c = static_cast<char>(std::toupper(c));
  co_await s.write_all(line + "\n");
  co_await s.shutdown();
  co_return fmt::format("{} {} {} {}", s.version(), s.alpn(), s.resumed() ? "again" : "first",
                        s.peer_certificate().value_or(tls::certificate()).subject);
}

std::string s_client(const tcp::listener& listener, const std::string& more) {
  const certificates& made = certificates::made();
  return fmt::format(
      "echo hello | openssl s_client -connect {} -CAfile {} -cert {} -key {} -verify_return_error "
      "-verify_hostname shop.test -servername shop.test -alpn echo -quiet {} 2>/dev/null",
      listener.local_endpoint().to_string(), made.file("ca.pem"), made.file("client.pem"),
      made.file("client.key"), more);
}

task<> answers_s_client() {
  const auto with = tls::context::server({.who_we_are = identity_of("server"),
                                          .alpn = {"echo"},
                                          .require_client_certificate = true,
                                          .trust = trusting("ca")});
  const testing::temporary_folder folder;
  for (const std::string version : {"1_2", "1_3"}) {
    const std::string session = (folder.path() / version).string();
    for (const std::string& how : {" -sess_out " + session, " -sess_in " + session}) {
      tcp::listener listener = listen_on_loopback();
      auto serving = create_task([&] { return shout(listener, with); });
      EXPECT_EQ(co_await testing::shell(s_client(listener, "-tls" + version + how)), "HELLO\n");
      EXPECT_EQ(co_await serving, fmt::format("TLSv1.{} echo {} CN=a client", version.back(),
                                              how.starts_with(" -sess_in") ? "again" : "first"));
    }
  }
}
TEST_P(tls_peers, s_client_over_tls_1_2_and_1_3) {
  testing::run_real(answers_s_client, GetParam());
}

task<> refuses_as_s_client_does() {
  const auto with = tls::context::server({.who_we_are = identity_of("other")});
  tcp::listener listener = listen_on_loopback();
  auto serving = create_task([&] { return shout(listener, with); });
  EXPECT_EQ(co_await testing::shell(s_client(listener, "")), "");
  EXPECT_THROW((void)co_await serving, tls::error);
}
TEST_P(tls_peers, s_client_refuses_a_server_of_another_name) {
  testing::run_real(refuses_as_s_client_does, GetParam());
}

testing::nginx_server secret_server() {
  const certificates& made = certificates::made();
  return testing::nginx_server(
      {.server = "ssl_certificate " + made.file("server.pem") + "; ssl_certificate_key " +
                 made.file("server.key") + ";\n" + R"(location / {
                   return 200 "$ssl_protocol $ssl_server_name $ssl_session_reused\n"; })",
       .http = "ssl_session_cache shared:s:1m; ssl_protocols TLSv1.2 TLSv1.3;",
       .listen_flags = "ssl http2"});
}

task<> gets_a_page_from_nginx() {
  const testing::nginx_server server = secret_server();
  for (const auto version : {tls::protocol_version::tls1_2, tls::protocol_version::tls1_3}) {
    const tls::context with = client_of_version(version);
    for (const char* reused : {".", "r"}) {
      tls_tcp s = co_await tls_connect(server.where(), with, {"http/1.1"});
      EXPECT_EQ(s.alpn(), "http/1.1");
      co_await s.write_all("GET / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n");
      const std::string answer = co_await buffered_reader(s).read_all(10'000);
      EXPECT_TRUE(answer.ends_with(fmt::format("\r\n\r\n{} shop.test {}\n", s.version(), reused)))
          << answer;
    }
  }
}
TEST_P(tls_peers, nginx_over_tls_1_2_and_1_3) {
  testing::run_real(gets_a_page_from_nginx, GetParam());
}

}  // namespace
}  // namespace eddy
