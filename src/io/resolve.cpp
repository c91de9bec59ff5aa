// SPDX-License-Identifier: MIT
#include <eddy/io/resolve.hpp>

#include <optional>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/gather.hpp>
#include <eddy/core/loop.hpp>

#include "address_order.hpp"
#include "dns_resolver.hpp"
#include "getaddrinfo.hpp"
#include "host_name.hpp"

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

struct found_addresses {
  resolve_failure failure;
  std::vector<ip_address> addresses;
};

task<found_addresses> ask_both(resolver::state& asked, std::string name) {
  const auto [v6, v4] = co_await gather(asked.ask(name, detail::dns_type::aaaa),
                                        asked.ask(name, detail::dns_type::a));
  found_addresses found{together(v6.failure, v4.failure), {}};
  for (const detail::dns_answer* answer : {&v6, &v4}) {
    for (const detail::dns_record& record : answer->records)
      found.addresses.push_back(std::get<detail::address_record>(record).address);
  }
  co_return found;
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
  if (const auto address = ip_address::parse(host)) co_return {*address};
  const detail::host_name name = detail::check_host_name(host);
  auto nearby = co_await look_up_nearby(*asked, name.ascii);
  if (!nearby.empty()) co_return nearby;
  if (loop::current()->owns_clock()) {
    throw resolve_error(host, resolve_failure::no_answer,
                        "simulated time has no name servers; name the host with "
                        "eddy::dns::configure({.hosts = …})");
  }
  if (asked->options.use_getaddrinfo) co_return co_await detail::resolve_by_getaddrinfo(name.ascii);

  const auto names = co_await asked->names();
  resolve_failure failure = resolve_failure::no_such_name;
  for (const std::string& full : detail::completions(name, names->search, names->ndots)) {
    found_addresses found = co_await ask_both(*asked, full);
    if (!found.addresses.empty()) co_return detail::in_order_to_try(std::move(found.addresses));
    if (!is_clear(found.failure)) throw_failure(host, "address", found.failure, names->servers);
    if (found.failure == resolve_failure::no_record) failure = found.failure;
  }
  throw_failure(host, "address", failure, names->servers);
}

}  // namespace

task<std::vector<ip_address>> resolver::resolve(std::string host) const {
  return look_up(state_, std::move(host));
}

}  // namespace dns
}  // namespace eddy
