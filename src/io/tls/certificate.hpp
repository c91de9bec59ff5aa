// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <eddy/io/tls/error.hpp>

#include "openssl.hpp"

namespace eddy::detail {

[[nodiscard]] tls::certificate describe_certificate(X509* certificate);

/// Why the certificate of the other end was not accepted. `what` was being done for `host`, and
/// `code` is what OpenSSL found wrong with `certificate`.
[[nodiscard]] tls::error certificate_error(std::string_view what, std::string_view host, int code,
                                           const tls::certificate& certificate);

}  // namespace eddy::detail
