// SPDX-License-Identifier: MIT
#include "scrape/summary.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <sys/resource.h>

#include "errors.hpp"

namespace eddy::app {
namespace {

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

std::string resource_use() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return fmt::format("peak memory {:.0f} MB, {:.1f} s CPU",
                     static_cast<double>(use.ru_maxrss) / 1024,
                     seconds(use.ru_utime) + seconds(use.ru_stime));
}

std::string retries(const crawl_stats& stats) {
  if (stats.retried == 0) return "0 retried";
  std::string kinds;
  for (const auto& [kind, count] : stats.retry_kinds) {
    fmt::format_to(std::back_inserter(kinds), "{}{} ×{}", kinds.empty() ? "" : ", ", kind, count);
  }
  return fmt::format("{} retried ({})", stats.retried, kinds);
}

void append_failures(std::string& out, const crawl_stats& stats) {
  constexpr std::size_t examples = 5;
  for (std::size_t i = 0; i < std::min(examples, stats.failures.size()); ++i) {
    fmt::format_to(std::back_inserter(out), "  failed   {}: {}\n", stats.failures[i].url,
                   stats.failures[i].why);
  }
  if (stats.failures.size() > examples) {
    fmt::format_to(std::back_inserter(out), "  failed   and {} more\n",
                   stats.failures.size() - examples);
  }
}

}  // namespace

std::string describe(const crawl_summary& summary) {
  const crawl_stats& stats = summary.stats;
  std::string out = fmt::format(
      "{} in {:.1f} s: {} rows -> {}\n", summary.interrupted ? "interrupted" : "done",
      std::chrono::duration<double>(summary.elapsed).count(), stats.rows, summary.job.output);
  const auto add = std::back_inserter(out);
  fmt::format_to(add, "  pages    {} fetched, {}, {} skipped by robots.txt, {} failed\n",
                 stats.fetched, retries(stats), stats.skipped_by_robots, stats.failures.size());
  append_failures(out, stats);
  if (stats.redirected > 0) fmt::format_to(add, "  moved    {} redirects\n", stats.redirected);
  if (stats.beyond_limit > 0) {
    fmt::format_to(add, "  limit    {} links not followed: --max-pages is {}\n", stats.beyond_limit,
                   summary.job.max_pages);
  }
  if (stats.incomplete_rows > 0) {
    fmt::format_to(add, "  rows     {} have an empty field\n", stats.incomplete_rows);
  }
  const std::string asked = stats.effective_rate > 0 ? fmt::format("{:.4g}/s", stats.effective_rate)
                                                     : std::string("no rate limit");
  if (const auto& seen = summary.seen_by_server) {
    fmt::format_to(
        add,
        "  polite   asked for {} and {} at once; the server saw {:.1f}/s, at most {} at once, "
        "{} forbidden pages, {} pages twice\n",
        asked, summary.job.parallel, seen->rate, seen->peak_parallel, seen->forbidden, seen->twice);
  } else {
    fmt::format_to(add, "  polite   {}, at most {} at once\n", asked, summary.job.parallel);
  }
  fmt::format_to(add, "  cost     {}\n", resource_use());
  return out;
}

int exit_code_of(const crawl_stats& stats) noexcept {
  if (stats.fetched == 0 || stats.rows == 0) return exit_nothing_useful;
  return stats.failures.empty() ? exit_ok : exit_some_failed;
}

}  // namespace eddy::app
