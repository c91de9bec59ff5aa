// SPDX-License-Identifier: MIT
#include "getaddrinfo.hpp"

#include <netdb.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include <eddy/core/to_thread.hpp>
#include <eddy/io/detail/socket_address.hpp>
#include <eddy/io/resolve.hpp>

namespace eddy::detail {
namespace {

[[noreturn]] void throw_lookup_error(const std::string& host, int code, int error_number) {
  switch (code) {
    case EAI_NONAME:
      throw resolve_error(host, resolve_failure::no_such_name, "no such host");
    case EAI_AGAIN:
      throw resolve_error(host, resolve_failure::no_answer, ::gai_strerror(code));
    case EAI_SYSTEM:
      throw resolve_error(host, resolve_failure::server_failed,
                          std::generic_category().message(error_number));
    default:
      throw resolve_error(host, resolve_failure::no_record, ::gai_strerror(code));
  }
}

// Runs on a worker thread, and may still do so when nobody waits any more: it touches only its own.
std::vector<ip_address> look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;  // else each address comes once for each kind of socket
  addrinfo* list = nullptr;
  const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (code != 0) throw_lookup_error(host, code, errno);
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, ::freeaddrinfo);

  std::vector<ip_address> found;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    const ip_address address = to_endpoint(*entry->ai_addr).address;
    if (std::ranges::find(found, address) == found.end()) found.push_back(address);
  }
  return found;
}

}  // namespace

task<std::vector<ip_address>> resolve_by_getaddrinfo(std::string host) {
  co_return co_await to_thread_abandonable([host = std::move(host)] { return look_up(host); });
}

}  // namespace eddy::detail
