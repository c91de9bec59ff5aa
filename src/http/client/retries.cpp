// SPDX-License-Identifier: MIT
#include <http/client/retries.hpp>

#include <algorithm>
#include <chrono>
#include <limits>

#include <eddy/http/client_error.hpp>
#include <eddy/http/date.hpp>
#include <http/client/exchange_limits.hpp>

namespace eddy::http::detail {
namespace {

enum class harm : unsigned char {
  none,      // the server saw nothing of it
  possible,  // it may have carried the request out
  final,     // trying again cannot help
};

harm harm_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const client_error& e) {
    if (e.fault() == client_fault::connect) return harm::none;
    if (e.fault() == client_fault::connection_closed) return harm::possible;
  } catch (const request_timeout& e) {
    if (e.which() == exchange_limits::which::connect) return harm::none;
  } catch (...) {  // NOLINT: it is final
  }
  return harm::final;
}

bool may_pass(int status) noexcept {
  return status == 408 || status == 429 || status == 502 || status == 503 || status == 504;
}

}  // namespace

void retry_budget::earn() noexcept { saved_ = std::min(saved_ + each_, most); }

bool retry_budget::spend() noexcept {
  if (saved_ < 1) return false;
  saved_ -= 1;
  return true;
}

retries::retries(const retry_options& options, retry_budget& budget, int most, bool idempotent)
    : options_(options),
      budget_(budget),
      left_(static_cast<std::size_t>(std::max(most, 0))),
      idempotent_(idempotent) {
  budget_.earn();
}

std::optional<duration> retries::after(const response& answer, duration left) {
  if (left_ == 0 || !idempotent_ || !may_pass(answer.status())) return std::nullopt;
  duration asked{};
  if (const auto field = answer.headers().get("Retry-After")) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    asked = parse_retry_after(*field, now).value_or(std::chrono::seconds(0));
    if (asked > options_.longest_asked) return std::nullopt;
  }
  return another(asked, left);
}

std::optional<duration> retries::after(const std::exception_ptr& failure, duration left) {
  if (left_ == 0) return std::nullopt;
  const harm done = harm_of(failure);
  if (done == harm::final || (done == harm::possible && !idempotent_)) return std::nullopt;
  return another({}, left);
}

std::optional<duration> retries::another(duration asked, duration left) {
  const retry_policy policy{.attempts = 0,
                            .pause = options_.pause,
                            .factor = 2,
                            .longest = options_.longest_pause,
                            .jitter = 1};
  const duration pause = std::max(failures_.another(policy, nullptr), asked);
  if (pause >= left || !budget_.spend()) return std::nullopt;
  --left_;
  return pause;
}

}  // namespace eddy::http::detail
