// SPDX-License-Identifier: MIT
#include "sessions.hpp"

#include <algorithm>
#include <utility>

namespace eddy::detail {

void tls_sessions::put(std::string_view host, ssl_session_ptr session) {
  const std::lock_guard lock(mutex_);
  entries_.push_front({std::string(host), std::move(session)});
  // A server gives two with each connection, but a connection takes one: without a bound they would
  // displace those of all other hosts.
  auto oldest = entries_.end();
  std::size_t count = 0;
  for (auto e = entries_.begin(); e != entries_.end(); ++e) {
    if (e->host != host) continue;
    oldest = e;
    ++count;
  }
  if (count > most_of_a_host) entries_.erase(oldest);
  if (entries_.size() > most) entries_.pop_back();
}

ssl_session_ptr tls_sessions::take(std::string_view host) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(entries_, [&](const entry& e) { return e.host == host; });
  if (found == entries_.end()) return nullptr;
  if (SSL_SESSION_get_protocol_version(found->session.get()) < TLS1_3_VERSION) {
    SSL_SESSION_up_ref(found->session.get());
    return ssl_session_ptr(found->session.get());
  }
  ssl_session_ptr session = std::move(found->session);
  entries_.erase(found);
  return session;
}

}  // namespace eddy::detail
