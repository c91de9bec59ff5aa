// SPDX-License-Identifier: MIT
#include "certificate.hpp"

#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <span>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <eddy/io/ip_address.hpp>

namespace eddy::detail {
namespace {

using tls::error_kind;

struct free_names {
  void operator()(GENERAL_NAMES* names) const noexcept { GENERAL_NAMES_free(names); }
};

std::string contents(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string name_text(const X509_NAME* name) {
  const bio_ptr memory(BIO_new(BIO_s_mem()));
  // Control characters are escaped, so that a name cannot forge a line of a log; letters beyond
  // ASCII stay what they are.
  constexpr unsigned long form =
      (ASN1_STRFLGS_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) | XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_FN_SN;
  X509_NAME_print_ex(memory.get(), name, 0, form);
  return contents(memory.get());
}

std::string time_text(const ASN1_TIME* time) {
  std::tm fields{};
  if (ASN1_TIME_to_tm(time, &fields) != 1) return "an unknown time";
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fields);
}

std::string printable(const ASN1_STRING* text) {
  std::string result(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                     static_cast<std::size_t>(ASN1_STRING_length(text)));
  for (char& c : result) {
    if (c < ' ' || c > '~') c = '?';
  }
  return result;
}

std::string address_text(const ASN1_STRING* bytes) {
  const std::span from(ASN1_STRING_get0_data(bytes),
                       static_cast<std::size_t>(ASN1_STRING_length(bytes)));
  std::array<std::uint8_t, 4> v4{};
  std::array<std::uint8_t, 16> v6{};
  if (from.size() == v4.size()) {
    std::ranges::copy(from, v4.begin());
    return ip_address::v4(v4).to_string();
  }
  if (from.size() != v6.size()) return "?";
  std::ranges::copy(from, v6.begin());
  return ip_address::v6(v6).to_string();
}

std::vector<std::string> hosts_of(X509* certificate) {
  std::vector<std::string> hosts;
  const std::unique_ptr<GENERAL_NAMES, free_names> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    int type = 0;
    const void* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type);
    if (type == GEN_DNS) hosts.push_back(printable(static_cast<const ASN1_STRING*>(value)));
    if (type == GEN_IPADD) hosts.push_back(address_text(static_cast<const ASN1_STRING*>(value)));
  }
  return hosts;
}

struct reason {
  error_kind kind;
  std::string text;
};

reason explain(int code, std::string_view host, const tls::certificate& c) {
  switch (code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return {error_kind::expired, fmt::format("expired on {}: it must be renewed", c.not_after)};
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return {error_kind::not_yet_valid,
              fmt::format("is valid only from {}: is the clock right?", c.not_before)};
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return {error_kind::self_signed,
              "has signed itself: trust it by name (authorities::file), or get one from an "
              "authority"};
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return {error_kind::unknown_authority,
              "leads to no authority that is trusted here: name its authority "
              "(authorities::file), or let the other end send the certificates in between"};
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return {error_kind::wrong_host,
              fmt::format("is for {}, not for {}",
                          c.hosts.empty() ? "no host" : fmt::format("{}", fmt::join(c.hosts, ", ")),
                          host)};
    default:
      return {error_kind::bad_certificate,
              fmt::format("is not accepted: {}", X509_verify_cert_error_string(code))};
  }
}

}  // namespace

tls::certificate describe_certificate(X509* certificate) {
  return {.subject = name_text(X509_get_subject_name(certificate)),
          .issuer = name_text(X509_get_issuer_name(certificate)),
          .not_before = time_text(X509_get0_notBefore(certificate)),
          .not_after = time_text(X509_get0_notAfter(certificate)),
          .hosts = hosts_of(certificate)};
}

tls::error certificate_error(std::string_view what, std::string_view host, int code,
                             const tls::certificate& certificate) {
  const reason why = explain(code, host, certificate);
  return {why.kind,
          fmt::format(R"({}: the certificate "{}", issued by "{}", {})", what, certificate.subject,
                      certificate.issuer, why.text),
          certificate};
}

}  // namespace eddy::detail
