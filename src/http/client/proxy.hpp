// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <eddy/codec/url.hpp>
#include <eddy/core/task.hpp>
#include <eddy/http/connecting.hpp>
#include <eddy/io/tcp.hpp>

namespace eddy::http::detail {

/// A proxy as `proxy_options` describes it.
class proxy {
 public:
  /// Errors: `std::invalid_argument` for what is not the URL of a proxy.
  explicit proxy(const proxy_options& options);

  [[nodiscard]] const eddy::url& url() const noexcept { return url_; }
  /// Whether it stands between us and that host.
  [[nodiscard]] bool serves(std::string_view host) const noexcept;
  /// What its field Proxy-Authorization holds; empty: it does not ask.
  [[nodiscard]] const std::string& authorization() const noexcept { return authorization_; }

  /// Has it connect `socket`, which leads to it, to the server of `target`.
  ///
  /// Errors: `client_error` with `client_fault::proxy` if it does not; `io_error`.
  [[nodiscard]] task<> open_tunnel(tcp::socket& socket, const eddy::url& target) const;

 private:
  eddy::url url_;
  std::string authorization_;
  std::vector<std::string> except_;
};

}  // namespace eddy::http::detail
