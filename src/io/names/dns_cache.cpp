// SPDX-License-Identifier: MIT
#include "dns_cache.hpp"

#include <chrono>

namespace eddy::detail {

std::optional<dns_answer> dns_cache::find(const dns_question& question, time_point now) {
  const auto at = entries_.find(question);
  if (at == entries_.end()) return std::nullopt;
  const auto age = now - at->second.since;
  if (age >= at->second.answer.lifetime) {
    erase(at);
    return std::nullopt;
  }
  uses_.splice(uses_.begin(), uses_, at->second.use);
  dns_answer found = at->second.answer;
  const auto passed = std::chrono::floor<std::chrono::seconds>(age);
  for (dns_record& record : found.records) {
    std::visit([&](auto& r) { r.ttl -= passed; }, record);
  }
  found.lifetime -= passed;
  return found;
}

void dns_cache::put(const dns_question& question, const dns_answer& answer, time_point now) {
  if (answer.lifetime <= std::chrono::seconds(0) || most_ == 0) return;
  if (const auto old = entries_.find(question); old != entries_.end()) erase(old);
  if (entries_.size() == most_) erase(entries_.find(*uses_.back()));
  const auto at = entries_.emplace(question, entry{answer, now, {}}).first;
  uses_.push_front(&at->first);
  at->second.use = uses_.begin();
}

void dns_cache::erase(map::iterator at) {
  uses_.erase(at->second.use);
  entries_.erase(at);
}

}  // namespace eddy::detail
