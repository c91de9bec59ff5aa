// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>

#include <eddy/core/detail/timer_queue.hpp>
#include <eddy/core/time.hpp>
#include <eddy/io/endpoint.hpp>

#include "links.hpp"
#include "trace.hpp"

namespace eddy::testing::sim {

class network;

/// One direction of a connection: what is sent arrives in order, each packet once. One that is lost
/// is sent again when its time is out, later and later, and those behind it wait.
class wire final : private eddy::detail::timer {
 public:
  struct packet {
    packet_kind kind;
    std::size_t bytes = 0;
    time_point due = {};
  };
  class receiver {
   public:
    /// False: not now; as if it had been lost.
    virtual bool admits(const wire& on, const packet& what) = 0;
    /// May destroy the wire.
    virtual void arrived(wire& on, const packet& what) = 0;
    /// It has been sent in vain too often.
    virtual void gave_up(wire& on) = 0;

   protected:
    ~receiver() = default;
  };

  wire(network& all, link& along, receiver& to, const endpoint& from, const endpoint& to_name);
  ~wire();

  void send(packet_kind kind, std::size_t bytes = 0);
  /// What has not arrived never does.
  void drop() noexcept;

  /// Instead of a number of tries, how long it goes on trying (TCP_USER_TIMEOUT); zero: no limit.
  duration patience = {};

 private:
  void fire() noexcept override;
  [[nodiscard]] bool is_lost(const packet& what);
  void try_again(const packet& what);
  void log(const packet& what, bool lost) const;

  network& network_;
  link& link_;
  receiver& receiver_;
  endpoint from_;
  endpoint to_;
  std::deque<packet> packets_;
  int tries_ = 0;  // of the first packet, in vain
  time_point first_try_ = {};
  time_point last_due_ = {};  // nothing overtakes
};

}  // namespace eddy::testing::sim
