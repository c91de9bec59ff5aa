// SPDX-License-Identifier: MIT
// What goes wrong by the rules of the language, and what eddy makes of it.
#include <dlfcn.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/flow/async_generator.hpp>
#include <eddy/testing/test.hpp>

namespace {
std::vector<void*> exceptions_allocated;
std::vector<void*> exceptions_freed;
bool watching_exceptions = false;
}  // namespace

// The compiler's own calls for `throw E{...}`: one for the storage, one if E is never completed.
extern "C" void* __cxa_allocate_exception(std::size_t size) noexcept {
  using function = void* (*)(std::size_t);
  static const auto next = reinterpret_cast<function>(dlsym(RTLD_NEXT, "__cxa_allocate_exception"));
  void* storage = next(size);
  if (watching_exceptions) exceptions_allocated.push_back(storage);
  return storage;
}

extern "C" void __cxa_free_exception(void* storage) noexcept {
  using function = void (*)(void*);
  static const auto next = reinterpret_cast<function>(dlsym(RTLD_NEXT, "__cxa_free_exception"));
  if (watching_exceptions) exceptions_freed.push_back(storage);
  next(storage);
}

namespace eddy::cancellation {
namespace {

using namespace std::chrono_literals;

constexpr auto rule = "a destructor threw while its coroutine was being cancelled";
constexpr run_options virtual_time{.handle_signals = false, .backend = backend_kind::sim};

struct throws_when_destroyed {
  ~throws_when_destroyed() noexcept(false) { throw std::runtime_error("from a destructor"); }
};

void cancel_half_way(task<> (*work)()) {
  eddy::run([&]() -> task<> { (void)co_await wait_for_optional(work(), 1s); }, virtual_time);
}

task<> throws() {
  throws_when_destroyed local;
  co_await sleep(1h);
}

task<> throws_and_swallows() {
  try {
    throws_when_destroyed local;
    co_await sleep(1h);
  } catch (...) {
  }
}

task<> throws_swallows_and_suspends() {
  try {
    throws_when_destroyed local;
    co_await sleep(1h);
  } catch (...) {
  }
  co_await sleep(1s);
}

async_generator<int> throws_swallows_and_yields() {
  try {
    throws_when_destroyed local;
    co_yield 1;
  } catch (...) {
  }
  co_yield 2;
}

task<> abandons_a_generator() {
  auto numbers = throws_swallows_and_yields();
  (void)co_await numbers.next();
  co_await sleep(1h);
}

TEST(traps_death, a_destructor_that_throws_while_its_frame_is_cancelled_aborts) {
  EXPECT_DEATH(cancel_half_way(throws), rule);
}

TEST(traps_death, a_catch_all_around_it_cannot_bring_the_coroutine_back_to_its_end) {
  EXPECT_DEATH(cancel_half_way(throws_and_swallows), rule);
}

TEST(traps_death, a_catch_all_around_it_cannot_bring_the_coroutine_back_to_a_suspension) {
  EXPECT_DEATH(cancel_half_way(throws_swallows_and_suspends), rule);
}

TEST(traps_death, a_catch_all_around_it_cannot_bring_a_generator_back_to_a_yield) {
  EXPECT_DEATH(cancel_half_way(abandons_a_generator), rule);
}

EDDY_TEST(traps, a_destructor_that_throws_without_a_cancel_is_an_ordinary_exception) {
  EXPECT_THROW(
      co_await []() -> task<> {
        throws_when_destroyed local;
        co_await yield();
      }(),
      std::runtime_error);
}

EDDY_TEST(traps, a_scope_guard_takes_a_cancel_for_success) {
  int seen = -1;
  struct guard {
    int& seen;
    ~guard() { seen = std::uncaught_exceptions(); }
  };
  (void)co_await wait_for_optional(
      [](int& s) -> task<> {
        guard g{s};
        co_await sleep(1h);
      }(seen),
      1s);
  EXPECT_EQ(seen, 0);
}

EDDY_TEST(traps, catch_all_does_not_run_on_a_cancel) {
  bool caught = false;
  (void)co_await wait_for_optional(
      [](bool& c) -> task<> {
        try {
          co_await sleep(1h);
        } catch (...) {
          c = true;
          throw;
        }
      }(caught),
      1s);
  EXPECT_FALSE(caught);
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr int very_deep = 100'000;  // a sanitizer's frame is several times as large
#else
constexpr int very_deep = 1'000'000;
#endif
#endif

task<int> deep(int levels) {
  if (levels == 0) {
    co_await sleep(1h);
    co_return 0;
  }
  co_return 1 + co_await deep(levels - 1);
}

EDDY_TEST(traps, unwinding_a_million_frames_needs_no_stack) {
  EXPECT_FALSE((co_await wait_for_optional(deep(very_deep), 1s)).has_value());
}

// What clang 19 leaks: when these fail, the compiler has learned it, and the rule and its lint.
// can go

struct counted {
  int value = 0;
  static inline std::vector<void*> allocated;
  static inline int freed = 0;
  static void* operator new(std::size_t size) {
    allocated.push_back(std::malloc(size));
    return allocated.back();
  }
  static void operator delete(void* storage) noexcept {
    ++freed;
    std::free(storage);
  }
};

task<int> answer() {
  co_await sleep(2s);
  co_return 42;
}

EDDY_TEST(traps, new_with_an_await_inside_leaks_the_storage_when_cancelled) {
  (void)co_await wait_for_optional(
      []() -> task<> {
        delete new counted{co_await answer()};  // NOLINT(eddy-half-built): the leak is the test
      }(),
      1s);
  EXPECT_EQ(counted::allocated.size(), 1U);
  EXPECT_EQ(counted::freed, 0);
  for (void* storage : counted::allocated) std::free(storage);
}

EDDY_TEST(traps, throw_with_an_await_inside_leaks_the_storage_when_cancelled) {
  (void)co_await wait_for_optional(
      []() -> task<> {
        watching_exceptions = true;
        throw counted{co_await answer()};  // NOLINT(eddy-half-built): the leak is the test
      }(),
      1s);
  watching_exceptions = false;
  EXPECT_EQ(exceptions_allocated.size(), 1U);
  EXPECT_TRUE(exceptions_freed.empty());
  for (void* storage : exceptions_allocated) __cxa_free_exception(storage);
}

}  // namespace
}  // namespace eddy::cancellation
