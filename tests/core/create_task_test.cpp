// SPDX-License-Identifier: MIT
#include <eddy/core/create_task.hpp>

#include <memory>
#include <stdexcept>
#include <string>

#include <eddy/core/finally.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<> note(std::vector<std::string>& log, std::string what) {
  log.push_back(std::move(what));
  co_return;
}

EDDY_TEST(create_task, starts_when_the_caller_suspends_and_not_before) {
  std::vector<std::string> log;
  (void)create_task(note, std::ref(log), "first");
  (void)create_task(note, std::ref(log), "second");
  log.push_back("caller");
  co_await yield();
  EXPECT_EQ(log, (std::vector<std::string>{"caller", "first", "second"}));
}

EDDY_TEST(create_task, goes_on_when_its_handle_is_dropped) {
  bool done = false;
  (void)create_task([&]() -> task<> {
    co_await sleep(1s);
    done = true;
  });
  co_await sleep(2s);
  EXPECT_TRUE(done);
}

task<std::size_t> length_later(const std::string& text) {
  co_await sleep(1s);
  co_return text.size();
}

EDDY_TEST(create_task, owns_copies_of_its_arguments) {
  std::string text(1000, 'x');
  const auto handle = create_task(length_later, text);
  text.clear();
  text.shrink_to_fit();
  EXPECT_EQ(co_await handle, 1000U);
}

task<int> unbox(std::unique_ptr<int> box) { co_return *box; }

EDDY_TEST(create_task, takes_arguments_that_can_only_be_moved) {
  EXPECT_EQ(co_await create_task(unbox, std::make_unique<int>(4)), 4);
}

EDDY_TEST(create_task, owns_the_captures_of_a_lambda) {
  const auto handle = create_task([text = std::string(1000, 'x')]() -> task<std::size_t> {
    co_await sleep(1s);
    co_return text.size();
  });
  EXPECT_EQ(co_await handle, 1000U);
}

EDDY_TEST(create_task, destroys_frame_and_arguments_when_the_task_ends_though_a_handle_lives) {
  const auto handle = create_task(
      [](counted) -> task<> {
        const counted local;
        co_await sleep(1s);
      },
      counted());
  co_await handle;
  EXPECT_EQ(counted::alive, 0);
  EXPECT_TRUE(handle.done());
}

struct noted {
  std::vector<std::string>* log;
  explicit noted(std::vector<std::string>& to) : log(&to) {}
  noted(noted&& other) noexcept : log(std::exchange(other.log, nullptr)) {}
  ~noted() {
    if (log != nullptr) log->push_back("argument");
  }
};

EDDY_TEST(create_task, destroys_the_frame_before_the_arguments) {
  std::vector<std::string> log;
  // By reference: the argument stays where the task keeps it.
  const auto handle = create_task(
      [](const noted& kept) -> task<> {
        const logs_end local{*kept.log, "frame"};
        co_await sleep(1h);
      },
      noted(log));
  co_await yield();
  handle.cancel();
  co_await yield();
  EXPECT_EQ(log, (std::vector<std::string>{"frame", "argument"}));
}

EDDY_TEST(create_task, reports_the_error_of_a_task_that_nobody_awaited_once) {
  ::testing::internal::CaptureStderr();
  {
    const auto handle = create_task({.name = "reader"}, []() -> task<> {
      co_await yield();
      throw std::runtime_error("lost");
    });
    const auto copy = handle;
    co_await sleep(1s);
  }
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(said, "eddy: task reader#2 failed and nobody awaited it: lost\n");
}

EDDY_TEST(create_task, reports_no_error_that_somebody_saw) {
  ::testing::internal::CaptureStderr();
  {
    const auto fails = []() -> task<> {
      throw std::runtime_error("seen");
      co_return;
    };
    const auto awaited = create_task(fails);
    EXPECT_THROW(co_await awaited, std::runtime_error);
    const auto asked = create_task(fails);
    co_await sleep(1s);
    EXPECT_THROW(asked.result(), std::runtime_error);
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

EDDY_TEST(create_task, throws_at_once_what_calling_the_function_throws) {
  const auto fails = [](bool fail) -> task<> {
    if (fail) throw std::runtime_error("not a coroutine yet");
    return []() -> task<> { co_return; }();
  };
  EXPECT_THROW((void)create_task(fails, true), std::runtime_error);
  co_await create_task(fails, false);
}

TEST(create_task, is_refused_outside_a_running_loop) {
  try {
    (void)create_task([]() -> task<> { co_return; });
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::logic_error& e) {
    EXPECT_NE(std::string(e.what()).find("eddy::run"), std::string::npos);
  }
}

EDDY_TEST(create_task, may_be_called_by_a_destructor_while_its_task_is_cancelled) {
  bool ran = false;
  struct starts {
    bool& ran;
    ~starts() {
      (void)create_task(
          [](bool& flag) -> task<> {
            co_await sleep(1s);
            flag = true;
          },
          std::ref(ran));
    }
  };
  const auto handle = create_task([&]() -> task<> {
    const starts last{ran};
    co_await sleep(1h);
  });
  co_await yield();
  handle.cancel();
  co_await sleep(2s);
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace eddy
