// SPDX-License-Identifier: MIT
#include <http/client/outgoing_request.hpp>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <eddy/http/head.hpp>
#include <http/message/text.hpp>

namespace eddy::http::detail {
namespace {

bool is_any_of(std::string_view text, std::initializer_list<std::string_view> known) noexcept {
  return std::ranges::find(known, text) != known.end();
}

// Larger ones, and streams, wait for the server's word.
constexpr std::uint64_t most_sent_unasked = std::uint64_t{1024} * 1024;

void add_missing(headers& fields, std::string_view name, std::string_view value) {
  if (!fields.contains(name)) fields.add(name, value);
}

}  // namespace

std::string outgoing_request::label() const { return fmt::format("{} {}", method, url.href()); }

std::string outgoing_request::authority() const {
  std::string text(url.host());
  if (const auto port = url.port()) text += fmt::format(":{}", *port);
  return text;
}

bool outgoing_request::repeatable() const noexcept {
  return repeat_if_lost && is_idempotent(method);
}

bool outgoing_request::asks_first() const {
  const bool is_costly = !body.repeatable() || !body.size() || *body.size() > most_sent_unasked;
  return is_costly || headers.has_token("Expect", "100-continue");
}

std::string outgoing_request::head(std::string_view user_agent, const proxy* forwarder,
                                   bool asks_first) const {
  request_head sent{.method = method, .target = url.path_and_query()};
  if (forwarder != nullptr) {
    sent.target = fmt::format("{}://{}{}", url.scheme(), authority(), sent.target);
  }
  sent.headers.add("Host", authority());  // first, as RFC 9110 asks
  for (const auto& [name, value] : headers) {
    if (!equal_ignoring_case(name, "Host")) sent.headers.add(name, value);
  }
  if (const auto host = headers.get("Host")) sent.headers.set("Host", *host);
  add_missing(sent.headers, "User-Agent", user_agent);
  add_missing(sent.headers, "Accept", "*/*");
  add_missing(sent.headers, "Accept-Encoding", "gzip, deflate, br, zstd");
  if (!body.content_type().empty()) add_missing(sent.headers, "Content-Type", body.content_type());
  if (forwarder != nullptr && !forwarder->authorization().empty()) {
    add_missing(sent.headers, "Proxy-Authorization", forwarder->authorization());
  }
  // A caller's own framing could only contradict what is sent.
  for (const std::string_view framing : {"Transfer-Encoding", "Content-Length", "Expect"}) {
    sent.headers.erase(framing);
  }
  if (!body.size()) {
    sent.headers.add("Transfer-Encoding", "chunked");
  } else if (!body.empty() || is_any_of(method, {"POST", "PUT", "PATCH"})) {
    sent.headers.add("Content-Length", std::to_string(*body.size()));
  }
  if (asks_first) sent.headers.add("Expect", "100-continue");
  std::string text;
  append_to(text, sent);
  return text;
}

void outgoing_request::redirect(int status, eddy::url target) {
  // What browsers do, and servers therefore expect: see RFC 9110, 15.4.
  const bool becomes_get = status == 303 ? method != "HEAD" : status <= 302 && method == "POST";
  if (becomes_get) {
    method = "GET";
    body = {};
    headers.erase("Content-Type");
    headers.erase("Content-Encoding");
  }
  if (target.origin() != url.origin()) {
    for (const std::string_view secret : {"Authorization", "Cookie", "Proxy-Authorization"}) {
      headers.erase(secret);
    }
    headers.erase("Host");
    own_cookies.clear();
  }
  url = std::move(target);
}

std::expected<url, bad_target> parse_http_url(std::string_view text, const eddy::url* base) {
  auto parsed = base != nullptr ? eddy::url::parse(text, *base) : eddy::url::parse(text);
  if (!parsed) {
    return std::unexpected(bad_target{client_fault::bad_url, parsed.error().message()});
  }
  if (parsed->scheme() != "http" && parsed->scheme() != "https") {
    return std::unexpected(
        bad_target{client_fault::unsupported_scheme,
                   fmt::format("{} is not supported, only http and https", parsed->scheme())});
  }
  return std::move(*parsed);
}

bool is_idempotent(std::string_view method) noexcept {
  return is_any_of(method, {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"});
}

bool is_redirect(int status) noexcept {
  return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

}  // namespace eddy::http::detail
