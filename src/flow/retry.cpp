// SPDX-License-Identifier: MIT
#include <eddy/flow/retry.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <stdexcept>

#include <eddy/core/loop.hpp>

namespace eddy::detail {
namespace {

/// From 0 to 1. Chance that differs between tasks and processes is all that jitter is for; where
/// time is virtual, each run has to be the same.
double chance(std::size_t attempt) {
  std::uniform_real_distribution<double> range(0, 1);
  if (loop* const home = loop::current(); home != nullptr && home->owns_clock()) {
    const task_record* const task = home->current_task();
    std::seed_seq from{static_cast<std::uint64_t>(home->now().time_since_epoch().count()),
                       static_cast<std::uint64_t>(task != nullptr ? task->id : 0),
                       static_cast<std::uint64_t>(attempt)};
    std::minstd_rand source(from);
    return range(source);
  }
  thread_local std::minstd_rand source(std::random_device{}());
  return range(source);
}

}  // namespace

void check(const retry_policy& policy) {
  if (policy.pause < duration::zero() || policy.longest < duration::zero()) {
    throw std::invalid_argument("eddy: retry: a pause must not be negative");
  }
  if (!(policy.factor >= 1)) {
    throw std::invalid_argument("eddy: retry: the factor must be 1 or more");
  }
  if (!(policy.jitter >= 0 && policy.jitter <= 1)) {
    throw std::invalid_argument("eddy: retry: the jitter must be from 0 to 1");
  }
}

duration failures::another(const retry_policy& policy, const std::exception_ptr& error) {
  ++count_;
  if (count_ == policy.attempts || (policy.when && !policy.when(error))) {
    std::rethrow_exception(error);
  }
  if (policy.pause == duration::zero()) return policy.pause;  // times infinity it would be none
  const double longest = static_cast<double>(policy.longest.count());
  const double wanted = static_cast<double>(policy.pause.count()) *
                        std::pow(policy.factor, static_cast<double>(count_ - 1));
  // The comparison also takes care of a power that is infinite, and of a `longest` that is more
  // than a double can give back.
  const duration pause = wanted < longest ? duration(std::llround(wanted)) : policy.longest;
  if (policy.jitter == 0) return pause;
  const double left_out = static_cast<double>(pause.count()) * policy.jitter * chance(count_);
  return left_out < longest ? pause - duration(std::llround(left_out)) : duration::zero();
}

}  // namespace eddy::detail
