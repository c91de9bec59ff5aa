// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <list>
#include <vector>

#include <eddy/core/detail/timer_queue.hpp>

#include "address.hpp"
#include "trace.hpp"

namespace eddy::testing::sim {

class network;
struct link;

struct datagram {
  address from;
  address to;
  std::vector<std::byte> bytes;
};

/// Datagrams under way. Each goes for itself: it may be lost, come twice or overtake another.
class post {
 public:
  explicit post(network& all) noexcept : network_(all) {}
  ~post();
  void send(datagram what);

 private:
  struct letter final : eddy::detail::timer {
    void fire() noexcept override { whose->arrive(*this); }
    post* whose = nullptr;
    std::list<letter>::iterator place;
    packet_kind kind = packet_kind::datagram;
    datagram what;
  };

  [[nodiscard]] link& link_of(const datagram& what);
  void dispatch(datagram what, packet_kind kind);
  void arrive(letter& arrived);
  void deliver(const letter& arrived);
  void log(const letter& seen, bool lost) const;

  network& network_;
  std::list<letter> under_way_;
};

}  // namespace eddy::testing::sim
