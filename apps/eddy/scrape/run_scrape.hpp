// SPDX-License-Identifier: MIT
#pragma once

#include "scrape/job.hpp"

namespace eddy::app {

/// Scrapes a site and prints the summary. Returns the exit status; 130 or 143 when a signal ended
/// it. Errors: throws `usage_error` before anything is fetched, `unreachable_site`, `io_error`.
int run_scrape(const scrape_job& job);

/// The same against an embedded demo shop, addressed as http://shop.test/ and scraped to
/// demo-shop.csv: a small, slow one, or, with `products` above zero, one of that size as fast as it
/// goes.
int run_demo_scrape(int products);

}  // namespace eddy::app
