// SPDX-License-Identifier: MIT
#pragma once

#include <random>
#include <string>

#include <eddy/core/task.hpp>
#include <eddy/http/client.hpp>

#include "scrape/job.hpp"
#include "scrape/pacer.hpp"
#include "scrape/stats.hpp"

namespace eddy::app {

/// What became of one URL, retries included.
struct fetched_page {
  int status = 0;   ///< 0: no answer; `error` says why
  std::string url;  ///< after redirects
  std::string content_type = {};
  std::string location = {};  ///< of a redirect that was not followed
  std::string body = {};
  std::string error = {};

  [[nodiscard]] bool ok() const noexcept { return status >= 200 && status < 300; }
  [[nodiscard]] bool redirects() const noexcept { return !location.empty(); }
};

/// Fetches pages politely: each request waits its turn, failures that may pass are tried again
/// after a growing, random pause, or after as long as the server asks.
class fetcher {
 public:
  fetcher(http::client& client, const scrape_job& job, crawl_stats& stats)
      : client_(client), job_(job), stats_(stats) {}

  /// Follows up to `redirects` by itself, without a turn for each. Never throws for what the
  /// network or the server did: that is in the page.
  task<fetched_page> fetch(std::string url, pacer& pace, int redirects = 0);

 private:
  struct attempt {
    fetched_page page;
    std::string passing;     // short name of a failure that may pass; empty: final
    duration asked_pause{};  // Retry-After
  };

  task<attempt> try_once(const std::string& url, int redirects);
  task<fetched_page> exchange(std::string url, int redirects, duration& asked_pause);
  duration back_off(int attempt);

  http::client& client_;
  const scrape_job& job_;
  crawl_stats& stats_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace eddy::app
