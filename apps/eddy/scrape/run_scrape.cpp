// SPDX-License-Identifier: MIT
#include "scrape/run_scrape.hpp"

#include <chrono>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/run.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/http/server.hpp>
#include <eddy/io/tcp.hpp>

#include "demo/shop.hpp"
#include "errors.hpp"
#include "scrape/crawler.hpp"
#include "scrape/extraction.hpp"
#include "scrape/output.hpp"
#include "scrape/progress.hpp"
#include "scrape/summary.hpp"

namespace eddy::app {
namespace {

task<> crawl_with_progress(crawler& site, progress& display) {
  co_await with_task_group([&](task_group& group) -> task<> {
    auto drawing = group.create_task({.name = "progress"}, &progress::show, &display);
    co_await site.run();
    drawing.cancel();
  });
}

/// What `eddy scrape` without arguments does, as a person would have to type it.
scrape_job demo_job() {
  return {.start = "http://shop.test/",
          .follow = {"a.next", ".product a", "footer a"},
          .row = "article.product",
          .fields = {"name=h1", "price=.price|number", "stock=.stock"},
          .output = "demo-shop.csv",
          .overwrite = true,
          .page_timeout = std::chrono::seconds(1)};
}

void announce(const demo_shop& shop, const endpoint& address) {
  fmt::print(
      stderr,
      "eddy: no URL given, so here is a demo: a small shop served by this program at "
      "http://{}/,\n"
      "      addressed as http://shop.test/: {} products, {} list pages, and a robots.txt that "
      "asks for {:g} s between requests.\n"
      "      {} % of the pages fail on purpose, once; a page may take 1 s. "
      "The same thing on a real site:\n"
      "      eddy scrape URL --follow 'a.next, .product a' --row article.product name=h1 "
      "price='.price|number' stock=.stock -o shop.csv\n",
      address.to_string(), shop.options().products, shop.lists(), shop.options().crawl_delay,
      shop.options().fault_percent);
}

/// Runs `crawl` on a loop and reports, also when a signal ended it.
template <class Crawl>
int run_and_report(const scrape_job& job, const crawl_stats& stats, const demo_shop* shop,
                   Crawl crawl) {
  const auto start = std::chrono::steady_clock::now();
  const int signal_status = run(std::move(crawl));
  crawl_summary summary{.job = job,
                        .stats = stats,
                        .elapsed = std::chrono::steady_clock::now() - start,
                        .interrupted = signal_status != 0};
  if (shop != nullptr) summary.seen_by_server = shop->stats();
  std::fputs(describe(summary).c_str(), stderr);
  return signal_status != 0 ? signal_status : exit_code_of(stats);
}

}  // namespace

int run_scrape(const scrape_job& job) {
  const crawl_plan plan(job);
  row_output output(job.output, plan.rows.columns(), job.overwrite);
  crawl_stats stats;
  crawler site(job, plan, output, stats);
  progress display("scrape", stats);
  try {
    return run_and_report(job, stats, nullptr, [&] { return crawl_with_progress(site, display); });
  } catch (const unreachable_site&) {
    output.discard();
    throw;
  }
}

int run_demo_scrape(int products) {
  demo_shop shop(products > 0 ? shop_options{.products = products, .crawl_delay = 0}
                              : shop_options{});
  scrape_job job = demo_job();
  const crawl_plan plan(job);
  row_output output(job.output, plan.rows.columns(), job.overwrite);
  crawl_stats stats;
  progress display("shop", stats);

  return run_and_report(job, stats, &shop, [&]() -> task<> {
    tcp::listener listener = tcp::listen({ip_address::loopback_v4(), 0});
    announce(shop, listener.local_endpoint());
    job.resolve = {{"shop.test", listener.local_endpoint()}};
    crawler site(job, plan, output, stats);
    http::server server;
    shop.install(server);
    co_await with_task_group([&](task_group& group) -> task<> {
      auto serving = group.create_task({.name = "demo shop"}, &http::server::serve, &server,
                                       std::move(listener));
      co_await crawl_with_progress(site, display);
      serving.cancel();
    });
  });
}

}  // namespace eddy::app
