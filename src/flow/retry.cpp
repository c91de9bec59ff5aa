// SPDX-License-Identifier: MIT
#include <eddy/flow/retry.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>

namespace eddy::detail {
namespace {

/// From 0 to 1. Chance that differs between processes is all that jitter is for.
double chance() {
  thread_local std::minstd_rand source(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(source);
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
  const double longest = static_cast<double>(policy.longest.count());
  const double wanted = static_cast<double>(policy.pause.count()) *
                        std::pow(policy.factor, static_cast<double>(count_ - 1));
  // The comparison also takes care of a power that is infinite.
  if (policy.jitter == 0) return wanted < longest ? duration(std::llround(wanted)) : policy.longest;
  return duration(std::llround(std::min(wanted, longest) * (1 - policy.jitter * chance())));
}

}  // namespace eddy::detail
