// SPDX-License-Identifier: MIT
#include <http/client/proxy.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include <eddy/http/client_error.hpp>
#include <eddy/http/head.hpp>
#include <eddy/http/parser.hpp>
#include <http/client/credentials.hpp>
#include <http/input_buffer.hpp>
#include <http/message/text.hpp>

namespace eddy::http::detail {
namespace {

eddy::url parse_proxy_url(const std::string& text) {
  auto parsed = eddy::url::parse(text);
  const std::string shown = shown_url(text);
  if (!parsed) {
    throw std::invalid_argument(
        fmt::format("http::client: proxy {}: {}", quoted(shown), parsed.error().message()));
  }
  if (parsed->scheme() != "http") {
    throw std::invalid_argument(fmt::format(
        "http::client: proxy {}: only http:// proxies are supported; https:// URLs go through them "
        "as well",
        quoted(shown)));
  }
  return std::move(*parsed);
}

bool is_host_or_below(std::string_view host, std::string_view domain) noexcept {
  if (domain.starts_with('.')) domain.remove_prefix(1);
  if (host.size() < domain.size()) return false;
  const auto above = host.size() - domain.size();
  return equal_ignoring_case(host.substr(above), domain) && (above == 0 || host[above - 1] == '.');
}

}  // namespace

proxy::proxy(const proxy_options& options)
    : url_(parse_proxy_url(options.url)),
      authorization_(basic_credentials(url_)),
      except_(options.except) {}

bool proxy::serves(std::string_view host) const noexcept {
  return std::ranges::none_of(
      except_, [&](const std::string& domain) { return is_host_or_below(host, domain); });
}

task<> proxy::open_tunnel(tcp::socket& socket, const eddy::url& target) const {
  const std::string server =
      fmt::format("{}:{}", target.host(), target.port_or_default().value_or(0));
  request_head asked{.method = "CONNECT", .target = server, .headers = {{"Host", server}}};
  if (!authorization_.empty()) asked.headers.add("Proxy-Authorization", authorization_);
  std::string text;
  append_to(text, asked);
  co_await socket.write_all(text);

  response_parser parser("CONNECT");
  input_buffer input;
  std::string problem;
  try {
    std::string_view left;
    while (!parser.parse_head(left)) {
      const std::size_t count = co_await socket.read_some(input.room());
      if (count == 0) parser.finish();
      input.received(count);
      left = input.text();
      input.keep({left.end(), left.end()});
    }
    const int status = parser.head().status;
    if (status / 100 != 2) {
      problem = fmt::format("it answered {} {}", status, reason_phrase(status));
    } else if (!left.empty()) {
      problem = "it sent more than its answer";
    }
  } catch (const protocol_error& error) {
    problem = error.what();
  }
  if (problem.empty()) co_return;
  throw client_error(client_fault::proxy, fmt::format("the proxy {} does not connect us to {}: {}",
                                                      socket.peer_name(), server, problem));
}

}  // namespace eddy::http::detail
