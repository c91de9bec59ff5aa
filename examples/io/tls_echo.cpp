// SPDX-License-Identifier: MIT
// An echo server and its client over TLS, with a certificate that signed itself.
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/io/buffered_reader.hpp>
#include <eddy/io/copy.hpp>
#include <eddy/io/tcp.hpp>
#include <eddy/io/tls.hpp>

#include <support/localhost_certificate.hpp>

using namespace eddy;

const tls::identity our_identity{.chain_pem = std::string(localhost_certificate),
                                 .key_pem = std::string(localhost_key)};
const tls::authorities our_authorities{.pem = std::string(localhost_certificate)};

// snippet: server
task<> echo_one(tcp::listener& listener) {
  const auto context = tls::context::server(
      {.who_we_are = our_identity, .alpn = {"echo"}, .least = tls::protocol_version::tls1_3});
  auto connection = co_await tls::accept(co_await listener.accept(), context);
  (void)co_await copy(connection, connection);
  co_await connection.shutdown();  // without it, the client would take it for cut
}
// end snippet

// snippet: client
task<> ask(endpoint where) {
  const auto context = tls::context::client({.trust = our_authorities});
  auto connection = co_await tls::connect(co_await tcp::connect(where), context,
                                          {.host = "localhost", .alpn = {"echo", "http/1.1"}});
  std::cout << connection.version() << ", " << connection.alpn() << ", with "
            << connection.peer_certificate()->subject << '\n';
  co_await connection.write_all("hello\n");
  co_await connection.shutdown();
  std::cout << co_await buffered_reader(connection).read_all(100);
}
// end snippet

task<> refuse_one(tcp::listener& listener) {
  const auto context = tls::context::server({.who_we_are = our_identity});
  try {
    (void)co_await tls::accept(co_await listener.accept(), context);
  } catch (const tls::error& e) {
    // Says with whom, by a port that is another one each time: only the end of it here.
    const std::string_view what = e.what();
    std::cout << "the server hears that " << what.substr(what.find(": ") + 2) << '\n';
  }
}

// snippet: errors
task<> ask_without_trust(endpoint where) {
  const tls::context with_the_systems_authorities = tls::context::client();
  try {
    (void)co_await tls::connect(co_await tcp::connect(where), with_the_systems_authorities,
                                {.host = "localhost"});
  } catch (const tls::error& e) {
    std::cout << e.what() << '\n';
    if (e.kind() == tls::error_kind::self_signed) {
      std::cout << "valid until " << e.about()->not_after << '\n';
    }
  }
}
// end snippet

task<> start() {
  tcp::listener listener = tcp::listen({ip_address::loopback_v4(), 0});
  co_await gather(echo_one(listener), ask(listener.local_endpoint()));
  co_await gather(refuse_one(listener), ask_without_trust(listener.local_endpoint()));
}

int main() { return run(start); }
