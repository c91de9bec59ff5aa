// SPDX-License-Identifier: MIT
// Cancels every shape at every moment, under every scope, with every kind of operation.
//
//   corpus [SHAPE…]   all shapes, or those whose names begin so
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "run.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
#endif
#endif

namespace {
long allocations = 0;
}

// Leaks of the heap are found by counting: LeakSanitizer looks too, but not in every build.
void* operator new(std::size_t size) {
  void* block = std::malloc(size);
  if (block == nullptr) throw std::bad_alloc();
  ++allocations;
  return block;
}
void operator delete(void* block) noexcept {
  if (block != nullptr) --allocations;
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

namespace eddy::cancellation {

ledger book;
long live_allocations() noexcept { return allocations; }

namespace {

const attempt* current = nullptr;
long problems = 0;

const char* name(scope in) {
  static constexpr const char* names[] = {"handle",        "group body",   "group child",
                                          "race loser",    "inside limit", "inside finally",
                                          "expiring limit"};
  return names[static_cast<int>(in)];
}

const char* name(moment when) {
  static constexpr const char* names[] = {
      "never",         "after suspension", "entering suspension", "inside suspension",
      "at completion", "again and again",  "then hard",           "after step"};
  return names[static_cast<int>(when)];
}

const char* name(leaf_kind kind) {
  static constexpr const char* names[] = {"timer", "request", "stubborn", "yielding", "mixed"};
  return names[static_cast<int>(kind)];
}

}  // namespace

void problem(std::string_view what) {
  // A broken rule breaks many runs: the first few tell it all.
  if (++problems > 20) return;
  std::fprintf(stderr, "%.*s: %.*s [scope: %s, operations: %s, cancelled: %s, k = %d]\n",
               static_cast<int>(current->of.name.size()), current->of.name.data(),
               static_cast<int>(what.size()), what.data(), name(current->in),
               name(current_leaf_kind), name(current->when), current->k);
}

void entered_catch() { problem("a catch (...) was entered"); }

namespace {

constexpr int most_moments = 5000;

void run_every_k(const shape& of, scope in, moment when, totals& sum) {
  const int stride = of.is == trait::large && when == moment::after_step ? 16 : 1;
  for (int k = 1; k < most_moments; k += stride) {
    const attempt what{of, in, when, k};
    current = &what;
    if (!run(what, sum) || problems > 20) return;
  }
  problem("did not come to an end");
}

void run_shape(const shape& of, totals& sum) {
  for (const leaf_kind kind : leaf_kinds) {
    current_leaf_kind = kind;
    for (const scope in : scopes) {
      for (const moment when : moments) {
        if (in == scope::expiring_limit && when != moment::never) continue;
        run_every_k(of, in, when, sum);
      }
    }
  }
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  if (__lsan_do_recoverable_leak_check() != 0) problem("LeakSanitizer found a leak");
#endif
#endif
}

bool wanted(std::string_view shape, const std::vector<std::string_view>& prefixes) {
  if (prefixes.empty()) return true;
  for (const std::string_view prefix : prefixes) {
    if (shape.starts_with(prefix)) return true;
  }
  return false;
}

int run_corpus(const std::vector<std::string_view>& prefixes) {
  totals sum;
  int shapes = 0;
  for (const auto& theme : themes) {
    for (const shape& of : theme()) {
      if (!wanted(of.name, prefixes)) continue;
      ++shapes;
      run_shape(of, sum);
    }
  }
  std::printf(
      "%d shapes, %ld runs, up to %d moments in one; %ld cancelled, %ld completed first; %ld "
      "problems\n",
      shapes, sum.runs, sum.largest_k, sum.cancelled, sum.completed, problems);
  return problems == 0 && sum.cancelled > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace eddy::cancellation

int main(int argc, char** argv) { return eddy::cancellation::run_corpus({argv + 1, argv + argc}); }
