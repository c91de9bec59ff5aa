// SPDX-License-Identifier: MIT
//
// A bit of everything at random, cut short at random: connections, pipes, processes, signals. What
// is being checked is that bytes arrive as they were sent, that nothing is left after each second
// (descriptors, frames, operations, children), and whatever a sanitizer sees.
//
// Short by default; `EDDY_SOAK_SECONDS=600 build/asan/tests/io/soak_test` is a real one. A failure
// names its seed, and `EDDY_SEED=n` begins with that.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iterator>
#include <random>
#include <string>
#include <utility>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/io/pipe.hpp>
#include <eddy/io/process.hpp>
#include <eddy/io/serve.hpp>
#include <eddy/io/signals.hpp>
#include <eddy/testing/test.hpp>

#include "children.hpp"
#include "tcp_pair.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;
using real_clock = std::chrono::steady_clock;

class chance {
 public:
  explicit chance(std::uint64_t seed) : from_(seed) {}
  std::size_t below(std::size_t limit) { return from_() % limit; }
  std::string bytes(std::size_t most) {
    std::string some(below(most), '\0');
    for (char& each : some) each = static_cast<char>(from_());
    return some;
  }

 private:
  std::mt19937_64 from_;
};

/// What the actors of one round share.
struct stage {
  explicit stage(std::uint64_t seed) : random(seed) {}
  chance random;
  tcp::listener listener = listen_on_loopback();
  long finished = 0;
  long cut_short = 0;
};

bool is_reset(const io_error& error) {
  return error.code() == std::errc::connection_reset || error.code() == std::errc::broken_pipe;
}

task<> echo(tcp::socket client) {
  std::string chunk(16 << 10, '\0');
  try {
    while (const std::size_t got = co_await client.read_some(chunk)) {
      co_await client.write_all(std::string_view(chunk).substr(0, got));
    }
  } catch (const io_error& error) {
    if (!is_reset(error)) throw;
  }
}

template <class Reader>
task<std::string> read_whole(Reader& from) {
  std::string whole;
  std::string chunk(16 << 10, '\0');
  while (const std::size_t got = co_await from.read_some(chunk)) whole.append(chunk, 0, got);
  co_return whole;
}

template <class Writer>
task<> write_and_end(Writer& to, const std::string& bytes) {
  co_await to.write_all(bytes);
  co_await to.shutdown();
}

// The actors: each may be cancelled anywhere.

task<> talk(stage& s) {
  const std::string sent = s.random.bytes(200'000);
  tcp::socket socket = co_await tcp::connect(s.listener.local_endpoint());
  auto [nothing, received] = co_await gather(write_and_end(socket, sent), read_whole(socket));
  EXPECT_TRUE(received == sent);
}

task<> hang_up(stage& s) {
  tcp::socket socket = co_await tcp::connect(s.listener.local_endpoint());
  co_await socket.write_all(s.random.bytes(1000));
  if (s.random.below(2) == 0) socket.reset();
}

task<> pass_through_a_pipe(stage& s) {
  const std::string sent = s.random.bytes(200'000);
  pipe_ends ends = open_pipe();
  auto [nothing, received] =
      co_await gather(write_and_end(ends.writer, sent), read_whole(ends.reader));
  EXPECT_TRUE(received == sent);
}

task<> pass_through_a_process(stage& s) {
  const std::string sent = s.random.bytes(200'000);
  const process_result result = co_await process::run({"cat"}, {.input = sent, .check = true});
  EXPECT_TRUE(result.out == sent);
}

task<> leave_a_process(stage& s) {
  process child = co_await process::spawn(
      {"sleep", "100"},
      {.in = stdio::pipe(), .out = stdio::pipe(), .new_group = s.random.below(2) == 0});
  co_await sleep(std::chrono::microseconds(s.random.below(2000)));
  if (s.random.below(2) == 0) co_await child.stop(1ms);
}

task<> start_nothing(stage&) {
  EXPECT_THROW(
      co_await process::spawn({"eddy-nosuch"}, {.in = stdio::pipe(), .out = stdio::pipe()}),
      io_error);
}

task<> hear_a_signal(stage&) {
  signal_stream stream = signals(SIGUSR1);
  auto [nothing, signal] = co_await gather(
      []() -> task<> {
        co_await yield();
        std::raise(SIGUSR1);
      }(),
      stream.next());
  EXPECT_EQ(signal, SIGUSR1);
}

constexpr task<> (*actors[])(stage&) = {
    talk,          hang_up,      pass_through_a_pipe, pass_through_a_process, leave_a_process,
    start_nothing, hear_a_signal};

task<> until_cancelled(stage& s, task<> (*actor)(stage&)) {
  auto acting = create_task(actor, std::ref(s));
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
  while (real_clock::now() < end) {
    const auto actor = actors[s.random.below(std::size(actors))];
    switch (s.random.below(3)) {
      case 0:
        co_await actor(s);
        ++s.finished;
        break;
      case 1: {
        const auto limit = std::chrono::microseconds(s.random.below(5000));
        const auto done = co_await wait_for_optional(actor(s), limit);
        ++(done ? s.finished : s.cut_short);
        break;
      }
      default:
        co_await until_cancelled(s, actor);
    }
  }
}

/// One round: eight that act, and a server that is cancelled with connections open.
std::uint64_t seed_of_round;
task<> play() {
  stage s(seed_of_round);
  auto server = create_task([&] { return serve(s.listener, echo); });
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

class soak : public testing::io_test {};

TEST_P(soak, leaves_nothing_and_loses_nothing) {
  const auto seconds = std::chrono::seconds(number_in_environment("EDDY_SOAK_SECONDS", 2));
  const auto end = real_clock::now() + seconds / 2;  // there are two backends
  seed_of_round = number_in_environment("EDDY_SEED", std::random_device()());
  do {
    SCOPED_TRACE("EDDY_SEED=" + std::to_string(seed_of_round));
    const no_children_left check;
    testing::run_real(play, GetParam());
    ++seed_of_round;
  } while (real_clock::now() < end && !HasFailure() && !IsSkipped());
}

INSTANTIATE_TEST_SUITE_P(io, soak, ::testing::Values(backend_kind::uring, backend_kind::epoll),
                         testing::backend_label);

}  // namespace
}  // namespace eddy
