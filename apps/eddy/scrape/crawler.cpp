// SPDX-License-Identifier: MIT
#include "scrape/crawler.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/outcome.hpp>
#include <eddy/core/task_group.hpp>

#include "errors.hpp"

namespace eddy::app {
namespace {

constexpr html::limits page_limits{.max_bytes = 8U * 1024 * 1024, .max_depth = 512};

url parse_start(const std::string& text) {
  auto parsed = url::parse(text);
  if (!parsed) throw usage_error(fmt::format("URL {}: {}", text, parsed.error().message()));
  if (parsed->scheme() == "https") {
    throw usage_error(fmt::format("{}: https is not supported yet; use http", text));
  }
  if (parsed->scheme() != "http")
    throw usage_error(fmt::format("{}: only http URLs can be scraped", text));
  return *parsed;
}

std::vector<html::selector> parse_selectors(const std::vector<std::string>& texts) {
  std::vector<html::selector> selectors;
  for (const std::string& text : texts) {
    auto parsed = html::selector::parse(text);
    if (!parsed)
      throw usage_error(fmt::format("--follow '{}': {}", text, parsed.error().message()));
    selectors.push_back(std::move(*parsed));
  }
  return selectors;
}

http::client_options client_options_for(const scrape_job& job) {
  http::client_options options;
  options.max_per_host = job.parallel;
  options.max_connections = job.parallel;
  options.max_body = job.max_body;
  options.resolve = job.resolve;
  return options;
}

bool is_html(std::string_view content_type) {
  return content_type.empty() || content_type.starts_with("text/html") ||
         content_type.starts_with("application/xhtml");
}

}  // namespace

crawl_plan::crawl_plan(const scrape_job& job)
    : start(parse_start(job.start)),
      follow(parse_selectors(job.follow)),
      rows(job.row, job.fields) {}

crawler::crawler(const scrape_job& job, const crawl_plan& plan, row_output& output,
                 crawl_stats& stats)
    : job_(job),
      plan_(plan),
      output_(output),
      stats_(stats),
      client_(client_options_for(job)),
      fetcher_(client_, job, stats) {}

task<> crawler::run() {
  co_await read_robots();
  co_await with_task_group([this](task_group& workers) -> task<> {
    enqueue(plan_.start);
    for (std::size_t i = 0; i < job_.parallel; ++i) {
      (void)workers.create_task({.name = fmt::format("fetcher {}", i + 1)}, &crawler::work, this);
    }
    co_await frontier_.join();
    frontier_.shutdown();
  });
  output_.finish();
}

/// RFC 9309: no robots.txt allows everything; one that cannot be read forbids everything.
task<> crawler::read_robots() {
  pacer unpaced(0);
  const std::string address = plan_.start.origin() + "/robots.txt";
  const fetched_page answer = co_await fetcher_.fetch(address, unpaced, 5);
  if (answer.status == 0) throw unreachable_site(answer.error);
  if (answer.status >= 500) {
    throw unreachable_site(fmt::format(
        "{} answers {}; a site whose rules cannot be read is left alone", address, answer.status));
  }
  if (answer.ok()) rules_ = robots::parse(answer.body, "eddy");

  double rate = job_.rate.value_or(0);
  const double delay = std::min(rules_.crawl_delay().value_or(0.0), 30.0);
  if (delay > 0 && (rate == 0 || rate > 1 / delay)) rate = 1 / delay;
  stats_.effective_rate = rate;
  pace_.emplace(rate);
}

task<> crawler::work() {
  for (;;) {
    auto next = co_await outcome(frontier_.get());
    if (!next) co_return;  // shut down: nothing is left
    co_await visit(std::move(next).value());
    ++stats_.finished;
    frontier_.task_done();
  }
}

task<> crawler::visit(std::string page_url) {
  const fetched_page page = co_await fetcher_.fetch(page_url, *pace_);
  if (page.redirects()) {
    follow_redirect(page);
    co_return;
  }
  if (!page.ok()) {
    stats_.failures.push_back(
        {page_url, page.error.empty() ? fmt::format("HTTP {}", page.status) : page.error});
    co_return;
  }
  ++stats_.fetched;
  if (!is_html(page.content_type)) co_return;

  const auto base = url::parse(page.url);
  auto document = html::document::parse(page.body, page_limits);
  if (!base || !document) {
    stats_.failures.push_back({page_url, document ? "bad address" : document.error().message()});
    co_return;
  }
  take_rows(*document, page.url);
  follow_links(*document, *base);
}

/// As a link like any other: its target may be known, forbidden or elsewhere, and waits its turn.
void crawler::follow_redirect(const fetched_page& page) {
  const auto from = url::parse(page.url);
  const auto target = url::parse(page.location, *from);
  if (!target) {
    stats_.failures.push_back(
        {page.url, fmt::format("redirects to '{}': {}", page.location, target.error().message())});
  } else if (target->origin() != plan_.start.origin()) {
    stats_.failures.push_back(
        {page.url, fmt::format("redirects to {}, another site", target->href())});
  } else {
    ++stats_.redirected;
    enqueue(*target);
  }
}

void crawler::take_rows(const html::document& page, const std::string& page_url) {
  for (const extraction::row& row : plan_.rows.rows_of(page, page_url)) {
    output_.write(row.values);
    ++stats_.rows;
    if (row.incomplete) ++stats_.incomplete_rows;
  }
}

void crawler::follow_links(const html::document& page, const url& base) {
  for (const html::selector& selector : plan_.follow) {
    for (const html::element& link : page.select(selector)) {
      const auto href = link.attribute("href");
      if (!href) continue;
      if (const auto target = url::parse(*href, base)) enqueue(*target);
    }
  }
}

void crawler::enqueue(const url& target) {
  if (target.origin() != plan_.start.origin()) return;
  std::string address = target.without_fragment();
  if (known_.contains(address)) return;
  if (job_.max_pages != 0 && stats_.known == job_.max_pages) {
    ++stats_.beyond_limit;
    return;
  }
  known_.insert(address);
  if (!rules_.allowed(target.path_and_query())) {
    ++stats_.skipped_by_robots;
    return;
  }
  ++stats_.known;
  frontier_.try_put(std::move(address));
}

}  // namespace eddy::app
