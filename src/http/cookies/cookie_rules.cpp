// SPDX-License-Identifier: MIT
#include <http/cookies/cookie_rules.hpp>

#include <string>

#include <libpsl.h>

namespace eddy::http::detail {

bool is_public_suffix(std::string_view domain) {
  // The list as it was when the library was built: looking for a newer one would read files.
  const psl_ctx_t* const list = ::psl_builtin();
  if (list == nullptr) return !domain.contains('.');
  return ::psl_is_public_suffix(list, std::string(domain).c_str()) != 0;
}

bool domain_matches(std::string_view host, std::string_view domain) noexcept {
  if (!host.ends_with(domain)) return false;
  return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

bool path_matches(std::string_view path, std::string_view of_cookie) noexcept {
  if (!path.starts_with(of_cookie)) return false;
  return path.size() == of_cookie.size() || of_cookie.ends_with('/') ||
         path[of_cookie.size()] == '/';
}

bool is_secure(const url& of) noexcept { return of.scheme() == "https" || of.scheme() == "wss"; }

}  // namespace eddy::http::detail
