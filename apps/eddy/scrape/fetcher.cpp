// SPDX-License-Identifier: MIT
#include "scrape/fetcher.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/http/date.hpp>

namespace eddy::app {
namespace {

using namespace std::chrono_literals;
constexpr duration longest_asked_pause = 60s;

/// Counts one request, also when it is cancelled.
class counted_in_flight {
 public:
  explicit counted_in_flight(std::size_t& count) noexcept : count_(count) { ++count_; }
  counted_in_flight(const counted_in_flight&) = delete;
  counted_in_flight& operator=(const counted_in_flight&) = delete;
  ~counted_in_flight() { --count_; }

 private:
  std::size_t& count_;
};

bool may_pass(int status) noexcept {
  return status == 408 || status == 429 || status == 502 || status == 503 || status == 504;
}

/// A short name for the kind of failure, or empty if trying again cannot help.
std::string passing_kind(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const timeout_error&) {
    return "timeout";
  } catch (const http::client_error& e) {
    switch (e.fault()) {
      case http::client_fault::connection_closed:
        return "reset";
      case http::client_fault::connect:
        return "connect";
      case http::client_fault::resolve:
        return "dns";
      default:
        return {};
    }
  } catch (...) {
    return {};
  }
}

}  // namespace

task<fetched_page> fetcher::fetch(std::string url, pacer& pace, int redirects) {
  for (int number = 0;; ++number) {
    co_await pace.turn();
    attempt tried = co_await try_once(url, redirects);
    if (tried.passing.empty() || number == job_.retries) co_return std::move(tried.page);
    ++stats_.retried;
    ++stats_.retry_kinds[tried.passing];
    co_await sleep(std::max(back_off(number), tried.asked_pause));
  }
}

task<fetcher::attempt> fetcher::try_once(const std::string& url, int redirects) {
  const counted_in_flight counted(stats_.in_flight);
  attempt tried;
  auto answer =
      co_await outcome(wait_for(exchange(url, redirects, tried.asked_pause), job_.page_timeout));
  if (answer.has_value()) {
    tried.page = std::move(answer).value();
    if (may_pass(tried.page.status)) tried.passing = std::to_string(tried.page.status);
  } else {
    tried.page.url = url;
    tried.page.error = detail::describe(answer.error());
    tried.passing = passing_kind(answer.error());
  }
  co_return tried;
}

task<fetched_page> fetcher::exchange(std::string url, int redirects, duration& asked_pause) {
  // Every request waits its turn, also one that repeats another: we repeat, not the client.
  http::response response = co_await client_.get(
      url, {.max_redirects = redirects, .max_body = job_.max_body, .repeat_if_lost = false});
  fetched_page page{.status = response.status(), .url = response.url()};
  if (page.status >= 300 && page.status < 400) {
    page.location = response.headers().get("location").value_or("");
  }
  page.content_type = response.headers().get("content-type").value_or("");
  if (const auto retry_after = response.headers().get("retry-after")) {
    const auto pause = http::parse_retry_after(
        *retry_after, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
    if (pause) asked_pause = std::min<duration>(*pause, longest_asked_pause);
  }
  // Read also what is of no use: the connection can then serve the next request.
  page.body = co_await response.text();
  co_return page;
}

/// Full jitter between nothing and 0.5 s, 1 s, 2 s … at most 8 s.
duration fetcher::back_off(int attempt) {
  const duration most = std::min<duration>(500ms * (1 << std::min(attempt, 4)), 8s);
  return duration(std::uniform_int_distribution<duration::rep>(0, most.count())(random_));
}

}  // namespace eddy::app
