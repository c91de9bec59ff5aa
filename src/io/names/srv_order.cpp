// SPDX-License-Identifier: MIT
#include "srv_order.hpp"

#include <algorithm>
#include <cstdint>
#include <tuple>

namespace eddy::detail {

void order_srv(std::vector<dns::srv_record>& records, std::minstd_rand& chance) {
  // Those of weight 0 first among their equals: then they have the small chance they should have.
  std::ranges::sort(records, {},
                    [](const dns::srv_record& r) { return std::tuple(r.priority, r.weight != 0); });
  for (auto place = records.begin(); place != records.end(); ++place) {
    const auto end = std::find_if(place, records.end(), [&](const dns::srv_record& r) {
      return r.priority != place->priority;
    });
    std::uint32_t total = 0;
    for (auto at = place; at != end; ++at) total += at->weight;
    std::uint32_t drawn = std::uniform_int_distribution<std::uint32_t>(0, total)(chance);
    auto chosen = place;
    while (chosen->weight < drawn) drawn -= (chosen++)->weight;
    std::rotate(place, chosen, chosen + 1);  // the others keep their order
  }
}

}  // namespace eddy::detail
