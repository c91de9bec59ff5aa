// SPDX-License-Identifier: MIT
//
// Operations of a connection that are cancelled wherever they wait.
#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/with.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/testing/settle.hpp>
#include <eddy/testing/test.hpp>
#include <http/websocket/talking.hpp>

namespace eddy::http::websocket {
namespace {

using namespace std::chrono_literals;
using testing::echo;
using testing::speaking;
using testing::url_of;
using testing::while_serving;

/// Cancels it at a moment of chance, unless it has ended by then; how it ended.
template <class T>
task<outcome<T>> cut_short(task_handle<T> work, std::mt19937_64& random) {
  co_await sleep(std::chrono::microseconds(random() % 3000));
  for (auto turns = random() % 8; turns > 0; --turns) co_await yield();
  work.cancel();
  co_return co_await eddy::outcome(std::move(work));
}

/// Tries to send `count` messages; those that were sent.
task<std::vector<std::string>> send_somehow(connection& c, std::mt19937_64& random, int count) {
  std::vector<std::string> sent;
  for (int i = 0; i < count; ++i) {
    const std::string text = fmt::format("{} {}", i, std::string(random() % 20'000, 'x'));
    const auto send = [&]() -> task<> { co_await c.send_binary(text); };
    if (!(co_await cut_short(create_task(send), random)).is_cancelled()) sent.push_back(text);
  }
  co_await c.send("the end");
  co_return sent;
}

task<std::vector<std::string>> receive_somehow(connection& c, std::mt19937_64& random) {
  std::vector<std::string> seen;
  for (;;) {
    const auto next = [&]() -> task<std::string> {
      const auto m = co_await c.next();
      co_return m->data;
    };
    auto got = co_await cut_short(create_task(next), random);
    if (got.is_cancelled()) continue;
    if (got.value() == "the end") co_return seen;
    seen.push_back(std::move(got.value()));
  }
}

EDDY_SHUFFLED_TEST(websocket_cancel, of_send_and_next_loses_no_message_and_sends_no_cancelled_one) {
  std::mt19937_64 random(eddy::testing::seed());
  const connection_options small{.send_queue = 30'000, .compress = false};
  server s = speaking(echo, {.connection = small});
  co_await while_serving(s, [&](endpoint where) -> task<> {
    connection c = co_await connect(url_of(where), {.connection = small});
    auto sending = create_task(send_somehow, std::ref(c), std::ref(random), 40);
    const auto seen = co_await receive_somehow(c, random);
    const auto sent = co_await sending;
    EXPECT_EQ(seen.size(), sent.size());
    EXPECT_TRUE(seen == sent);
    co_await c.close();
  });
}

EDDY_TEST(websocket_cancel, of_a_sender_that_waits_leaves_the_queue_to_the_next) {
  event go;
  server s = speaking([&](connection& c) -> task<> {
    co_await go.wait();
    co_await echo(c);
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    connection c = co_await connect(url_of(where), {.connection = {.compress = false}});
    while (c.queued() < 200'000) {
      c.try_send(std::string(50'000, 'x'));
      co_await eddy::testing::settle();
    }
    const auto send = [&](std::string text) -> task<> { co_await c.send(std::move(text)); };
    auto large = create_task(send, std::string(200'000, 'y'));
    auto small = create_task(send, "small");
    co_await eddy::testing::settle();
    EXPECT_FALSE(small.done()) << "it must not pass the one before it";
    large.cancel();
    co_await small;
    EXPECT_TRUE((co_await eddy::outcome(large)).is_cancelled());
    go.set();
    std::string got;
    while (got != "small") {
      got = (co_await c.next())->data;
      EXPECT_NE(got.front(), 'y') << "the cancelled one";
    }
    co_await c.close();
  });
}

// `turns` of the loop after it has begun is one place of an operation; all of them together are all
// of its places. False: it was over.
template <class Work>
task<bool> cancel_after(int turns, Work work) {
  auto victim = create_task(work);
  for (int i = 0; i < turns; ++i) co_await yield();
  const bool in_time = victim.cancel();
  (void)co_await eddy::outcome(victim);
  co_return in_time;
}

EDDY_TEST(websocket_cancel, of_connect_anywhere_leaves_nothing_open) {
  server s = speaking(echo);
  co_await while_serving(s, [&](endpoint where) -> task<> {
    int turns = 0;
    const auto open = [&]() -> task<> {
      co_await with(connect(url_of(where)), [](connection&) -> task<> { co_return; });
    };
    while (co_await cancel_after(turns, open)) {
      co_await eddy::testing::settle();
      EXPECT_EQ(s.connections(), 0U) << "after " << turns << " turns";
      ++turns;
    }
    EXPECT_GE(turns, 5);
  });
}

EDDY_TEST(websocket_cancel, of_close_anywhere_lets_it_go_on) {
  std::vector<close_code> seen;
  server s = speaking([&](connection& c) -> task<> {
    (void)co_await eddy::outcome(echo(c));
    seen.push_back(c.reason()->code);
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    bool in_time = true;
    for (int turns = 0; in_time; ++turns) {
      connection c = co_await connect(url_of(where));
      in_time = co_await cancel_after(turns, [&]() -> task<> { co_await c.close(); });
      co_await c.close();
      co_await eddy::testing::settle();
      EXPECT_EQ(s.connections(), 0U) << "after " << turns << " turns";
    }
    EXPECT_GE(seen.size(), 3U);
    EXPECT_EQ(seen, std::vector(seen.size(), close_code::normal));
  });
}

}  // namespace
}  // namespace eddy::http::websocket
