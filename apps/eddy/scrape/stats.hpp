// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace eddy::app {

/// How a crawl is going; read by the progress line while it runs and by the summary after it.
struct crawl_stats {
  struct failure {
    std::string url;
    std::string why;
  };

  std::size_t known = 0;       ///< pages found so far, fetched or not
  std::size_t fetched = 0;     ///< pages answered with a 2xx and read
  std::size_t finished = 0;    ///< fetched, redirected or failed
  std::size_t redirected = 0;  ///< to a page of the same site
  std::size_t in_flight = 0;
  std::size_t rows = 0;
  std::size_t retried = 0;
  std::size_t skipped_by_robots = 0;
  std::size_t beyond_limit = 0;  ///< links not followed because of --max-pages
  std::size_t incomplete_rows = 0;
  std::map<std::string, std::size_t> retry_kinds;  ///< "503", "timeout", "reset", …
  std::vector<failure> failures;
  double effective_rate = 0;  ///< requests a second asked for; 0: no limit
};

}  // namespace eddy::app
