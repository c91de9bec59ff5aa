// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <utility>

#include <eddy/core/time.hpp>
#include <eddy/io/ip_address.hpp>
#include <eddy/testing/network.hpp>

#include "chance.hpp"

namespace eddy::testing::sim {

/// The way from one host to another.
struct link {
  link_options options = {};
  bool of_its_own = false;  // not changed with those of all
  bool cut = false;         // by a partition
  time_point free_at = {};  // what waits for the bandwidth has left by then

  /// When a packet arrives that is sent now.
  [[nodiscard]] time_point arrival(time_point now, std::size_t bytes, chance& random);
};

/// All of them. A link stays where it is once it was asked for.
class links {
 public:
  [[nodiscard]] link& between(const ip_address& from, const ip_address& to);
  void set_all(const link_options& options);
  void set(const ip_address& a, const ip_address& b, const link_options& options);
  void cut(const ip_address& a, const ip_address& b);
  void heal() noexcept;

 private:
  link_options usual_ = {};
  std::map<std::pair<ip_address, ip_address>, link> links_;
};

}  // namespace eddy::testing::sim
