// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <eddy/io/tls/context.hpp>

#include "openssl.hpp"
#include "sessions.hpp"

namespace eddy::detail {

/// ALPN's list of protocols: each with its length before it.
[[nodiscard]] std::string alpn_list(const std::vector<std::string>& protocols);

class tls_context {
 public:
  explicit tls_context(const tls::client_options& options);
  explicit tls_context(const tls::server_options& options);
  tls_context(const tls_context&) = delete;
  tls_context& operator=(const tls_context&) = delete;

  [[nodiscard]] static const std::shared_ptr<tls_context>& of(const tls::context& context) {
    return context.state_;
  }
  template <class Options>
  [[nodiscard]] static tls::context make(const Options& options) {
    return tls::context(std::make_shared<tls_context>(options));
  }

  [[nodiscard]] SSL_CTX* get() const noexcept { return context_.get(); }
  [[nodiscard]] bool verifies() const noexcept { return verifies_; }
  [[nodiscard]] bool is_server() const noexcept { return is_server_; }
  [[nodiscard]] tls_sessions& sessions() noexcept { return sessions_; }

 private:
  void set_up(tls::protocol_version least, tls::protocol_version most);
  void trust(const tls::authorities& authorities);
  void use(const tls::identity& identity);
  /// Those in a file, or in `text` itself, in their order; at least one.
  [[nodiscard]] std::vector<x509_ptr> certificates(const std::string& file, const std::string& text,
                                                   std::string_view name_of_text) const;
  [[noreturn]] void fail(std::string_view why) const;
  [[noreturn]] void fail_on_certificate(std::size_t index, std::string_view in) const;
  /// The text of a PEM file, or `text` itself.
  [[nodiscard]] std::string pem(const std::string& file, const std::string& text) const;

  bool is_server_;
  bool verifies_;
  tls_sessions sessions_;
  std::string alpn_;  // what a server speaks
  ssl_context_ptr context_;
};

/// What callbacks find of a connection, behind OpenSSL's "app data".
struct tls_connection {
  std::shared_ptr<tls_context> context;
  std::string host;

  [[nodiscard]] static tls_connection& of(const SSL* ssl) noexcept {
    return *static_cast<tls_connection*>(SSL_get_app_data(ssl));
  }
};

}  // namespace eddy::detail
