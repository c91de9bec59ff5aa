// SPDX-License-Identifier: MIT
#include <eddy/io/resolve.hpp>

#include <optional>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/gather.hpp>

#include "address_order.hpp"
#include "dns_resolver.hpp"
#include "getaddrinfo.hpp"

namespace eddy {

resolve_error::resolve_error(std::string_view what, resolve_failure failure, std::string_view why)
    : std::runtime_error(fmt::format("resolve {}: {}", what, why)), failure_(failure) {}

task<std::vector<ip_address>> resolve(std::string host) {
  return dns::loop_resolver().resolve(std::move(host));
}

namespace dns {
namespace {

/// A domain is left out of the question only by a clear "there is none": if servers were silent,
/// another domain's host would be taken for the one that was meant.
bool is_clear(resolve_failure failure) noexcept {
  return failure == resolve_failure::no_such_name || failure == resolve_failure::no_record;
}

resolve_failure together(resolve_failure a, resolve_failure b) noexcept {
  if (!is_clear(a)) return a;
  if (!is_clear(b)) return b;
  return a == b ? a : resolve_failure::no_record;
}

task<resolve_failure> ask_family(resolver::state& asked, const std::string& name,
                                 detail::dns_type type, const detail::address_sink& found) {
  const detail::dns_answer answer = co_await asked.ask(name, type);
  std::vector<ip_address> addresses;
  for (const detail::dns_record& record : answer.records)
    addresses.push_back(std::get<detail::address_record>(record).address);
  if (!addresses.empty()) found(std::move(addresses));
  co_return answer.failure;
}

/// What needs no name server.
task<std::vector<ip_address>> look_up_nearby(resolver::state& asked, const std::string& name) {
  if (const auto known = asked.options.hosts.find(name); known != asked.options.hosts.end())
    co_return known->second;
  if (detail::is_localhost(name)) co_return {ip_address::loopback_v6(), ip_address::loopback_v4()};
  const auto names = co_await asked.names();
  const auto line = names->hosts.find(name);
  co_return line != names->hosts.end() ? line->second : std::vector<ip_address>();
}

task<std::vector<ip_address>> look_up(std::shared_ptr<resolver::state> asked, std::string host) {
  std::vector<ip_address> all;
  co_await find_addresses(std::move(asked), std::move(host), [&](std::vector<ip_address> found) {
    all.insert(all.end(), found.begin(), found.end());
  });
  co_return detail::in_order_to_try(std::move(all));
}

}  // namespace

task<> find_addresses(std::shared_ptr<resolver::state> asked, std::string host,
                      detail::address_sink found) {
  if (const auto address = ip_address::parse(host)) co_return found({*address});
  const detail::host_name name = detail::check_host_name(host);
  auto nearby = co_await look_up_nearby(*asked, name.ascii);
  if (!nearby.empty()) co_return found(std::move(nearby));
  if (detail::is_never_in_dns(name.ascii))
    throw resolve_error(host, resolve_failure::no_such_name, "no such host");
  require_name_servers(host, "; name the host with eddy::dns::configure({.hosts = …})");
  if (asked->options.use_getaddrinfo)
    co_return found(co_await detail::resolve_by_getaddrinfo(name.ascii));

  const auto names = co_await asked->names();
  resolve_failure failure = resolve_failure::no_such_name;
  for (const std::string& full : asked->completions(*names, name)) {
    const auto [v6, v4] = co_await gather(ask_family(*asked, full, detail::dns_type::aaaa, found),
                                          ask_family(*asked, full, detail::dns_type::a, found));
    if (v6 == resolve_failure::none || v4 == resolve_failure::none) co_return;
    const resolve_failure both = together(v6, v4);
    if (!is_clear(both)) throw_failure(host, "address", both, asked->servers(*names));
    if (both == resolve_failure::no_record) failure = both;
  }
  throw_failure(host, "address", failure, asked->servers(*names));
}

task<std::vector<ip_address>> resolver::resolve(std::string host) const {
  return look_up(state_, std::move(host));
}

}  // namespace dns
}  // namespace eddy
