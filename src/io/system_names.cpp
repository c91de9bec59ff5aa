// SPDX-License-Identifier: MIT
#include "system_names.hpp"

#include <arpa/inet.h>

#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "c_ares.hpp"

namespace eddy::detail {
namespace {

constexpr std::uint16_t dns_port = 53;

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> server_list(ares_channel channel) {
  ares_addr_port_node* first = nullptr;
  check_ares(::ares_get_servers_ports(channel, &first));
  const std::unique_ptr<void, void (*)(void*)> owner(first, ::ares_free_data);
  std::vector<std::string> list;
  for (const ares_addr_port_node* node = first; node != nullptr; node = node->next) {
    char text[INET6_ADDRSTRLEN];
    ::inet_ntop(node->family, &node->addr, text, sizeof text);
    const std::uint16_t port =
        node->udp_port != 0 ? static_cast<std::uint16_t>(node->udp_port) : dns_port;
    list.push_back(node->family == AF_INET6 ? fmt::format("[{}]:{}", text, port)
                                            : fmt::format("{}:{}", text, port));
  }
  return list;
}

// By c-ares, which knows the format, LOCALDOMAIN and RES_OPTIONS.
void read_resolv_conf(const std::string& path, system_names& into) {
  std::string writable = path;
  ares_options options{};
  options.resolvconf_path = writable.data();
  const ares_owner reader = new_ares(options, ARES_OPT_RESOLVCONF);
  into.servers.list = server_list(reader.get());

  ares_options said{};
  int given = 0;
  check_ares(::ares_save_options(reader.get(), &said, &given));
  const std::unique_ptr<ares_options, void (*)(ares_options*)> said_owner(&said,
                                                                          ::ares_destroy_options);
  into.servers.timeout_ms = said.timeout;
  into.servers.tries = said.tries;
  into.rotate = (given & ARES_OPT_ROTATE) != 0;
  into.ndots = said.ndots;
  into.search.assign(said.domains, said.domains + said.ndomains);
}

}  // namespace

file_stamp::file_stamp(const std::string& path) noexcept {
  struct ::stat found{};
  if (::stat(path.c_str(), &found) != 0) return;
  device = found.st_dev;
  file = found.st_ino;
  size = found.st_size;
  seconds = found.st_mtim.tv_sec;
  nanoseconds = found.st_mtim.tv_nsec;
}

std::shared_ptr<const system_names> load_system_names(
    const std::string& hosts_file, const std::string& resolv_conf,
    const std::shared_ptr<const system_names>& known) {
  // Before reading: a change that comes while we read is then seen the next time.
  const file_stamp hosts_stamp(hosts_file);
  const file_stamp resolv_stamp(resolv_conf);
  if (known != nullptr && known->hosts_stamp == hosts_stamp && known->resolv_stamp == resolv_stamp)
    return known;
  auto loaded =
      std::make_shared<system_names>(system_names{hosts_stamp, resolv_stamp, {}, {}, {}, 1});
  loaded->hosts = parse_hosts(read_text(hosts_file));
  read_resolv_conf(resolv_conf, *loaded);
  return loaded;
}

}  // namespace eddy::detail
