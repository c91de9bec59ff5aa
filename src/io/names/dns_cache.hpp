// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <eddy/core/time.hpp>

#include "dns_message.hpp"

namespace eddy::detail {

/// A name in lower case, and what was asked of it.
using dns_question = std::pair<std::string, dns_type>;

/// Answers for as long as they hold; the one that was not used for longest makes room.
class dns_cache {
 public:
  explicit dns_cache(std::size_t most) noexcept : most_(most) {}

  /// With the time that is left in its records.
  [[nodiscard]] std::optional<dns_answer> find(const dns_question& question, time_point now);
  void put(const dns_question& question, const dns_answer& answer, time_point now);
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct entry {
    dns_answer answer;
    time_point since;
    std::list<const dns_question*>::iterator use;
  };
  using map = std::map<dns_question, entry>;
  void erase(map::iterator at);

  std::size_t most_;
  map entries_;
  std::list<const dns_question*> uses_;  // the last one first
};

}  // namespace eddy::detail
