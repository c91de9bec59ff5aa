// SPDX-License-Identifier: MIT
// Names and addresses, and what can go wrong; asks nobody outside this machine.
#include <chrono>
#include <iostream>
#include <string>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/io/dns.hpp>
#include <eddy/io/resolve.hpp>
#include <eddy/io/tcp.hpp>

using namespace std::chrono_literals;

// snippet: resolve
eddy::task<> show(std::string host) {
  try {
    for (const eddy::ip_address& address : co_await eddy::wait_for(eddy::resolve(host), 5s))
      std::cout << host << ": " << (address.is_loopback() ? "this machine" : address.to_string())
                << '\n';
  } catch (const eddy::resolve_error& e) {
    std::cout << e.what() << (e.temporary() ? " (try again later)" : "") << '\n';
  }
}
// end snippet

// snippet: configure
/// Hosts by name, as in /etc/hosts, but for this program alone.
void name_hosts() {
  eddy::dns::configure(
      {.hosts = {
           {"backend.test", {*eddy::ip_address::parse("10.0.0.7")}},
           {"here.test", {eddy::ip_address::loopback_v6(), eddy::ip_address::loopback_v4()}}}});
}
// end snippet

// snippet: connect
/// `here.test` has two addresses, and nobody listens on the first.
eddy::task<> connect_by_name() {
  auto listener = eddy::tcp::listen({eddy::ip_address::loopback_v4(), 0});
  const auto port = listener.local_endpoint().port;
  auto [client, server] =
      co_await eddy::gather(eddy::tcp::connect("here.test", port), listener.accept());
  std::cout << "connected to " << client.peer_endpoint().address.to_string() << '\n';
}
// end snippet

// snippet: getaddrinfo
/// Where names come from LDAP, mDNS or systemd-resolved, the C library knows how to ask them.
eddy::task<> ask_the_c_library() {
  const eddy::dns::resolver system({.use_getaddrinfo = true});
  std::cout << (co_await system.resolve("127.0.0.1")).at(0).to_string() << '\n';
}
// end snippet

// snippet: failure
eddy::task<> tell_why(std::string host) {
  try {
    co_await eddy::resolve(host);
  } catch (const eddy::resolve_error& e) {
    const bool typing_error = e.failure() == eddy::resolve_failure::no_such_name ||
                              e.failure() == eddy::resolve_failure::bad_name;
    std::cout << (typing_error ? "look at the spelling of " : "cannot reach ") << host << '\n';
  }
}
// end snippet

int main() {
  return eddy::run([]() -> eddy::task<> {
    name_hosts();
    co_await show("192.0.2.1");
    co_await show("app.localhost");
    co_await show("backend.test");
    co_await show("two words");
    co_await connect_by_name();
    co_await ask_the_c_library();
    co_await tell_why("no..dots");
  });
}
