// SPDX-License-Identifier: MIT
#include <http/message/framing.hpp>

#include <algorithm>
#include <string>

#include <eddy/http/error.hpp>
#include <http/message/text.hpp>

namespace eddy::http::detail {
namespace {

[[noreturn]] void refuse(protocol_fault fault, const std::string& message) {
  throw protocol_error(fault, message);
}

// Whether the body is chunked. Two readers of the same bytes may disagree about anything but one
// final `chunked`, and then about where the next message starts: request smuggling.
bool is_chunked(const headers& headers, http_version version,
                std::optional<std::uint64_t> content_length, const std::string& message) {
  const auto coding = headers.get("Transfer-Encoding");
  if (!coding) return false;
  const std::string place = message + " header field Transfer-Encoding";
  if (version == http_version::v1_0) {
    refuse(protocol_fault::bad_framing, place + ": HTTP/1.0 does not have it");
  }
  if (headers.get_all("Transfer-Encoding").size() > 1) {
    refuse(protocol_fault::bad_framing, place + ": given more than once");
  }
  if (!equal_ignoring_case(*coding, "chunked")) {
    refuse(protocol_fault::bad_framing,
           place + ": only \"chunked\" is understood, not " + quoted(*coding));
  }
  if (content_length) refuse(protocol_fault::bad_framing, place + ": beside a Content-Length");
  return true;
}

bool wants_keep_alive(const headers& headers, http_version version) noexcept {
  if (headers.has_token("Connection", "close")) return false;
  return version == http_version::v1_1 || headers.has_token("Connection", "keep-alive");
}

// A whole URL, without credentials. What another scheme means by its path is not ours to say.
bool is_absolute(std::string_view target) noexcept {
  const auto colon = target.find("://");
  if (colon == std::string_view::npos) return false;
  const std::string_view scheme = target.substr(0, colon);
  if (!equal_ignoring_case(scheme, "http") && !equal_ignoring_case(scheme, "https")) return false;
  target.remove_prefix(colon + 3);
  const std::string_view host = target.substr(0, target.find_first_of("/?"));
  return !host.empty() && std::ranges::all_of(host, is_host_char);
}

}  // namespace

framing frame(const request_head& head, std::optional<std::uint64_t> content_length) {
  framing result{.keep_alive = wants_keep_alive(head.headers, head.version)};
  if (is_chunked(head.headers, head.version, content_length, "request")) {
    result.kind = body_kind::chunked;
  } else if (content_length) {
    result.kind = *content_length > 0 ? body_kind::sized : body_kind::none;
    result.size = *content_length;
  }
  // What follows its head belongs to the tunnel for one reader, and to a body for another.
  if (head.method == "CONNECT" && result.kind != body_kind::none) {
    refuse(protocol_fault::bad_framing, "request: CONNECT cannot have a body");
  }
  return result;
}

framing frame(const response_head& head, std::string_view request_method,
              std::optional<std::uint64_t> content_length) {
  framing result{.keep_alive = wants_keep_alive(head.headers, head.version)};
  const bool chunked = is_chunked(head.headers, head.version, content_length, "response");
  const bool becomes_tunnel =
      head.status == 101 || (request_method == "CONNECT" && head.status / 100 == 2);
  if (becomes_tunnel) {
    result.keep_alive = false;
  } else if (request_method == "HEAD" || head.status / 100 == 1 || head.status == 204 ||
             head.status == 304) {
    // Content-Length may be there: it tells the size that a GET would have got.
  } else if (chunked) {
    result.kind = body_kind::chunked;
  } else if (content_length) {
    result.kind = *content_length > 0 ? body_kind::sized : body_kind::none;
    result.size = *content_length;
  } else {
    result.kind = body_kind::until_close;
    result.keep_alive = false;
  }
  return result;
}

void check_host(const request_head& head) {
  const auto is_host = [](const field& f) { return equal_ignoring_case(f.name, "Host"); };
  const auto count = std::ranges::count_if(head.headers, is_host);
  if (count == 0) {
    if (head.version == http_version::v1_0) return;  // older than the field
    refuse(protocol_fault::bad_host, "request header field Host: missing");
  }
  if (count > 1) {
    refuse(protocol_fault::bad_host, "request header field Host: given more than once");
  }
  const std::string_view host = *head.headers.get("Host");
  const auto bad = std::ranges::find_if_not(host, is_host_char);
  if (bad != host.end()) {
    refuse(protocol_fault::bad_host, "request header field Host: " + byte_name(*bad) +
                                         " is not allowed in a host, found in " + quoted(host));
  }
}

void check_target(const request_head& head) {
  const std::string_view target = head.target;
  const auto bad = std::ranges::find_if_not(target, is_target_char);
  if (bad != target.end()) {
    refuse(protocol_fault::bad_target, "request line: byte " + byte_name(*bad) +
                                           " is not allowed in the target " + quoted(target));
  }
  bool good = target.starts_with('/') || is_absolute(target);
  if (head.method == "CONNECT") {
    good = target.contains(':') && std::ranges::all_of(target, is_host_char);
  } else if (head.method == "OPTIONS") {
    good = good || target == "*";
  }
  if (!good) {
    refuse(protocol_fault::bad_target, "request line: " + quoted(target) +
                                           " is not a target that " + head.method + " can have");
  }
}

}  // namespace eddy::http::detail
