// SPDX-License-Identifier: MIT
#include "links.hpp"

#include <algorithm>
#include <chrono>

namespace eddy::testing::sim {

time_point link::arrival(time_point now, std::size_t bytes, chance& random) {
  time_point leaves = now;
  if (options.bandwidth > 0) {
    const double seconds = static_cast<double>(bytes) / static_cast<double>(options.bandwidth);
    leaves = std::max(now, free_at) +
             std::chrono::duration_cast<duration>(std::chrono::duration<double>(seconds));
    free_at = leaves;
  }
  return leaves + options.latency + random.up_to(options.jitter);
}

link& links::between(const ip_address& from, const ip_address& to) {
  const auto [place, made] = links_.try_emplace({from, to});
  link& found = place->second;
  if (made) {
    found.of_its_own = from == to || (from.is_loopback() && to.is_loopback());
    if (!found.of_its_own) found.options = usual_;
  }
  return found;
}

void links::set_all(const link_options& options) {
  usual_ = options;
  for (auto& [ends, link] : links_) {
    if (!link.of_its_own) link.options = options;
  }
}

void links::set(const ip_address& a, const ip_address& b, const link_options& options) {
  for (link* each : {&between(a, b), &between(b, a)}) {
    each->options = options;
    each->of_its_own = true;
  }
}

void links::cut(const ip_address& a, const ip_address& b) {
  between(a, b).cut = between(b, a).cut = true;
}

void links::heal() noexcept {
  for (auto& [ends, link] : links_) link.cut = false;
}

}  // namespace eddy::testing::sim
