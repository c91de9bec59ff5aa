// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <eddy/core/task.hpp>
#include <eddy/core/time.hpp>

#include "scrape/stats.hpp"

namespace eddy::app {

/// Shows on stderr how a crawl is going: a bar that redraws itself on a terminal, a line every ten
/// seconds elsewhere.
class progress {
 public:
  progress(std::string title, const crawl_stats& stats);
  ~progress();  // leaves the terminal on a fresh line

  /// Runs until cancelled.
  task<> show();

 private:
  [[nodiscard]] std::string bar(duration elapsed) const;
  [[nodiscard]] std::string line(duration elapsed) const;

  std::string title_;
  const crawl_stats& stats_;
  bool terminal_;
  bool drawn_ = false;
};

}  // namespace eddy::app
