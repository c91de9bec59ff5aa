// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <eddy/core/sleep.hpp>
#include <eddy/io/dns.hpp>
#include <eddy/testing/test.hpp>
#include <io/names/system_names.hpp>

#include "temporary_folder.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;
using addresses = std::vector<ip_address>;

ip_address ip(std::string_view text) { return ip_address::parse(text).value(); }

struct files {
  testing::temporary_folder folder;
  std::string hosts = folder.path() / "hosts";
  std::string resolv_conf = folder.path() / "resolv.conf";

  void write(const std::string& path, const std::string& text) const {
    std::ofstream(path) << text;
  }
  [[nodiscard]] auto load(std::shared_ptr<const detail::system_names> known = nullptr) const {
    return detail::load_system_names(hosts, resolv_conf, known);
  }
};

TEST(hosts_file, each_name_of_a_line_is_a_host_and_comments_are_none) {
  const auto table = detail::parse_hosts(
      "127.0.0.1 localhost\n"
      "# 10.9.9.9 not.test\n"
      "10.0.0.1\tOne.test  uno.test # dos.test\r\n"
      "\n"
      "not-an-address x.test\n"
      "10.0.0.2 one.test\n"
      "10.0.0.1 one.test\n"
      "::1 one.test");
  EXPECT_EQ(table.size(), 3U);
  EXPECT_EQ(table.at("one.test"), (addresses{ip("10.0.0.1"), ip("10.0.0.2"), ip("::1")}));
  EXPECT_EQ(table.at("uno.test"), addresses{ip("10.0.0.1")});
}

TEST(resolv_conf, it_says_whom_to_ask_and_how) {
  const auto said = detail::parse_resolv_conf(
      "# nameserver 10.6.6.6\n"
      "; nameserver 10.6.6.6\n"
      "nameserver 10.0.0.53\r\n"
      "nameserver fd00::53\n"
      "nameserver nonsense\n"
      "domain first.test\n"
      "search a.test b.test\n"
      "options ndots:3 timeout:2 attempts:4 rotate edns0\n"
      "nonsense");
  EXPECT_EQ(said.servers, (addresses{ip("10.0.0.53"), ip("fd00::53")}));
  EXPECT_EQ(said.search, (std::vector<std::string>{"a.test", "b.test"}));
  EXPECT_EQ(said.ndots, 3);
  EXPECT_EQ(said.timeout_seconds, 2);
  EXPECT_EQ(said.attempts, 4);
  EXPECT_TRUE(said.rotate);
}

TEST(resolv_conf, options_beyond_reason_are_cut_and_nonsense_is_none) {
  const auto said = detail::parse_resolv_conf(
      "options ndots:999 timeout:99999999999999 attempts:-1 ndotsx:2 timeout attempts:");
  EXPECT_EQ(said.ndots, 15);
  EXPECT_EQ(said.timeout_seconds, 5);
  EXPECT_EQ(said.attempts, 2);
  const auto none = detail::parse_resolv_conf("options ndots:0 timeout:0 attempts:0");
  EXPECT_EQ(none.ndots, 0);
  EXPECT_EQ(none.timeout_seconds, 1);
  EXPECT_EQ(none.attempts, 1);
}

TEST(resolv_conf, a_server_known_by_its_interface_is_passed_over) {
  EXPECT_TRUE(detail::parse_resolv_conf("nameserver fe80::1%lo\n").servers.empty());
}

TEST(system_names, without_files_this_machine_is_asked) {
  const files f;
  const auto names = f.load();
  EXPECT_TRUE(names->hosts.empty());
  EXPECT_EQ(names->dns.servers, addresses{ip_address::loopback_v4()});
}

TEST(system_names, the_environment_has_the_last_word) {
  const files f;
  f.write(f.resolv_conf, "search a.test\noptions ndots:2");
  ::setenv("LOCALDOMAIN", "b.test c.test", 1);
  ::setenv("RES_OPTIONS", "ndots:4", 1);
  const auto names = f.load();
  ::unsetenv("LOCALDOMAIN");
  ::unsetenv("RES_OPTIONS");
  EXPECT_EQ(names->dns.search, (std::vector<std::string>{"b.test", "c.test"}));
  EXPECT_EQ(names->dns.ndots, 4);
}

TEST(system_names, files_are_read_again_only_when_they_have_changed) {
  const files f;
  f.write(f.hosts, "10.0.0.1 one.test\n");
  const auto first = f.load();
  EXPECT_EQ(f.load(first), first);
  f.write(f.hosts, "10.0.0.22 one.test\n");
  const auto second = f.load(first);
  EXPECT_NE(second, first);
  EXPECT_EQ(second->hosts.at("one.test"), addresses{ip("10.0.0.22")});
}

EDDY_TEST(system_names, a_changed_hosts_file_is_seen_within_seconds) {
  const files f;
  f.write(f.hosts, "10.0.0.1 one.test\n");
  const dns::resolver names({.hosts_file = f.hosts, .resolv_conf = f.resolv_conf});
  EXPECT_EQ(co_await names.resolve("one.test"), addresses{ip("10.0.0.1")});
  f.write(f.hosts, "10.0.0.22 one.test\n");
  EXPECT_EQ(co_await names.resolve("one.test"), addresses{ip("10.0.0.1")});
  co_await sleep(5s);
  EXPECT_EQ(co_await names.resolve("one.test"), addresses{ip("10.0.0.22")});
}

EDDY_TEST(system_names, localhost_is_loopback_whatever_the_hosts_file_says) {
  const files f;
  f.write(f.hosts, "10.6.6.6 localhost\n");
  const dns::resolver names({.hosts_file = f.hosts, .resolv_conf = f.resolv_conf});
  EXPECT_EQ(co_await names.resolve("localhost"),
            (addresses{ip_address::loopback_v6(), ip_address::loopback_v4()}));
}

}  // namespace
}  // namespace eddy
