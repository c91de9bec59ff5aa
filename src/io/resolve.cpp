// SPDX-License-Identifier: MIT
#include <eddy/io/resolve.hpp>

#include <netdb.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include <eddy/core/to_thread.hpp>
#include <eddy/io/detail/socket_address.hpp>

namespace eddy {
namespace {

[[noreturn]] void throw_lookup_error(const std::string& host, int code, int error_number) {
  if (code == EAI_SYSTEM) {
    throw resolve_error(host, std::generic_category().message(error_number), false);
  }
  throw resolve_error(host, ::gai_strerror(code), code == EAI_AGAIN);
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
    const ip_address address = detail::to_endpoint(*entry->ai_addr).address;
    if (std::ranges::find(found, address) == found.end()) found.push_back(address);
  }
  return found;
}

}  // namespace

resolve_error::resolve_error(std::string_view host, std::string_view why, bool temporary)
    : std::runtime_error(fmt::format("resolve {}: {}", host, why)), temporary_(temporary) {}

task<std::vector<ip_address>> resolve(std::string host) {
  if (const auto address = ip_address::parse(host)) co_return std::vector{*address};
  if (host.empty()) throw resolve_error("\"\"", "a host name cannot be empty", false);
  if (const std::size_t nul = host.find('\0'); nul != std::string::npos) {
    throw resolve_error(host.substr(0, nul), "a host name cannot contain NUL", false);
  }
  co_return co_await detail::to_thread_abandonable(
      [host = std::move(host)] { return look_up(host); });
}

}  // namespace eddy
