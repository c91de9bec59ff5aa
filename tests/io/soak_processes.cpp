// SPDX-License-Identifier: MIT
#include <chrono>
#include <csignal>
#include <string>

#include <eddy/core/error.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/io/pipe.hpp>
#include <eddy/io/process.hpp>
#include <eddy/io/signals.hpp>

#include "soak_stage.hpp"

namespace eddy::soak {
namespace {

using namespace std::chrono_literals;

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

}  // namespace

std::span<const actor> process_actors() noexcept {
  static constexpr actor all[] = {pass_through_a_pipe, pass_through_a_process, leave_a_process,
                                  start_nothing, hear_a_signal};
  return all;
}

}  // namespace eddy::soak
