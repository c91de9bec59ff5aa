// SPDX-License-Identifier: MIT
//
// How processes end that do not end by themselves, and what becomes of them when nobody waits.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/core/with.hpp>
#include <eddy/io/process.hpp>
#include <eddy/testing/test.hpp>

#include "children.hpp"
#include "tcp_pair.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;

task<std::string> next_line(pipe_reader& from) {
  std::string line;
  char letter = 0;
  while (co_await from.read_some(std::span(&letter, 1)) == 1 && letter != '\n') line += letter;
  co_return line;
}

/// A shell that says "ready" once it does as it is told.
task<process> shell(std::string script, process_options options = {}) {
  options.out = stdio::pipe();
  process child = co_await process::spawn({"sh", "-c", std::move(script)}, std::move(options));
  EXPECT_EQ(co_await next_line(child.out()), "ready");
  co_return child;
}

constexpr const char* deaf = "trap '' TERM; echo ready; while :; do sleep 100; done";

EDDY_IO_TEST(process_stop, sigterm_is_enough_for_most) {
  const no_children_left check;
  process child = co_await process::spawn({"sleep", "100"});
  EXPECT_EQ((co_await child.stop(100s)).signal(), SIGTERM);
}

EDDY_IO_TEST(process_stop, one_that_cleans_up_in_time_gives_its_own_code) {
  const no_children_left check;
  process child = co_await shell("trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done");
  EXPECT_EQ((co_await child.stop(100s)).code(), 7);
}

EDDY_IO_TEST(process_stop, sigkill_follows_when_the_grace_is_over) {
  const no_children_left check;
  process child = co_await shell(deaf, {.new_group = true});
  EXPECT_EQ((co_await child.stop(20ms)).signal(), SIGKILL);
}

EDDY_IO_TEST(process_stop, of_one_that_has_ended_tells_how) {
  process child = co_await process::spawn({"false"});
  co_await child.wait();
  EXPECT_EQ((co_await child.stop()).code(), 1);
}

EDDY_IO_TEST(process_stop, a_signal_reaches_all_of_the_group) {
  const no_children_left check;
  process child = co_await shell("sleep 100 & echo ready; echo $!; wait", {.new_group = true});
  const pid_t grandchild = std::stoi(co_await next_line(child.out()));
  EXPECT_TRUE(runs(grandchild));
  EXPECT_TRUE(child.terminate());
  EXPECT_EQ((co_await child.wait()).signal(), SIGTERM);
  while (runs(grandchild)) co_await sleep(1ms);
}

EDDY_IO_TEST(process_stop, what_is_left_of_the_group_is_killed) {
  process child = co_await shell("(trap '' TERM; exec sleep 100) & echo ready; echo $!; wait",
                                 {.new_group = true});
  const pid_t grandchild = std::stoi(co_await next_line(child.out()));
  while (!ignores_sigterm(grandchild)) co_await sleep(1ms);
  // Whoever of the two reaps it.
  co_await gather(child.wait(), child.stop(100s));
  while (runs(grandchild)) co_await sleep(1ms);
}

EDDY_IO_TEST(process_stop, a_session_of_its_own_is_a_group_of_its_own) {
  process child = co_await shell("echo ready; exec sleep 100", {.new_session = true});
  EXPECT_EQ(::getsid(child.pid()), child.pid());
  EXPECT_EQ(::getpgid(child.pid()), child.pid());
  co_await child.stop();
}

// Waiting.

EDDY_IO_TEST(process_wait, any_number_of_tasks_may) {
  process child = co_await process::spawn({"sleep", "0.02"});
  const auto [one, other, third] = co_await gather(child.wait(), child.wait(), child.wait());
  EXPECT_TRUE(one.success() && other.success() && third.success());
}

EDDY_IO_TEST(process_wait, a_cancelled_one_leaves_the_others_and_the_process_alone) {
  const no_children_left check;
  process child = co_await process::spawn({"cat"}, {.in = stdio::pipe()});
  auto first = create_task([&] { return child.wait(); });
  auto second = create_task([&] { return child.wait(); });
  co_await until_waiting("process");
  co_await until_waiting("mutex");
  first.cancel();
  EXPECT_THROW(co_await first, task_cancelled);
  child.in().close();
  EXPECT_TRUE((co_await second).success());
}

EDDY_IO_TEST(process_wait, a_limit_leaves_it_running) {
  const no_children_left check;
  process child = co_await process::spawn({"cat"}, {.in = stdio::pipe()});
  EXPECT_THROW(co_await wait_for(child.wait(), 5ms), timeout_error);
  EXPECT_EQ(child.status(), std::nullopt);
  child.in().close();
  EXPECT_TRUE((co_await child.wait()).success());
}

EDDY_IO_TEST(process_wait, stopping_and_waiting_at_once_both_tell) {
  const no_children_left check;
  process child = co_await shell(deaf, {.new_group = true});
  const auto [waited, stopped] = co_await gather(child.wait(), child.stop(5ms));
  EXPECT_EQ(waited.signal(), SIGKILL);
  EXPECT_EQ(stopped.signal(), SIGKILL);
}

EDDY_IO_TEST(process_wait, its_descriptor_may_have_been_another_one) {
  const no_children_left check;
  pipe_ends ends = open_pipe();
  auto reading = create_task(next_line, std::ref(ends.reader));
  co_await until_waiting("pipe read");
  co_await ends.writer.write_all("\n");
  co_await reading;
  // On a thread where the loop does not see it: it takes the number for one that it watches.
  std::thread([last = std::move(ends)] {}).join();
  process child = co_await process::spawn({"sleep", "0.01"});
  EXPECT_TRUE((co_await child.wait()).success());
}

EDDY_IO_TEST(process_wait, where_somebody_else_waits_for_any_child_it_is_an_error) {
  process child = co_await process::spawn({"sleep", "100"});
  child.kill();
  ::waitpid(child.pid(), nullptr, 0);
  EXPECT_THROW(co_await child.wait(), io_error);
  EXPECT_THROW(co_await child.wait(), io_error);
  EXPECT_FALSE(child.kill());
}

/// What a program does that does not care for its children.
class ignored_sigchld {
 public:
  ignored_sigchld() = default;
  ignored_sigchld(const ignored_sigchld&) = delete;
  ignored_sigchld& operator=(const ignored_sigchld&) = delete;
  ~ignored_sigchld() { ::signal(SIGCHLD, before_); }

 private:
  sighandler_t before_ = ::signal(SIGCHLD, SIG_IGN);
};

EDDY_IO_TEST(process, none_is_started_where_sigchld_is_ignored) {
  const no_children_left check;
  const ignored_sigchld here;
  try {
    co_await process::spawn({"true"});
    ADD_FAILURE() << "no exception";
  } catch (const io_error& e) {
    EXPECT_EQ(e.what(), std::string("spawn true: SIGCHLD is ignored, so that nobody learns how it "
                                    "ends: give it a handler, or SIG_DFL: No child processes"));
  }
}

// Dropping.

EDDY_IO_TEST(process_drop, the_task_that_drops_it_ends_when_it_has_ended) {
  const no_children_left check;
  pid_t pid = -1;
  co_await create_task([&]() -> task<> {
    const process child = co_await process::spawn({"sleep", "100"});
    pid = child.pid();
  });
  EXPECT_FALSE(exists(pid));
}

EDDY_IO_TEST(process_drop, one_that_is_deaf_to_sigterm_is_killed_after_its_grace) {
  pid_t pid = -1;
  co_await create_task([&]() -> task<> {
    const process child = co_await shell(deaf, {.new_group = true, .grace = 10ms});
    pid = child.pid();
  });
  EXPECT_FALSE(exists(pid));
}

EDDY_IO_TEST(process_drop, a_cancelled_task_ends_when_its_process_has_ended) {
  pid_t pid = -1;
  auto owner = create_task([&]() -> task<> {
    process child = co_await process::spawn({"sleep", "100"});
    pid = child.pid();
    co_await child.wait();
  });
  co_await until_waiting("process");
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_FALSE(exists(pid));
}

EDDY_IO_TEST(process_drop, a_limit_on_run_ends_the_process_too) {
  const no_children_left check;
  EXPECT_THROW(co_await wait_for(process::run({"sleep", "100"}), 5ms), timeout_error);
}

EDDY_IO_TEST(process_drop, a_cancel_while_it_is_started_leaves_nothing) {
  for (int turns = 0; turns < 20; ++turns) {
    const no_children_left check;
    auto owner = create_task([]() -> task<> {
      process child = co_await process::spawn({"sleep", "100"}, {.in = stdio::pipe()});
      co_await child.wait();
    });
    for (int i = 0; i < turns; ++i) co_await sleep(100us);
    owner.cancel();
    EXPECT_THROW(co_await owner, task_cancelled);
  }
}

EDDY_IO_TEST(process_drop, one_that_somebody_else_waited_for_is_no_error) {
  const no_children_left check;
  const auto wait_for_it = [](process& child) -> task<> {
    child.kill();
    ::waitpid(child.pid(), nullptr, 0);
    co_return;
  };
  co_await create_task([&]() -> task<> {
    process child = co_await process::spawn({"sleep", "100"}, {.new_group = true});
    co_await wait_for_it(child);
    EXPECT_FALSE(child.terminate());
  });
  co_await with(process::spawn({"sleep", "100"}), wait_for_it);
}

EDDY_IO_TEST(process_drop, a_failing_sibling_ends_it) {
  const no_children_left check;
  const auto fail = []() -> task<> {
    co_await sleep(5ms);
    throw std::runtime_error("sibling");
  };
  EXPECT_THROW(co_await gather(process::run({"sleep", "100"}), fail()), std::runtime_error);
}

EDDY_IO_TEST(process_drop, one_replaced_by_another_ends) {
  const no_children_left check;
  co_await create_task([]() -> task<> {
    process child = co_await process::spawn({"sleep", "100"});
    child = co_await process::spawn({"true"});
    EXPECT_TRUE((co_await child.wait()).success());
  });
}

EDDY_IO_TEST(process_drop, one_that_has_ended_leaves_no_zombie) {
  const no_children_left check;
  co_await create_task([]() -> task<> {
    process child = co_await process::spawn({"true"}, {.out = stdio::pipe()});
    co_await next_line(child.out());  // the end
  });
}

TEST(process_drop, one_that_outlives_its_loop_is_killed_and_reaped) {
  const no_children_left check;
  std::optional<process> kept;
  run([&]() -> task<> { kept = co_await process::spawn({"sleep", "100"}); });
  const pid_t pid = kept->pid();
  kept.reset();
  while (exists(pid)) std::this_thread::yield();
}

EDDY_IO_TEST(process_with, stops_it_at_the_end_of_the_body) {
  const no_children_left check;
  const int value =
      co_await with(process::spawn({"sleep", "100"}), [](process& child) -> task<int> {
        EXPECT_TRUE(runs(child.pid()));
        co_return 42;
      });
  EXPECT_EQ(value, 42);
}

EDDY_IO_TEST(process_with, stops_it_when_the_body_is_cancelled) {
  const no_children_left check;
  const auto body = [](process& child) -> task<> { co_await child.wait(); };
  EXPECT_THROW(co_await wait_for(with(process::spawn({"sleep", "100"}), body), 10ms),
               timeout_error);
}

}  // namespace
}  // namespace eddy
