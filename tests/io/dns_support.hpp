// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/io/dns.hpp>

#include "fake_dns_server.hpp"

// What tests of a resolver have in common.

namespace eddy {

inline ip_address ip(std::string_view text) { return ip_address::parse(text).value(); }

/// Asks the fake server and nobody else.
inline dns::resolver_options only(const testing::fake_dns_server& server) {
  return {.servers = {server.where()},
          .timeout = std::chrono::seconds(2),
          .tries = 1,
          .search = std::vector<std::string>{},
          .hosts_file = "/nonexistent"};
}

/// What a look-up failed with.
struct failure {
  std::string what;
  resolve_failure why = resolve_failure::none;
  bool temporary = false;
};

template <class Work>
task<failure> failure_of(Work work) {
  try {
    co_await work();
  } catch (const resolve_error& e) {
    co_return failure{e.what(), e.failure(), e.temporary()};
  }
  co_return failure{"no error"};
}

}  // namespace eddy
