// SPDX-License-Identifier: MIT
#include <eddy/io/dns.hpp>

#include <algorithm>
#include <random>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/loop.hpp>

#include "dns_resolver.hpp"
#include "host_name.hpp"
#include "srv_order.hpp"

namespace eddy::dns {
namespace {

/// The loop's own, made when first asked for.
struct own_resolver {
  resolver used;
};

template <class Record>
task<std::vector<Record>> look_up(std::shared_ptr<resolver::state> asked, std::string name,
                                  detail::dns_type type, const char* kind) {
  const detail::host_name full = detail::check_host_name(name);
  require_name_servers(name, "");
  const detail::dns_answer answer = co_await asked->ask(full.ascii, type);
  if (answer.failure != resolve_failure::none) {
    const auto names = co_await asked->names();
    throw_failure(name, kind, answer.failure, asked->servers(*names));
  }
  std::vector<Record> found;
  for (const detail::dns_record& record : answer.records) found.push_back(std::get<Record>(record));
  co_return found;
}

task<std::vector<srv_record>> look_up_srv(std::shared_ptr<resolver::state> asked,
                                          std::string name) {
  auto found = co_await look_up<srv_record>(std::move(asked), std::move(name),
                                            detail::dns_type::srv, "SRV record");
  std::erase_if(found, [](const srv_record& r) { return r.target.empty(); });
  static thread_local std::minstd_rand chance(std::random_device{}());
  detail::order_srv(found, chance);
  co_return found;
}

task<std::vector<mx_record>> look_up_mx(std::shared_ptr<resolver::state> asked, std::string name) {
  auto found = co_await look_up<mx_record>(std::move(asked), std::move(name), detail::dns_type::mx,
                                           "MX record");
  std::erase_if(found, [](const mx_record& r) { return r.host.empty(); });
  std::ranges::sort(found, {}, &mx_record::preference);
  co_return found;
}

std::string reverse_name(const ip_address& address) {
  std::string name;
  for (const std::uint8_t byte : address.bytes()) {
    name.insert(0, address.is_v6() ? fmt::format("{:x}.{:x}.", byte & 0xf, byte >> 4)
                                   : fmt::format("{}.", byte));
  }
  return name + (address.is_v6() ? "ip6.arpa" : "in-addr.arpa");
}

}  // namespace

resolver::resolver(resolver_options options)
    : state_(std::make_shared<state>(std::move(options))) {}

task<std::vector<srv_record>> resolver::lookup_srv(std::string name) const {
  return look_up_srv(state_, std::move(name));
}
task<std::vector<mx_record>> resolver::lookup_mx(std::string name) const {
  return look_up_mx(state_, std::move(name));
}
task<std::vector<txt_record>> resolver::lookup_txt(std::string name) const {
  return look_up<txt_record>(state_, std::move(name), detail::dns_type::txt, "TXT record");
}
task<std::vector<ptr_record>> resolver::lookup_ptr(ip_address address) const {
  return look_up<ptr_record>(state_, reverse_name(address), detail::dns_type::ptr, "PTR record");
}

resolver& loop_resolver() {
  loop* home = loop::current();
  if (home == nullptr) throw std::logic_error("eddy: a name is looked up outside a running loop");
  return home->locals().get<own_resolver>().used;
}

void configure(resolver_options options) { loop_resolver() = resolver(std::move(options)); }

task<std::vector<srv_record>> lookup_srv(std::string name) {
  return loop_resolver().lookup_srv(std::move(name));
}
task<std::vector<mx_record>> lookup_mx(std::string name) {
  return loop_resolver().lookup_mx(std::move(name));
}
task<std::vector<txt_record>> lookup_txt(std::string name) {
  return loop_resolver().lookup_txt(std::move(name));
}
task<std::vector<ptr_record>> lookup_ptr(ip_address address) {
  return loop_resolver().lookup_ptr(address);
}

}  // namespace eddy::dns
