// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>

#include <eddy/core/gather.hpp>
#include <eddy/io/memory_stream.hpp>
#include <eddy/io/tls.hpp>
#include <tls_certificates.hpp>

namespace eddy {

inline tls::identity identity_of(const std::string& name) {
  const certificates& made = certificates::made();
  return {.chain_file = made.file(name + ".pem"), .key_file = made.file(name + ".key")};
}

inline tls::authorities trusting(const std::string& name) {
  return {.file = certificates::made().file(name + ".pem")};
}

/// What the tests have that are not about it: a server for shop.test, and a client that knows its
/// authority.
inline tls::context server_context() {
  static const tls::context made = tls::context::server({.who_we_are = identity_of("server")});
  return made;
}
inline tls::context client_context() {
  static const tls::context made = tls::context::client({.trust = trusting("ca")});
  return made;
}

using tls_memory = tls::stream<memory_stream>;

/// Both handshakes, at once.
inline task<std::pair<tls_memory, tls_memory>> tls_pair(tls::context client, tls::context server,
                                                        tls::connect_options options = {
                                                            .host = "shop.test"}) {
  auto [a, b] = memory_stream::pair();
  auto [client_end, server_end] = co_await gather(
      tls::connect(std::move(a), client, std::move(options)), tls::accept(std::move(b), server));
  co_return std::pair(std::move(client_end), std::move(server_end));
}

inline task<std::pair<tls_memory, tls_memory>> tls_pair() {
  co_return co_await tls_pair(client_context(), server_context());
}

template <class S>
task<std::string> read_text(tls::stream<S>& from) {
  std::string text(4096, '\0');
  text.resize(co_await from.read_some(text));
  co_return text;
}

}  // namespace eddy
