// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <eddy/flow/semaphore.hpp>
#include <eddy/io/detail/drain.hpp>

namespace eddy::detail {

/// The connections of one `serve`, counted: all of them, and those of each peer.
///
/// Lifetime: outlives its places.
class served_connections {
 public:
  class place;

  served_connections(std::size_t most, std::size_t most_per_peer) noexcept
      : free_(most), most_per_peer_(most_per_peer) {}

  /// Waits until one more may be served.
  [[nodiscard]] task<place> wait_for_place();

  [[nodiscard]] drain& draining() noexcept { return drain_; }

 private:
  drain drain_;
  semaphore free_;
  std::size_t most_per_peer_;
  std::map<std::string, std::size_t> per_peer_;
};

/// A connection's place among the others, for as long as it is served.
class served_connections::place {
 public:
  place(served_connections& all, semaphore::permit permit) noexcept
      : all_(&all), permit_(std::move(permit)), member_(all.drain_) {}
  place(place&& other) noexcept
      : all_(other.all_),
        permit_(std::move(other.permit_)),
        member_(std::move(other.member_)),
        peer_(std::exchange(other.peer_, std::nullopt)) {}
  place& operator=(place&&) = delete;
  ~place();

  /// Counts it for `peer`. False: that has as many as it may.
  [[nodiscard]] bool take_for(std::string peer);

 private:
  served_connections* all_;
  semaphore::permit permit_;
  drain::member member_;
  std::optional<std::map<std::string, std::size_t>::iterator> peer_;
};

}  // namespace eddy::detail
