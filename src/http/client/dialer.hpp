// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <eddy/codec/url.hpp>
#include <eddy/core/task.hpp>
#include <eddy/http/connecting.hpp>
#include <eddy/io/tcp.hpp>
#include <eddy/io/tls/context.hpp>
#include <http/client/proxy.hpp>
#include <http/wire.hpp>

namespace eddy::http::detail {

/// Connects to the servers of URLs: over TCP or a Unix socket, directly or through a proxy, and
/// with TLS where the scheme is https or wss.
class dialer {
 public:
  /// Without `tls` the system's authorities are believed. Errors: `std::invalid_argument` for what
  /// is not the URL of a proxy.
  dialer(std::vector<host_override> resolve, const proxy_options& proxy,
         std::optional<tls::context> tls);

  /// Errors: `client_error` whose message begins with `label`, which names what is tried:
  /// `GET http://a.test/`. Lifetime: the arguments live until it has ended.
  [[nodiscard]] task<std::unique_ptr<wire>> dial(const url& target, std::string_view label);

  /// The proxy to which whole requests for `target` go, instead of to its server; none if there is
  /// none.
  [[nodiscard]] const proxy* forwarder(const url& target) const noexcept;

 private:
  [[nodiscard]] const host_override* override_of(const url& target) const noexcept;
  [[nodiscard]] const proxy* proxy_for(const url& target) const noexcept;
  [[nodiscard]] task<std::unique_ptr<wire>> connect(const url& target);
  [[nodiscard]] task<tcp::socket> reach(const url& target) const;
  template <class Socket>
  [[nodiscard]] task<std::unique_ptr<wire>> secure(Socket socket, const url& target);
  [[nodiscard]] task<tls::context> context();

  std::vector<host_override> resolve_;
  std::optional<proxy> proxy_;
  std::optional<tls::context> tls_;  // made when first needed
};

}  // namespace eddy::http::detail
