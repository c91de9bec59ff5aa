// SPDX-License-Identifier: MIT
#include <http/client/dialer.hpp>

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/to_thread.hpp>
#include <eddy/http/client_error.hpp>
#include <eddy/io/resolve.hpp>
#include <eddy/io/tls.hpp>
#include <eddy/io/unix_socket.hpp>

namespace eddy::http::detail {
namespace {

bool is_secure(const url& target) noexcept {
  return target.scheme() == "https" || target.scheme() == "wss";
}

// As names and certificates have it: an IPv6 address without the brackets.
std::string bare_host(const url& target) {
  std::string_view host = target.host();
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return std::string(host);
}

}  // namespace

dialer::dialer(std::vector<host_override> resolve, const proxy_options& proxy,
               std::optional<tls::context> tls)
    : resolve_(std::move(resolve)), tls_(std::move(tls)) {
  if (!proxy.url.empty()) proxy_.emplace(proxy);
}

task<std::unique_ptr<wire>> dialer::dial(const url& target, std::string_view label) {
  client_fault fault{};
  std::string why;
  try {
    co_return co_await connect(target);
  } catch (const client_error& error) {
    fault = error.fault();
    why = error.what();
  } catch (const resolve_error& error) {
    fault = client_fault::resolve;
    why = error.what();
  } catch (const tls::error& error) {
    fault = client_fault::tls;
    why = error.what();
  } catch (const io_error& error) {
    fault = client_fault::connect;
    why = error.what();
  }
  throw client_error(fault, fmt::format("{}: {}", label, why));
}

const proxy* dialer::forwarder(const url& target) const noexcept {
  return target.scheme() == "http" ? proxy_for(target) : nullptr;
}

const host_override* dialer::override_of(const url& target) const noexcept {
  const auto found = std::ranges::find(resolve_, target.host(), &host_override::host);
  return found == resolve_.end() ? nullptr : &*found;
}

const proxy* dialer::proxy_for(const url& target) const noexcept {
  const bool used = proxy_ && override_of(target) == nullptr && proxy_->serves(target.host());
  return used ? &*proxy_ : nullptr;
}

task<std::unique_ptr<wire>> dialer::connect(const url& target) {
  const host_override* elsewhere = override_of(target);
  if (elsewhere != nullptr && !elsewhere->unix_path.empty()) {
    co_return co_await secure(co_await unix_socket::connect(elsewhere->unix_path), target);
  }
  const proxy* between = proxy_for(target);
  tcp::socket socket = co_await reach(between != nullptr ? between->url() : target);
  if (between != nullptr && between != forwarder(target)) {
    co_await between->open_tunnel(socket, target);
  }
  co_return co_await secure(std::move(socket), target);
}

task<tcp::socket> dialer::reach(const url& target) const {
  if (const auto* elsewhere = override_of(target)) return tcp::connect(elsewhere->address);
  return tcp::connect(bare_host(target), target.port_or_default().value_or(0));
}

template <class Socket>
task<std::unique_ptr<wire>> dialer::secure(Socket socket, const url& target) {
  if (!is_secure(target)) co_return make_wire(std::move(socket));
  tls::context with = co_await context();
  co_return make_wire(co_await tls::connect(std::move(socket), std::move(with),
                                            {.host = bare_host(target), .alpn = {"http/1.1"}}));
}

// Reading the system's authorities takes tens of milliseconds.
task<tls::context> dialer::context() {
  if (!tls_) {
    tls::context made = co_await to_thread([] { return tls::context::client(); });
    if (!tls_) tls_ = std::move(made);  // another request may have been faster
  }
  co_return *tls_;
}

}  // namespace eddy::http::detail
