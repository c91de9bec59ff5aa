// SPDX-License-Identifier: MIT
#include <eddy/testing/network.hpp>

#include <stdexcept>

#include <fmt/format.h>

#include <eddy/core/loop.hpp>

#include "sim/network.hpp"

namespace eddy::testing {
namespace {

ip_address host(std::string_view text) {
  const auto address = ip_address::parse(text);
  if (!address) {
    throw std::invalid_argument(fmt::format(
        "simulated network: {}: a host is named by its address, such as 10.0.0.1", text));
  }
  return *address;
}

}  // namespace

void simulated_network::set_link(const link_options& options) { network_.between.set_all(options); }

void simulated_network::set_link(std::string_view a, std::string_view b,
                                 const link_options& options) {
  network_.between.set(host(a), host(b), options);
}

void simulated_network::partition(std::string_view a, std::string_view b) {
  network_.between.cut(host(a), host(b));
}

void simulated_network::heal() { network_.between.heal(); }
void simulated_network::reset_all(std::string_view of) { network_.reset_all(host(of)); }
void simulated_network::storm(const endpoint& listener, int clients) {
  network_.storm(listener, clients);
}
void simulated_network::set_faults(const call_faults& faults) { network_.faults = faults; }
void simulated_network::fail_next(network_call call, int error) {
  network_.plan_failure(call, error);
}
std::string simulated_network::trace() const { return network_.log.to_string(); }

simulated_network& network() {
  loop* home = loop::current();
  if (sim::network* found = home != nullptr ? sim::network_of(*home) : nullptr)
    return found->controls;
  throw std::logic_error(
      "eddy::testing::network(): there is none here; it is that of an EDDY_TEST, on its loop");
}

}  // namespace eddy::testing
