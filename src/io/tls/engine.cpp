// SPDX-License-Identifier: MIT
#include <eddy/io/detail/tls_engine.hpp>

#include <openssl/x509v3.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <eddy/io/ip_address.hpp>

#include "certificate.hpp"
#include "context_state.hpp"
#include "memory_bio.hpp"
#include "openssl.hpp"

namespace eddy::detail {

using tls::error_kind;

class tls_engine::state : private tls_connection {
 public:
  state(std::shared_ptr<tls_context> with, std::string what, std::string_view peer)
      : tls_connection{.context = std::move(with), .host = std::string(peer)},
        what_(std::move(what)) {
    if (host.ends_with('.')) host.pop_back();  // as DNS writes it, but no certificate does
    ERR_clear_error();
    ssl_.reset(SSL_new(context->get()));
    if (ssl_ == nullptr) throw tls::error(error_kind::setup, what_ + ": " + take_ssl_error());
    SSL_set_app_data(get(), static_cast<tls_connection*>(this));
    bio_ptr link = make_memory_bio(buffers_);
    SSL_set_bio(get(), link.get(), link.get());
    (void)link.release();
    if (context->verifies()) SSL_set_verify(get(), SSL_get_verify_mode(get()), note_verification);
  }
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state() {
    // Or the session would be thought of as broken, and not be used again.
    SSL_set_shutdown(get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  }

  [[nodiscard]] SSL* get() const noexcept { return ssl_.get(); }
  [[nodiscard]] bool is_server() const noexcept { return context->is_server(); }
  [[nodiscard]] memory_buffers& buffers() noexcept { return buffers_; }

  void check_peer(const std::vector<std::string>& alpn);
  [[nodiscard]] tls::error failure() const;
  [[nodiscard]] tls::error pestered() const {
    return {error_kind::protocol,
            what_ + ": the other end asks for new keys again and again, faster than we write"};
  }

  std::optional<tls::error> failed;  // a handshake

 private:
  static int note_verification(int accepted, X509_STORE_CTX* store) noexcept;

  std::string what_;
  memory_buffers buffers_;
  int verify_error_ = X509_V_OK;
  std::optional<tls::certificate> refused_;
  std::unique_ptr<SSL, freed_by<SSL_free>> ssl_;
};

int tls_engine::state::note_verification(int accepted, X509_STORE_CTX* store) noexcept {
  if (accepted != 0) return accepted;
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  state& s = static_cast<state&>(tls_connection::of(ssl));
  s.verify_error_ = X509_STORE_CTX_get_error(store);
  if (X509* certificate = X509_STORE_CTX_get_current_cert(store)) {
    s.refused_ = describe_certificate(certificate);
  }
  return accepted;
}

void tls_engine::state::check_peer(const std::vector<std::string>& alpn) {
  if (host.empty() && context->verifies()) {
    throw std::invalid_argument(
        "eddy: tls::connect without a host: say whom the certificate must be for");
  }
  const std::string list = alpn_list(alpn);
  SSL_set_alpn_protos(get(), reinterpret_cast<const unsigned char*>(list.data()),
                      static_cast<unsigned>(list.size()));
  if (host.empty()) return;
  X509_VERIFY_PARAM* checks = SSL_get0_param(get());
  bool understood = false;
  if (ip_address::parse(host)) {
    understood = X509_VERIFY_PARAM_set1_ip_asc(checks, host.c_str()) == 1;
  } else {
    // A subject is free text, which authorities need not have checked (RFC 9525).
    X509_VERIFY_PARAM_set_hostflags(
        checks, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    // To OpenSSL a dot in front means any host of the domain.
    understood = !host.starts_with('.') &&
                 X509_VERIFY_PARAM_set1_host(checks, host.data(), host.size()) == 1 &&
                 SSL_set_tlsext_host_name(get(), host.c_str()) == 1;
  }
  if (!understood) {
    throw std::invalid_argument(
        fmt::format("eddy: tls::connect to \"{}\": neither a host name nor an address", host));
  }
  if (const ssl_session_ptr session = context->sessions().take(host)) {
    SSL_set_session(get(), session.get());
  }
}

tls::error tls_engine::state::failure() const {
  const unsigned long code = ERR_peek_error();
  const int reason = ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
  const std::string text = take_ssl_error();
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && refused_) {
    return certificate_error(what_, host, verify_error_, *refused_);
  }
  if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    return {error_kind::truncated,
            what_ + ": the connection was cut: it ended without the goodbye that TLS asks for"};
  }
  if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
    return {error_kind::no_certificate, what_ + ": the client has shown no certificate"};
  }
  if (reason > SSL_AD_REASON_OFFSET) {
    return {error_kind::refused,
            fmt::format("{}: the other end refuses: {}", what_,
                        SSL_alert_desc_string_long(reason - SSL_AD_REASON_OFFSET))};
  }
  if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST) {
    return {error_kind::protocol, what_ + ": what came is no TLS: is this the right port?"};
  }
  return {error_kind::protocol, fmt::format("{}: {}", what_, text)};
}

tls_engine::tls_engine(std::unique_ptr<state> made) noexcept : state_(std::move(made)) {}
tls_engine::tls_engine(tls_engine&&) noexcept = default;
tls_engine& tls_engine::operator=(tls_engine&&) noexcept = default;
tls_engine::~tls_engine() = default;

tls_engine tls_engine::client(const tls::context& context, std::string_view host,
                              const std::vector<std::string>& alpn) {
  auto made =
      std::make_unique<state>(tls_context::of(context), fmt::format("tls connect {}", host), host);
  if (made->is_server()) {
    throw std::invalid_argument("eddy: tls::connect takes a context::client");
  }
  made->check_peer(alpn);
  SSL_set_connect_state(made->get());
  return tls_engine(std::move(made));
}

tls_engine tls_engine::server(const tls::context& context, std::string_view peer) {
  const std::string what = fmt::format("tls accept{}{}", peer.empty() ? "" : " ", peer);
  auto made = std::make_unique<state>(tls_context::of(context), what, "");
  if (!made->is_server()) {
    throw std::invalid_argument("eddy: tls::accept takes a context::server");
  }
  SSL_set_accept_state(made->get());
  return tls_engine(std::move(made));
}

tls_engine::progress tls_engine::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(state_->get());
  if (result == 1) return progress::done;
  if (SSL_get_error(state_->get(), result) == SSL_ERROR_WANT_READ) return progress::needs_input;
  state_->failed = state_->failure();
  return progress::failed;
}

void tls_engine::throw_failure() const { throw tls::error(*state_->failed); }

std::optional<std::size_t> tls_engine::read(std::span<std::byte> into) {
  ERR_clear_error();
  std::size_t count = 0;
  const int result = SSL_read_ex(state_->get(), into.data(), into.size(), &count);
  // Answers to the other end wait for a write; one that asks on and on must not fill our memory.
  constexpr std::size_t most_answers = 16 << 10;
  if (state_->buffers().unsent() > most_answers) throw state_->pestered();
  if (result == 1) return count;
  switch (SSL_get_error(state_->get(), result)) {
    case SSL_ERROR_WANT_READ:
      return std::nullopt;
    case SSL_ERROR_ZERO_RETURN:
      return 0;
    default:
      throw state_->failure();
  }
}

void tls_engine::write(std::span<const std::byte> bytes) {
  ERR_clear_error();
  std::size_t count = 0;
  // All of it: what takes the output never says that it is full.
  if (SSL_write_ex(state_->get(), bytes.data(), bytes.size(), &count) != 1) {
    throw state_->failure();
  }
}

void tls_engine::shutdown() {
  ERR_clear_error();
  SSL_shutdown(state_->get());  // there is no answer to wait for: the other end may go on writing
  ERR_clear_error();
}

void tls_engine::feed(std::span<const std::byte> bytes) noexcept { state_->buffers().feed(bytes); }

std::span<const std::byte> tls_engine::take_output() noexcept {
  return state_->buffers().take_output();
}

void tls_engine::output_sent() noexcept { state_->buffers().forget_taken(); }

std::string tls_engine::alpn() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(state_->get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}
std::string tls_engine::version() const { return SSL_get_version(state_->get()); }
std::string tls_engine::cipher() const { return SSL_get_cipher_name(state_->get()); }
bool tls_engine::resumed() const noexcept { return SSL_session_reused(state_->get()) == 1; }

std::optional<tls::certificate> tls_engine::peer_certificate() const {
  X509* certificate = SSL_get0_peer_certificate(state_->get());
  if (certificate == nullptr) return std::nullopt;
  return describe_certificate(certificate);
}

}  // namespace eddy::detail
