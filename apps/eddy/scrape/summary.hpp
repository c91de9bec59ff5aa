// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include <eddy/core/time.hpp>

#include "demo/shop.hpp"
#include "scrape/job.hpp"
#include "scrape/stats.hpp"

namespace eddy::app {

struct crawl_summary {
  const scrape_job& job;
  const crawl_stats& stats;
  duration elapsed;
  bool interrupted = false;
  std::optional<shop_stats> seen_by_server = {};  ///< of the demo
};

/// What a person wants to know when a crawl is over, several lines.
[[nodiscard]] std::string describe(const crawl_summary& summary);

/// The exit status that goes with it, unless it was interrupted.
[[nodiscard]] int exit_code_of(const crawl_stats& stats) noexcept;

}  // namespace eddy::app
