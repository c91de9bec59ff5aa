// SPDX-License-Identifier: MIT
#include <http/client/outgoing_request.hpp>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <http/message/head_lines.hpp>
#include <http/message/text.hpp>

namespace eddy::http::detail {
namespace {

bool is_any_of(std::string_view text, std::initializer_list<std::string_view> known) noexcept {
  return std::ranges::find(known, text) != known.end();
}

// Larger ones, and streams, wait for the server's word.
constexpr std::uint64_t most_sent_unasked = std::uint64_t{1024} * 1024;

// How a request is framed, and whom it is for, is not left to the fields of the caller.
bool is_ours(std::string_view name) noexcept {
  return std::ranges::any_of(
      std::array<std::string_view, 4>{"Host", "Expect", "Content-Length", "Transfer-Encoding"},
      [&](std::string_view ours) { return equal_ignoring_case(name, ours); });
}

}  // namespace

default_fields::default_fields(http::headers all) : fields(std::move(all)) {
  for (const auto& [name, value] : fields) append_field(text, name, value);
}

std::string outgoing_request::label() const {
  std::string text;
  text.reserve(method.size() + 1 + url.href().size());
  text.append(method).append(" ").append(url.href());
  return text;
}

bool outgoing_request::repeatable() const noexcept {
  return repeat_if_lost && is_idempotent(method);
}

bool outgoing_request::asks_first() const {
  const bool is_costly = !body.repeatable() || !body.size() || *body.size() > most_sent_unasked;
  return !body.empty() && (is_costly || headers.has_token("Expect", "100-continue"));
}

std::string outgoing_request::head(const default_fields& defaults, const proxy* forwarder,
                                   bool asks_first) const {
  std::string text;
  text.reserve(512);
  std::string target = url.path_and_query();
  if (forwarder != nullptr)
    target.insert(0, fmt::format("{}://{}", url.scheme(), authority_of(url)));
  append_request_line(text, method, target);

  // First, as RFC 9110 asks.
  append_field(text, "Host", headers.get("Host").value_or(authority_of(url)));
  for (const auto& [name, value] : headers) {
    if (!is_ours(name)) append_field(text, name, value);
  }
  if (headers.empty()) {
    text += defaults.text;
  } else {
    for (const auto& [name, value] : defaults.fields) {
      if (!headers.contains(name)) append_field(text, name, value);
    }
  }
  if (!body.content_type().empty() && !headers.contains("Content-Type")) {
    append_field(text, "Content-Type", body.content_type());
  }
  const bool asked = forwarder != nullptr && !forwarder->authorization().empty();
  if (asked && !headers.contains("Proxy-Authorization")) {
    append_field(text, "Proxy-Authorization", forwarder->authorization());
  }
  if (!body.size()) {
    append_field(text, "Transfer-Encoding", "chunked");
  } else if (!body.empty() || is_any_of(method, {"POST", "PUT", "PATCH"})) {
    append_field(text, "Content-Length", std::to_string(*body.size()));
  }
  if (asks_first) append_field(text, "Expect", "100-continue");
  text += "\r\n";
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

std::string_view authority_of(const url& target) noexcept {
  return {target.host().data(), target.path().data()};
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
