// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace eddy::tls {

/// What a certificate says, as text.
struct certificate {
  std::string subject;             ///< `CN=shop.example, O=Shop`
  std::string issuer;              ///< likewise
  std::string not_before;          ///< `2026-01-31 12:00:00 UTC`
  std::string not_after;           ///< likewise
  std::vector<std::string> hosts;  ///< the names and addresses it is for
};

/// Why a `tls::error` was thrown.
enum class error_kind : std::uint8_t {
  setup,              ///< a context could not be made: a file is missing, a key does not fit
  unknown_authority,  ///< nobody we trust has signed the certificate
  self_signed,        ///< the certificate has signed itself, and we were not told to trust it
  expired,            ///< the certificate was valid once
  not_yet_valid,      ///< the certificate will be valid, or a clock is wrong
  wrong_host,         ///< the certificate is for another host
  bad_certificate,    ///< anything else wrong with the certificate
  no_certificate,     ///< the other end was asked for one and has none
  refused,            ///< the other end has ended the connection with an alert
  truncated,          ///< the connection ended without the goodbye that every end of TLS says
  protocol,           ///< the two have nothing in common, or what came is no TLS
};

/// TLS has failed. `what()` says on which connection, why, which certificate is meant, and what to
/// do: `tls connect shop.example: the certificate "CN=shop.example", issued by "CN=Test CA",
/// expired on 2025-01-31 12:00:00 UTC: it must be renewed`.
class error : public std::runtime_error {
 public:
  error(error_kind kind, const std::string& what, std::optional<certificate> about = {})
      : std::runtime_error(what), kind_(kind), about_(std::move(about)) {}
  [[nodiscard]] error_kind kind() const noexcept { return kind_; }
  /// The certificate that is not accepted: the other end's, or one that vouches for it.
  [[nodiscard]] const std::optional<certificate>& about() const noexcept { return about_; }

 private:
  error_kind kind_;
  std::optional<certificate> about_;
};

}  // namespace eddy::tls
