// SPDX-License-Identifier: MIT
#include "system_names.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace eddy::detail {
namespace {

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The value of a variable as a line of resolv.conf: as the last one it counts.
std::string line_from_environment(const char* keyword, const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr ? std::string("\n") + keyword + ' ' + value : std::string();
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
    const std::string& hosts_file, const std::string& resolv_conf_file,
    const std::shared_ptr<const system_names>& known) {
  // Before reading: a change that comes while we read is then seen the next time.
  const file_stamp hosts_stamp(hosts_file);
  const file_stamp resolv_stamp(resolv_conf_file);
  if (known != nullptr && known->hosts_stamp == hosts_stamp && known->resolv_stamp == resolv_stamp)
    return known;
  const std::string settings = read_text(resolv_conf_file) +
                               line_from_environment("search", "LOCALDOMAIN") +
                               line_from_environment("options", "RES_OPTIONS");
  auto loaded = std::make_shared<system_names>(system_names{
      hosts_stamp, resolv_stamp, parse_hosts(read_text(hosts_file)), parse_resolv_conf(settings)});
  if (loaded->dns.servers.empty()) loaded->dns.servers.push_back(ip_address::loopback_v4());
  return loaded;
}

}  // namespace eddy::detail
