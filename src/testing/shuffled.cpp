// SPDX-License-Identifier: MIT
#include <unistd.h>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include <eddy/testing/test.hpp>

#include "checked.hpp"
#include "core/scoped_handler.hpp"

namespace eddy::testing {
namespace {

constexpr std::uint64_t usual_seeds = 50;

/// A number from the environment; none where it is not set.
std::optional<std::uint64_t> number_from(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return {};
  std::uint64_t number = 0;
  const char* end = text + std::strlen(text);
  const auto [stopped_at, error] = std::from_chars(text, end, number);
  if (error != std::errc() || stopped_at != end) {
    throw std::invalid_argument(fmt::format("{}={}: must be a whole number", variable, text));
  }
  return number;
}

std::uint64_t seed_under_way = 0;
std::string advice;  // how to run it alone

/// What aborts has no chance to tell of its trace.
void write_advice(int) {
  (void)!write(STDERR_FILENO, advice.data(), advice.size());
  (void)!write(STDERR_FILENO, "\n", 1);
}

bool passes_with(std::uint64_t seed, const std::function<task<>()>& body) {
  advice = fmt::format("seed {}: rerun with EDDY_SEED={}", seed, seed);
  const detail::scoped_handler on_abort(SIGABRT, &write_advice);
  const ::testing::ScopedTrace trace(__FILE__, __LINE__, advice);
  seed_under_way = seed;
  run_checked(body, backend_kind::sim, seed);
  seed_under_way = 0;
  return !::testing::Test::HasFailure();
}

}  // namespace

void run_shuffled(const std::function<task<>()>& body) {
  if (const auto only = number_from("EDDY_SEED")) {
    passes_with(*only, body);
    return;
  }
  const std::uint64_t seeds = number_from("EDDY_SEEDS").value_or(usual_seeds);
  ASSERT_GT(seeds, 0U) << "EDDY_SEEDS=0 would run nothing";
  for (std::uint64_t seed = 1; seed <= seeds && passes_with(seed, body); ++seed) {
  }
}

std::uint64_t seed() noexcept { return seed_under_way; }

}  // namespace eddy::testing
