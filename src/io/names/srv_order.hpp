// SPDX-License-Identifier: MIT
#pragma once

#include <random>
#include <vector>

#include <eddy/io/dns.hpp>

namespace eddy::detail {

/// The order to try servers in (RFC 2782): by priority; of one priority each place goes to one of
/// those left, by chance, in proportion to their weights.
void order_srv(std::vector<dns::srv_record>& records, std::minstd_rand& chance);

}  // namespace eddy::detail
