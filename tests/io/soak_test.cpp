// SPDX-License-Identifier: MIT
//
// A bit of everything at random, cut short at random: sockets of all kinds, TLS, names, files,
// pipes, processes, signals. What is being checked is that bytes arrive as they were sent, that
// nothing is left after each second (descriptors, frames, operations, children), that memory does
// not grow from one to the next, and whatever a sanitizer sees.
//
// Short by default; `EDDY_SOAK_SECONDS=600 build/asan/tests/io/soak_test` is a real one. A failure
// names its seed, and `EDDY_SEED=n` begins with that.
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <span>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>
#include <tls_pair.hpp>

#include "children.hpp"
#include "soak_stage.hpp"

namespace eddy::soak {
namespace {

using namespace std::chrono_literals;
using real_clock = std::chrono::steady_clock;

task<> until_cancelled(stage& s, actor acts) {
  auto acting = create_task(acts, std::ref(s));
  for (std::size_t turns = s.random.below(20); turns > 0; --turns) co_await yield();
  acting.cancel();
  try {
    co_await acting;
    ++s.finished;
  } catch (const task_cancelled&) {
    ++s.cut_short;
  }
}

task<> act(stage& s, real_clock::time_point end) {
  const std::span<const actor> kinds[] = {network_actors(), file_actors(), process_actors()};
  while (real_clock::now() < end) {
    const std::span<const actor> kind = kinds[s.random.below(std::size(kinds))];
    const actor acts = kind[s.random.below(kind.size())];
    switch (s.random.below(3)) {
      case 0:
        co_await acts(s);
        ++s.finished;
        break;
      case 1: {
        const auto limit = std::chrono::microseconds(s.random.below(5000));
        const auto done = co_await wait_for_optional(acts(s), limit);
        ++(done ? s.finished : s.cut_short);
        break;
      }
      default:
        co_await until_cancelled(s, acts);
    }
  }
}

/// One round: eight that act, and servers that are cancelled with connections open.
std::uint64_t seed_of_round;
task<> play() {
  stage s(seed_of_round);
  auto server = create_task([&] { return serve_all(s); });
  const auto end = real_clock::now() + 1s;
  co_await with_task_group([&](task_group& all) -> task<> {
    for (int i = 0; i < 8; ++i) (void)all.create_task(act, std::ref(s), end);
    co_return;
  });
  server.cancel();
  EXPECT_THROW(co_await server, task_cancelled);
  EXPECT_GT(s.finished, 0);
  EXPECT_GT(s.cut_short, 0);
}

std::uint64_t number_in_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::stoull(text) : otherwise;
}

/// Of this process, in MiB.
long memory_in_use() {
  std::ifstream from("/proc/self/statm");
  long all = 0;
  long resident = 0;
  from >> all >> resident;
  return resident * ::sysconf(_SC_PAGESIZE) >> 20;
}

constexpr int warm_up = 10;  // rounds
// What a sanitizer keeps of freed memory grows to its own limit.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr long allowed_growth = 512;
#else
constexpr long allowed_growth = 16;
#endif

class soak : public testing::io_test {};

TEST_P(soak, leaves_nothing_and_loses_nothing) {
  const auto seconds = std::chrono::seconds(number_in_environment("EDDY_SOAK_SECONDS", 2));
  const auto end = real_clock::now() + seconds / 2;  // there are two backends
  seed_of_round = number_in_environment("EDDY_SEED", std::random_device()());
  (void)server_context();  // before descriptors and children are counted
  (void)client_context();
  int rounds = 0;
  long when_warm = 0;
  do {
    SCOPED_TRACE("EDDY_SEED=" + std::to_string(seed_of_round));
    const no_children_left check;
    testing::run_real(play, GetParam());
    ++seed_of_round;
    if (++rounds == warm_up) when_warm = memory_in_use();
  } while (real_clock::now() < end && !HasFailure() && !IsSkipped());
  if (rounds > warm_up) {
    EXPECT_LE(memory_in_use() - when_warm, allowed_growth)
        << "MiB more after " << rounds << " rounds than after " << warm_up;
  }
}

INSTANTIATE_TEST_SUITE_P(io, soak, ::testing::Values(backend_kind::uring, backend_kind::epoll),
                         testing::backend_label);

}  // namespace
}  // namespace eddy::soak
