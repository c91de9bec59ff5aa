// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <eddy/core/time.hpp>
#include <eddy/io/endpoint.hpp>

namespace eddy::testing {

namespace sim {
class network;
}

/// What befalls that which goes from one simulated host to another.
struct link_options {
  duration latency = {};       ///< one way
  duration jitter = {};        ///< up to so much more, by chance: datagrams overtake each other
  std::int64_t bandwidth = 0;  ///< in bytes a second, shared by all that goes this way; 0: no limit
  /// The part of all packets that are lost. TCP sends again, so its bytes come late.
  double loss = 0;
  double duplication = 0;  ///< the part of all datagrams that arrive twice
};

/// What goes wrong in the calls of sockets, on every host. Programs must not notice.
struct call_faults {
  std::size_t chunk = 0;   ///< reads and writes of streams move 1 to so many bytes; 0: all they can
  double interrupted = 0;  ///< the part of all operations that a signal interrupts (EINTR)
};

/// An operation that `fail_next` makes fail.
enum class network_call : std::uint8_t { connect, accept, receive, send };

/// The network of a test under the virtual clock: see docs/simulated-network.md.
///
/// Every address is a host. A socket is on the host that it is bound to; one that connects unbound
/// is on 10.0.0.1 or fd00::1, and on the loopback address if that is where it connects to. Between
/// loopback addresses, and from a host to itself, nothing takes time or is lost.
class simulated_network {
 public:
  /// For every pair of hosts that has no link of its own.
  void set_link(const link_options& options);
  /// Between these two, in both directions. Errors: as all of these that take the address of a
  /// host, throws `std::invalid_argument` for anything else.
  void set_link(std::string_view a, std::string_view b, const link_options& options);

  /// From now on nothing arrives from one at the other. TCP tries again ever more rarely, and gives
  /// up with ETIMEDOUT after about a quarter of an hour.
  void partition(std::string_view a, std::string_view b);
  /// Ends all partitions.
  void heal();

  /// Ends all connections of the host now, on both sides with ECONNRESET.
  void reset_all(std::string_view host);

  /// So many clients connect at once, from a host of their own, 10.99.99.99 or fd00::99, and then
  /// wait in silence for the server to close.
  void storm(const endpoint& listener, int clients);

  void set_faults(const call_faults& faults);
  /// The next such operation that any socket tries fails with `error`, such as EMFILE.
  void fail_next(network_call call, int error);

  /// The last things that happened, one a line, oldest first.
  [[nodiscard]] std::string trace() const;

 private:
  friend class sim::network;
  explicit simulated_network(sim::network& all) noexcept : network_(all) {}
  sim::network& network_;
};

/// That of the test that runs.
///
/// Errors: throws `std::logic_error` where there is none: on the real clock, and outside tests.
[[nodiscard]] simulated_network& network();

}  // namespace eddy::testing
