// SPDX-License-Identifier: MIT
#include "scrape/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include <eddy/core/loop.hpp>
#include <eddy/core/sleep.hpp>

namespace eddy::app {
namespace {

using namespace std::chrono_literals;
constexpr int bar_width = 40;

double per_second(std::size_t count, duration elapsed) {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

}  // namespace

progress::progress(std::string title, const crawl_stats& stats)
    : title_(std::move(title)), stats_(stats), terminal_(isatty(STDERR_FILENO) == 1) {}

progress::~progress() {
  if (drawn_) std::fputs("\r\033[K", stderr);
}

task<> progress::show() {
  const time_point start = loop::current()->now();
  for (;;) {
    co_await sleep(terminal_ ? duration(100ms) : duration(10s));
    const duration elapsed = loop::current()->now() - start;
    if (terminal_) {
      std::fputs(("\r\033[K" + bar(elapsed)).c_str(), stderr);
      std::fflush(stderr);
      drawn_ = true;
    } else {
      std::fputs((line(elapsed) + '\n').c_str(), stderr);
    }
  }
}

std::string progress::bar(duration elapsed) const {
  const std::size_t known = std::max<std::size_t>(stats_.known, 1);
  const auto filled =
      static_cast<int>(std::min<std::size_t>(stats_.finished * bar_width / known, bar_width));
  std::string drawn;
  for (int i = 0; i < bar_width; ++i) drawn += i < filled ? "━" : "╌";
  const double rate = per_second(stats_.finished, elapsed);
  std::string text =
      fmt::format(" {}  {}  {}/{} pages  {:.0f}/s  {} in flight  {} retried", title_, drawn,
                  stats_.finished, stats_.known, rate, stats_.in_flight, stats_.retried);
  if (rate > 0) {
    fmt::format_to(std::back_inserter(text), "  eta {:.0f}s",
                   static_cast<double>(stats_.known - stats_.finished) / rate);
  }
  return text;
}

std::string progress::line(duration elapsed) const {
  return fmt::format(
      "eddy: {}: {} of {} pages found so far, {} rows, {:.1f}/s, {} in flight, {} retried", title_,
      stats_.finished, stats_.known, stats_.rows, per_second(stats_.finished, elapsed),
      stats_.in_flight, stats_.retried);
}

}  // namespace eddy::app
