// SPDX-License-Identifier: MIT
#include <http/server/request_target.hpp>

#include <string>
#include <string_view>

#include <eddy/codec/percent.hpp>

namespace eddy::http::detail {
namespace {

constexpr std::size_t escape_size = 3;  // `%2F`

// Two spellings of one path must not be two for a middleware that guards it and one for the
// handler: what needs no escape loses it.
std::string without_needless_escapes(std::string_view path) {
  std::string plain;
  for (;;) {
    const auto percent = path.find('%');
    plain += path.substr(0, percent);
    if (percent == path.npos) return plain;
    const std::string_view escape = path.substr(percent, escape_size);
    const std::string meant = percent_decode(escape);
    plain += percent_encode(meant) == meant ? meant : std::string(escape);
    path.remove_prefix(percent + escape.size());
  }
}

}  // namespace

void read_target(server_request& request) {
  std::string_view target = request.head.target;
  if (const auto scheme_end = target.find("://");
      scheme_end != target.npos && !target.starts_with('/')) {
    target.remove_prefix(scheme_end + 3);
    const std::string_view host = target.substr(0, target.find_first_of("/?"));
    target.remove_prefix(host.size());
    request.head.headers.set("Host", host);
  } else if (!target.starts_with('/') && target != "*") {
    target = {};  // the host and port of a CONNECT
  }
  const auto question_mark = target.find('?');
  const std::string_view path = target.substr(0, question_mark);
  if (path.empty()) {
    request.path = "/";
  } else if (path.contains('%')) {
    request.path = without_needless_escapes(path);
  } else {
    request.path = path;
  }
  if (question_mark != target.npos) request.query = target.substr(question_mark + 1);
}

}  // namespace eddy::http::detail
