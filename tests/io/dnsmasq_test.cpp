// SPDX-License-Identifier: MIT
//
// The resolver against a name server that others wrote.
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

#include <eddy/core/sleep.hpp>
#include <eddy/io/dns.hpp>
#include <eddy/io/tcp.hpp>
#include <eddy/testing/test.hpp>
#include <real_peers.hpp>

namespace eddy {
namespace {

using namespace std::chrono_literals;

class dnsmasq : public testing::io_test {
 protected:
  void SetUp() override {
    if (testing::find_program("dnsmasq").empty()) GTEST_SKIP() << "dnsmasq is not installed";
  }
};
INSTANTIATE_TEST_SUITE_P(io, dnsmasq, ::testing::Values(backend_kind::uring, backend_kind::epoll),
                         testing::backend_label);

class dnsmasq_server {
 public:
  dnsmasq_server() : where_(free_endpoint()), process_(command()) {}

  [[nodiscard]] dns::resolver_options options() const {
    return {.servers = {where_},
            .timeout = 1s,
            .tries = 2,
            .search = std::vector<std::string>{"test"},
            .hosts_file = "/nonexistent"};
  }
  task<> wait_until_ready() const {
    const dns::resolver asked(options());
    for (;;) {
      try {
        co_await asked.resolve("one.test");
        co_return;
      } catch (const resolve_error&) {
      }
      co_await sleep(1ms);
    }
  }

 private:
  static endpoint free_endpoint() {
    return tcp::listen({ip_address::loopback_v4(), 0}).local_endpoint();
  }
  [[nodiscard]] std::vector<std::string> command() const {
    std::vector<std::string> all{testing::find_program("dnsmasq"),
                                 "--keep-in-foreground",
                                 "--conf-file=/dev/null",
                                 "--pid-file=",
                                 "--no-resolv",
                                 "--no-hosts",
                                 "--bind-interfaces",
                                 "--listen-address=127.0.0.1",
                                 "--port=" + std::to_string(where_.port),
                                 "--local=/test/",
                                 "--local-ttl=60",
                                 "--host-record=one.test,10.0.0.1",
                                 "--host-record=both.test,10.0.0.2,fd00::2",
                                 "--cname=www.test,both.test",
                                 "--srv-host=_xmpp._tcp.test,both.test,5222,10,5",
                                 "--mx-host=test,mail.test,10",
                                 "--txt-record=test,v=spf1 -all",
                                 "--ptr-record=9.0.0.10.in-addr.arpa,nine.test"};
    if (::geteuid() == 0) all.emplace_back("--user=root");
    return all;
  }

  endpoint where_;
  testing::child_process process_;
};

task<std::string> resolved(const dns::resolver& asked, std::string host) {
  try {
    std::string all;
    for (const ip_address& address : co_await asked.resolve(std::move(host)))
      all += (all.empty() ? "" : " ") + address.to_string();
    co_return all;
  } catch (const resolve_error& e) {
    co_return e.what();
  }
}

task<> looks_names_up() {
  const dnsmasq_server server;
  co_await server.wait_until_ready();
  const dns::resolver asked(server.options());
  EXPECT_EQ(co_await resolved(asked, "one.test"), "10.0.0.1");
  EXPECT_EQ(co_await resolved(asked, "one"), "10.0.0.1");
  const std::string both = co_await resolved(asked, "both.test");
  EXPECT_TRUE(both == "10.0.0.2 fd00::2" || both == "fd00::2 10.0.0.2") << both;
  EXPECT_EQ(co_await resolved(asked, "www.test"), both);
  EXPECT_EQ(co_await resolved(asked, "nosuch.test"), "resolve nosuch.test: no such host");
}
TEST_P(dnsmasq, looks_names_up) { testing::run_real(looks_names_up, GetParam()); }

task<> gives_records_of_all_kinds() {
  const dnsmasq_server server;
  co_await server.wait_until_ready();
  const dns::resolver asked(server.options());
  const auto service = co_await asked.lookup_srv("_xmpp._tcp.test");
  EXPECT_EQ(service.at(0).target, "both.test");
  EXPECT_EQ(service.at(0).port, 5222);
  EXPECT_EQ(service.at(0).priority, 10);
  EXPECT_EQ(service.at(0).weight, 5);
  EXPECT_GT(service.at(0).ttl, 0s);
  EXPECT_EQ((co_await asked.lookup_mx("test")).at(0).host, "mail.test");
  EXPECT_EQ((co_await asked.lookup_txt("test")).at(0).text, "v=spf1 -all");
  const auto names = co_await asked.lookup_ptr(*ip_address::parse("10.0.0.9"));
  EXPECT_EQ(names.at(0).name, "nine.test");
}
TEST_P(dnsmasq, gives_records_of_all_kinds) {
  testing::run_real(gives_records_of_all_kinds, GetParam());
}

}  // namespace
}  // namespace eddy
