// SPDX-License-Identifier: MIT
// What DNS knows besides addresses, asked of a name server in this program.
#include <iostream>
#include <string>
#include <vector>

#include <eddy/core/run.hpp>
#include <eddy/io/dns.hpp>

#include "name_server.hpp"

namespace dns = eddy::dns;

// snippet: records
eddy::task<> show_records() {
  for (const dns::srv_record& server : co_await dns::lookup_srv("_xmpp-client._tcp.example.test"))
    std::cout << "chat at " << server.target << ':' << server.port << '\n';
  for (const dns::mx_record& server : co_await dns::lookup_mx("example.test"))
    std::cout << "mail to " << server.host << '\n';
  for (const dns::txt_record& record : co_await dns::lookup_txt("example.test"))
    std::cout << "says " << record.text << ", for " << record.ttl.count() << " s\n";
  for (const dns::ptr_record& record : co_await dns::lookup_ptr(eddy::ip_address::loopback_v4()))
    std::cout << "127.0.0.1 is " << record.name << '\n';
}
// end snippet

// snippet: own-servers
eddy::task<> ask_own_servers(eddy::endpoint server) {
  const dns::resolver internal({.servers = {server},
                                .timeout = std::chrono::seconds(2),
                                .tries = 2,
                                .search = std::vector<std::string>{"example.test"}});
  std::cout << "db is " << (co_await internal.resolve("db")).at(0).to_string() << '\n';
}
// end snippet

int main() {
  const name_server server;
  return eddy::run([&]() -> eddy::task<> {
    dns::configure({.servers = {server.where()}});
    co_await show_records();
    co_await ask_own_servers(server.where());
    // The loop's own resolver, as an object to pass to others.
    const dns::resolver shared = dns::loop_resolver();
    std::cout << (co_await shared.resolve("www.example.test")).size() << " address\n";
  });
}
