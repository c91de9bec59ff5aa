// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <eddy/codec/html.hpp>
#include <eddy/codec/robots.hpp>
#include <eddy/codec/url.hpp>
#include <eddy/core/task.hpp>
#include <eddy/flow/queue.hpp>
#include <eddy/http/client.hpp>

#include "scrape/extraction.hpp"
#include "scrape/fetcher.hpp"
#include "scrape/job.hpp"
#include "scrape/output.hpp"
#include "scrape/pacer.hpp"
#include "scrape/stats.hpp"

namespace eddy::app {

/// The parts of a job that can be wrong, parsed before anything is fetched or written.
struct crawl_plan {
  /// Errors: throws `usage_error` for a bad URL or selector.
  explicit crawl_plan(const scrape_job& job);

  url start;
  std::vector<html::selector> follow;
  extraction rows;
};

/// Crawls one site: fetches the start page, follows links within the same host, and writes a row
/// for every match.
class crawler {
 public:
  /// Lifetime: all arguments must outlive it.
  crawler(const scrape_job& job, const crawl_plan& plan, row_output& output, crawl_stats& stats);

  /// Ends when no page is left. Errors: throws what the output threw.
  /// Cancellation: safe; every row counted has been handed to the output.
  task<> run();

 private:
  task<> read_robots();
  task<> work();
  task<> visit(std::string page_url);
  void follow_redirect(const fetched_page& page);
  void take_rows(const html::document& page, const std::string& page_url);
  void follow_links(const html::document& page, const url& base);
  void enqueue(const url& target);

  const scrape_job& job_;
  const crawl_plan& plan_;
  row_output& output_;
  crawl_stats& stats_;

  http::client client_;
  fetcher fetcher_;
  robots::rules rules_;
  std::optional<pacer> pace_;
  queue<std::string> frontier_;
  std::unordered_set<std::string> known_;
};

}  // namespace eddy::app
