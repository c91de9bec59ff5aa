// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <eddy/core/time.hpp>
#include <eddy/http/client.hpp>

namespace eddy::app {

/// What to scrape and how, checked and with every default filled in.
struct scrape_job {
  std::string start;                ///< absolute http URL
  std::vector<std::string> follow;  ///< CSS selectors of links to follow
  std::string row;                  ///< CSS selector of what makes a row; empty: the page itself
  std::vector<std::string> fields;  ///< `name=CSS[@attribute][|filter]`
  std::string output;               ///< FILE.csv, FILE.jsonl or `-`
  bool overwrite = false;

  std::size_t parallel = 4;         ///< requests in flight
  std::optional<double> rate = {};  ///< requests a second; unset: as robots.txt asks, else no limit
  std::size_t max_pages = 10'000;
  duration page_timeout = std::chrono::seconds(30);
  int retries = 2;
  std::size_t max_body = 8U * 1024 * 1024;
  std::vector<http::host_override> resolve = {};  ///< names answered without DNS
};

}  // namespace eddy::app
