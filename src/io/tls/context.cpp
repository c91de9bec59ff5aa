// SPDX-License-Identifier: MIT
#include <eddy/io/tls/context.hpp>

#include <openssl/pem.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <eddy/io/tls/error.hpp>

#include "context_state.hpp"

namespace eddy::tls {

context context::client(const client_options& options) {
  return eddy::detail::tls_context::make(options);
}
context context::server(const server_options& options) {
  return eddy::detail::tls_context::make(options);
}

}  // namespace eddy::tls

namespace eddy::detail {
namespace {

int number_of(tls::protocol_version version) noexcept {
  return version == tls::protocol_version::tls1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

// Without one, OpenSSL would ask for the password of a key on the terminal.
int no_password(char*, int, int, void*) noexcept { return 0; }

bio_ptr reading(std::string_view text) {
  return bio_ptr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

int keep_session(SSL* ssl, SSL_SESSION* session) noexcept {
  const tls_connection& connection = tls_connection::of(ssl);
  if (connection.host.empty()) return 0;  // whose would it be?
  connection.context->sessions().put(connection.host, ssl_session_ptr(session));
  return 1;
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void* ours) noexcept {
  const std::string& spoken = *static_cast<const std::string*>(ours);
  unsigned char* found = nullptr;
  const int result = SSL_select_next_proto(
      &found, chosen_size, reinterpret_cast<const unsigned char*>(spoken.data()),
      static_cast<unsigned>(spoken.size()), offered, offered_size);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

std::string take_ssl_error() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "unknown error";
}

std::string alpn_list(const std::vector<std::string>& protocols) {
  std::string list;
  for (const std::string& protocol : protocols) {
    if (protocol.empty() || protocol.size() > 255) {
      throw tls::error(tls::error_kind::setup,
                       fmt::format("tls: \"{}\" cannot be the name of an ALPN protocol: such names "
                                   "have 1 to 255 bytes",
                                   protocol));
    }
    list += static_cast<char>(protocol.size());
    list += protocol;
  }
  return list;
}

tls_context::tls_context(const tls::client_options& options)
    : is_server_(false), verifies_(options.verify), context_(SSL_CTX_new(TLS_client_method())) {
  set_up(options.least, options.most);
  trust(options.trust);
  use(options.who_we_are);
  SSL_CTX_set_verify(get(), verifies_ ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  // Kept by us: by host, and in a number that is bounded.
  SSL_CTX_set_session_cache_mode(get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(get(), keep_session);
}

tls_context::tls_context(const tls::server_options& options)
    : is_server_(true),
      verifies_(options.require_client_certificate),
      alpn_(alpn_list(options.alpn)),
      context_(SSL_CTX_new(TLS_server_method())) {
  set_up(options.least, options.most);
  use(options.who_we_are);
  if (SSL_CTX_get0_certificate(get()) == nullptr) {
    fail("no certificate: a server must show one, see server_options::who_we_are");
  }
  if (verifies_) {
    trust(options.trust);
    SSL_CTX_set_verify(get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  if (!alpn_.empty()) SSL_CTX_set_alpn_select_cb(get(), choose_protocol, &alpn_);
  constexpr std::string_view id = "eddy";
  SSL_CTX_set_session_id_context(get(), reinterpret_cast<const unsigned char*>(id.data()),
                                 static_cast<unsigned>(id.size()));
}

void tls_context::set_up(tls::protocol_version least, tls::protocol_version most) {
  ERR_clear_error();
  if (context_ == nullptr) fail(take_ssl_error());
  if (SSL_CTX_set_min_proto_version(get(), number_of(least)) != 1 ||
      SSL_CTX_set_max_proto_version(get(), number_of(most)) != 1) {
    fail(take_ssl_error());
  }
  // A new handshake in the middle would make a read write, and it is of no use to anybody.
  SSL_CTX_set_options(get(), SSL_OP_NO_RENEGOTIATION);
  // An idle connection need not hold 34 KB.
  SSL_CTX_set_mode(get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_default_passwd_cb(get(), no_password);
}

void tls_context::trust(const tls::authorities& authorities) {
  const auto& [file, folder, text] = authorities;
  ERR_clear_error();
  if (file.empty() && folder.empty() && text.empty()) {
    if (is_server_) {
      fail(
          "who vouches for clients? See server_options::trust: the system's authorities vouch for "
          "anybody who has a host");
    }
    if (verifies_) SSL_CTX_set_default_verify_paths(get());
    return;
  }
  if (!folder.empty() && SSL_CTX_load_verify_dir(get(), folder.c_str()) != 1) {
    fail(fmt::format("the authorities in {}: {}", folder, take_ssl_error()));
  }
  std::vector<x509_ptr> found;
  if (!file.empty()) found = certificates(file, {}, {});
  if (!text.empty())
    std::ranges::move(certificates({}, text, "the text of authorities"), std::back_inserter(found));
  for (const x509_ptr& authority : found) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(get()), authority.get());
    if (is_server_) SSL_CTX_add_client_CA(get(), authority.get());
  }
}

void tls_context::use(const tls::identity& identity) {
  const auto& [chain_file, key_file, chain_pem, key_pem] = identity;
  if (chain_file.empty() && key_file.empty() && chain_pem.empty() && key_pem.empty()) return;
  constexpr const char* chain_text = "the text of the chain";
  const std::vector<x509_ptr> chain = certificates(chain_file, chain_pem, chain_text);
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const bool used = i == 0 ? SSL_CTX_use_certificate(get(), chain[i].get()) == 1
                             : SSL_CTX_add1_chain_cert(get(), chain[i].get()) == 1;
    if (!used) fail_on_certificate(i, chain_file.empty() ? chain_text : chain_file);
  }
  if (key_file.empty() && key_pem.empty()) {
    fail("a certificate without its key: see identity::key_file and identity::key_pem");
  }
  const std::string key_name = key_file.empty() ? "the key" : key_file;
  const std::string key_text = pem(key_file, key_pem);
  const key_ptr key(
      PEM_read_bio_PrivateKey(reading(key_text).get(), nullptr, no_password, nullptr));
  if (key == nullptr) {
    fail(fmt::format("{} holds no private key that can be read without a password", key_name));
  }
  // The second looks at what the first lets pass: a key of another kind.
  if (SSL_CTX_use_PrivateKey(get(), key.get()) != 1 || SSL_CTX_check_private_key(get()) != 1) {
    fail(fmt::format("{} does not fit the certificate", key_name));
  }
}

std::vector<x509_ptr> tls_context::certificates(const std::string& file, const std::string& text,
                                                std::string_view name_of_text) const {
  const std::string_view name = file.empty() ? name_of_text : file;
  const std::string encoded = pem(file, text);
  const bio_ptr from = reading(encoded);
  std::vector<x509_ptr> found;
  ERR_clear_error();
  while (X509* next = PEM_read_bio_X509(from.get(), nullptr, no_password, nullptr)) {
    found.emplace_back(next);
  }
  // That there is no other one shows as an error too.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (!at_end) fail_on_certificate(found.size(), name);
  ERR_clear_error();
  if (found.empty()) fail(fmt::format("{} holds no certificate", name));
  return found;
}

void tls_context::fail_on_certificate(std::size_t index, std::string_view in) const {
  fail(fmt::format("certificate {} in {}: {}", index + 1, in, take_ssl_error()));
}

void tls_context::fail(std::string_view why) const {
  ERR_clear_error();
  throw tls::error(tls::error_kind::setup,
                   fmt::format("tls {} context: {}", is_server_ ? "server" : "client", why));
}

std::string tls_context::pem(const std::string& file, const std::string& text) const {
  if (file.empty()) return text;
  std::ifstream from(file, std::ios::binary);
  if (!from) {
    fail(fmt::format("read {}: {}", file, std::generic_category().message(errno)));
  }
  return {std::istreambuf_iterator<char>(from), std::istreambuf_iterator<char>()};
}

}  // namespace eddy::detail
