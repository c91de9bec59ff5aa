// SPDX-License-Identifier: MIT
#include <eddy/core/introspect.hpp>

#include <source_location>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

std::string tree() { return task_tree(*loop::current()); }

/// The line of the tree that begins, after its branches, with `label`.
std::string line_of(const std::string& label) {
  const std::string text = tree();
  const auto at = text.find(label);
  if (at == std::string::npos) return "no " + label + " in:\n" + text;
  return text.substr(at, text.find('\n', at) - at);
}

constexpr auto page_line = std::source_location::current().line() + 1;
task<> read_page(gate& g) { co_await g.wait(); }

constexpr auto fetch_line = std::source_location::current().line() + 1;
task<> fetch(gate& g) { co_await read_page(g); }

EDDY_TEST(introspect, a_task_says_what_it_waits_for_since_when_where_and_on_whose_behalf) {
  gate g;
  const auto handle = create_task({.name = "fetch"}, fetch, std::ref(g));
  co_await sleep(1500ms);
  EXPECT_EQ(line_of("fetch#2"),
            "fetch#2  waits: gate 1.5 s  introspect_test.cpp:" + std::to_string(page_line) +
                " read_page ← introspect_test.cpp:" + std::to_string(fetch_line) + " fetch");
  g.open();
}

struct page {
  template <class Source>
  task<> operator()(Source& from, void (*)(int)) const {
    co_await from.wait();
  }
};

EDDY_TEST(introspect, a_function_is_named_without_its_return_type_and_parameters) {
  gate g;
  const auto handle = create_task([&]() -> task<> { co_await page()(g, nullptr); });
  co_await yield();
  const std::string line = line_of("task#2");
  EXPECT_NE(line.find(" operator() ← "), std::string::npos) << line;
  EXPECT_EQ(line.substr(line.size() - 7), " lambda") << line;
  g.open();
}

EDDY_TEST(introspect, the_time_waited_begins_anew_with_each_wait) {
  gate g;
  const auto handle = create_task({.name = "two waits"}, [&]() -> task<> {
    co_await sleep(10s);
    co_await g.wait();
  });
  co_await sleep(10s);
  co_await sleep(250ms);
  EXPECT_NE(line_of("two waits#2").find("waits: gate 250 ms"), std::string::npos)
      << line_of("two waits#2");
  g.open();
}

EDDY_TEST(introspect, tells_running_ready_and_unstarted_tasks_apart) {
  const auto ready = create_task({.name = "ready"}, []() -> task<> { co_await sleep(1s); });
  EXPECT_NE(line_of("main#1").find("running"), std::string::npos) << line_of("main#1");
  EXPECT_NE(line_of("ready#2").find("ready to run"), std::string::npos) << line_of("ready#2");
  co_await yield();
  EXPECT_NE(line_of("ready#2").find("waits: sleep"), std::string::npos) << line_of("ready#2");
}

EDDY_TEST(introspect, tasks_stand_below_the_one_that_started_them) {
  gate g;
  const auto parent = create_task({.name = "parent"}, [&]() -> task<> {
    co_await with_task_group([&](task_group& group) -> task<> {
      (void)group.create_task({.name = "child"},
                              [&]() -> task<> { co_await gather(g.wait(), g.wait()); });
      co_await g.wait();
    });
  });
  const auto other = create_task({.name = "other"}, [&]() -> task<> { co_await g.wait(); });
  co_await sleep(1s);
  std::string shape;
  const std::string text = tree();
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    shape += text.substr(at, text.find("  ", text.find('#', at)) - at) + '\n';
  }
  EXPECT_EQ(shape,
            "main#1\n"
            "├─ parent#2\n"
            "│  ├─ child#4\n"
            "│  │  ├─ task#5\n"
            "│  │  ├─ task#6\n"
            "├─ other#3\n");
  g.open();
}

EDDY_TEST(introspect, a_task_whose_parent_has_ended_stands_at_the_top) {
  gate g;
  std::optional<task_handle<>> orphan;
  co_await create_task([&]() -> task<> {
    orphan = create_task({.name = "orphan"}, [&]() -> task<> { co_await g.wait(); });
    co_await yield();
  });
  EXPECT_NE(tree().find("\norphan#3"), std::string::npos) << tree();
  g.open();
}

EDDY_TEST(introspect, a_task_that_ended_is_gone_though_a_handle_lives) {
  const auto handle = create_task({.name = "short"}, []() -> task<> { co_return; });
  co_await handle;
  EXPECT_EQ(tree().find("short"), std::string::npos) << tree();
}

EDDY_TEST(introspect, a_task_being_cancelled_says_by_whom_and_what_its_clean_up_waits_for) {
  gate g;
  const auto handle = create_task({.name = "careful"}, [&]() -> task<> {
    co_await finally([]() -> task<> { co_await sleep(1h); },
                     [&]() -> task<> { co_await g.wait(); });
  });
  co_await sleep(1s);
  handle.cancel();
  co_await sleep(2s);
  const std::string line = line_of("careful#2");
  EXPECT_NE(line.find("waits: gate 2.0 s"), std::string::npos) << line;
  EXPECT_NE(line.find("[user cancel at "), std::string::npos) << line;
  EXPECT_NE(line.find("by task #1]"), std::string::npos) << line;
  g.open();
}

EDDY_TEST(introspect, a_task_in_deferred_clean_up_says_what_that_waits_for) {
  gate g;
  const auto wait = [&]() -> task<> { co_await g.wait(); };
  const auto handle = create_task({.name = "deferred"}, [&]() -> task<> {
    co_await defer(wait);
    co_await sleep(1h);
  });
  co_await sleep(1s);
  handle.cancel();
  co_await sleep(1s);
  EXPECT_NE(line_of("deferred#2").find("waits: gate 1.0 s"), std::string::npos)
      << line_of("deferred#2");
  g.open();
}

EDDY_TEST(introspect, an_expired_limit_shows_as_the_reason) {
  gate g;
  const auto handle = create_task({.name = "limited"}, [&]() -> task<> {
    co_await wait_for(
        finally([]() -> task<> { co_await sleep(1h); }, [&]() -> task<> { co_await g.wait(); }),
        1s);
  });
  co_await sleep(2s);
  EXPECT_NE(line_of("limited#2").find("[timeout cancel at "), std::string::npos)
      << line_of("limited#2");
  g.open();
  EXPECT_THROW(co_await handle, timeout_error);
}

EDDY_TEST(introspect, dump_tasks_writes_the_tree_to_stderr) {
  ::testing::internal::CaptureStderr();
  dump_tasks();
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), tree());
  co_return;
}

TEST(introspect, dump_tasks_outside_a_loop_writes_nothing) {
  ::testing::internal::CaptureStderr();
  dump_tasks();
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

EDDY_TEST(introspect, a_tree_as_deep_as_there_are_tasks_is_no_danger_to_the_stack) {
  struct chain {
    static task<> link(int depth, gate& g) {
      if (depth > 0) (void)create_task(link, depth - 1, std::ref(g));
      co_await g.wait();
    }
  };
  gate g;
  (void)create_task(chain::link, 2'000, std::ref(g));
  co_await sleep(1s);
  const std::string text = tree();
  EXPECT_EQ(std::ranges::count(text, '\n'), 2'002);
  g.open();
}

}  // namespace
}  // namespace eddy
