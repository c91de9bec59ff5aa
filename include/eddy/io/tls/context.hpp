// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace eddy::detail {
class tls_context;
}

namespace eddy::tls {

/// Who is believed when they vouch for the other end: certificates in PEM, added up. With nothing
/// set, a client believes those of the system.
struct authorities {
  std::string file = {};    ///< one or more certificates
  std::string folder = {};  ///< with the hashed names that `openssl rehash` gives
  std::string pem = {};     ///< the text of certificates
};

/// What shows who we are: a certificate, those between it and an authority, and its key, in PEM.
/// Each comes from a file or from text.
struct identity {
  std::string chain_file = {};
  std::string key_file = {};
  std::string chain_pem = {};
  std::string key_pem = {};
};

/// The older ones are broken.
enum class protocol_version : std::uint8_t { tls1_2, tls1_3 };

/// What the connections of a client have in common.
struct client_options {
  authorities trust = {};
  identity who_we_are = {};  ///< for servers that ask; nothing otherwise
  bool verify = true;        ///< without it anybody can pretend to be the server
  protocol_version least = protocol_version::tls1_2;
  protocol_version most = protocol_version::tls1_3;
};

/// What the connections of a server have in common.
struct server_options {
  identity who_we_are;
  std::vector<std::string> alpn = {};  ///< the protocols spoken here, the preferred first
  bool require_client_certificate = false;
  authorities trust = {};  ///< who vouches for clients; must be said where they are to show one
  protocol_version least = protocol_version::tls1_2;
  protocol_version most = protocol_version::tls1_3;
};

/// What connections have in common: whom to trust, who we are, and the sessions that make the next
/// connection to the same host cheaper. Make one and keep it. A copy is the same context.
///
/// Making one reads its files at once and blocks for that.
/// Errors: `tls::error` of the kind `setup`.
/// Thread safety: any thread.
class context {
 public:
  [[nodiscard]] static context client(const client_options& options = {});
  [[nodiscard]] static context server(const server_options& options);

 private:
  friend class eddy::detail::tls_context;
  explicit context(std::shared_ptr<eddy::detail::tls_context> state) : state_(std::move(state)) {}
  std::shared_ptr<eddy::detail::tls_context> state_;
};

}  // namespace eddy::tls
