// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "socket.hpp"

namespace eddy::testing::sim {

/// Which sockets have which addresses.
class names {
 public:
  /// Gives the socket that name, with a free port where it asks for 0; 0, or -errno.
  int insert(socket& s, address name);
  void erase(socket& s) noexcept;

  /// All sockets of that port, of every host.
  [[nodiscard]] const std::vector<socket*>& at_port(int type, std::uint16_t port) const;
  [[nodiscard]] socket* at_path(int type, const std::string& path) const;

 private:
  using port_key = std::pair<int, std::uint16_t>;  // of a type
  using path_key = std::pair<int, std::string>;

  [[nodiscard]] std::uint16_t free_port(const socket& s);
  int insert_path(socket& s, std::string path);

  static constexpr std::uint16_t first_free_port = 32768;
  static constexpr std::uint16_t last_free_port = 60999;

  std::map<port_key, std::vector<socket*>> ports_;
  std::map<path_key, socket*> paths_;
  std::uint16_t next_port_ = first_free_port;
  int next_path_ = 0;
};

}  // namespace eddy::testing::sim
