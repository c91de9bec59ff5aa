// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <eddy/core/time.hpp>
#include <eddy/io/endpoint.hpp>

namespace eddy::testing::sim {

enum class packet_kind : std::uint8_t {
  syn,
  syn_ack,
  ack,
  data,
  fin,
  reset,
  window,  // the receiver has made room
  datagram,
  unreachable,  // nobody was there for a datagram
};

/// What happened last, in the words of one line each.
class trace {
 public:
  struct entry {
    time_point at;
    endpoint from;
    endpoint to;
    packet_kind kind;
    bool lost;
    std::size_t bytes;
  };

  void add(const entry& happened);
  [[nodiscard]] std::string to_string() const;

 private:
  static constexpr std::size_t kept = 4096;
  std::vector<entry> entries_;  // a ring
  std::size_t next_ = 0;
};

}  // namespace eddy::testing::sim
