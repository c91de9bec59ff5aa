// SPDX-License-Identifier: MIT
//
// However a request ends, its place in the pool comes back.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/http/client.hpp>
#include <eddy/io/tls.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/network.hpp>
#include <eddy/testing/settle.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>
#include <tls_certificates.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using eddy::testing::network;
using testing::read_until;
using testing::while_talking_on;

const endpoint there{ip_address::v4({10, 0, 0, 2}), 443};

/// How far a request has got.
enum class progress { waits_for_place, connects, shakes_hands, sends, is_answered, reads };

/// What a server has seen of the connection that came last.
struct witness {
  int connections = 0;
  progress last{};
};

/// A server that speaks TLS and takes its time.
auto slow_server(witness& seen) {
  const auto& made = certificates::made();
  const auto context = tls::context::server(
      {.who_we_are = {.chain_file = made.file("server.pem"), .key_file = made.file("server.key")}});
  return [context, &seen](tcp::socket peer) -> task<> {
    try {
      ++seen.connections;
      seen.last = progress::shakes_hands;
      auto stream = co_await tls::accept(std::move(peer), context);
      seen.last = progress::sends;
      (void)co_await read_until(stream, "\r\n\r\n");
      co_await stream.write_all("HTTP/1.1 100 Continue\r\n\r\n");
      (void)co_await read_until(stream, "\r\n0\r\n\r\n");
      seen.last = progress::is_answered;
      co_await sleep(1ms);
      co_await stream.write_all("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n");
      seen.last = progress::reads;
      co_await sleep(3ms);
      co_await stream.write_all("3\r\nllo\r\n0\r\n\r\n");
      (void)co_await read_until(stream, "the end");
    } catch (const std::exception&) {
      // The client has gone.
    }
  };
}

body_stream two_pieces() {
  co_yield "one";
  co_await sleep(3ms);
  co_yield "two";
}

task<std::string> post(client& c) {
  response r = co_await c.post("https://shop.test/", {.body = body::stream(two_pieces())});
  co_return co_await r.text();
}

// Time stands still until all tasks wait, so `turns` of the loop after `time` is one place of the
// request, and all of them together are all of its places. Nothing: it was over.
task<std::optional<progress>> cancel_at(client& c, witness& seen, duration time, int turns) {
  seen = {};
  auto holder = create_task(post, std::ref(c));
  co_await eddy::testing::settle();
  auto victim = create_task(post, std::ref(c));
  co_await sleep(time);
  for (int i = 0; i < turns; ++i) co_await yield();
  std::optional<progress> at(seen.last);
  if (seen.connections < 2) at = holder.done() ? progress::connects : progress::waits_for_place;
  if (!victim.cancel()) at.reset();
  (void)co_await outcome(victim);
  EXPECT_EQ(co_await holder, "hello");
  EXPECT_EQ(c.in_use(), 0U) << "after " << time / 1us << " µs and " << turns << " turns";
  EXPECT_EQ(co_await post(c), "hello");
  co_return at;
}

EDDY_TEST(client_cancel, a_request_cancelled_at_any_suspension_gives_its_place_back) {
  network().set_link({.latency = 1ms});
  const auto context =
      tls::context::client({.trust = {.file = certificates::made().file("ca.pem")}});
  witness seen;
  std::set<progress> cancelled_at;
  co_await while_talking_on(tcp::listen(there), slow_server(seen), [&](endpoint) -> task<> {
    bool got_through = false;
    for (duration time = 0ms; !got_through; time += 1ms) {
      for (int turns = 0; turns < 12; ++turns) {
        client c({.max_connections = 1,
                  .keep_alive = 0ms,  // each request connects anew
                  .resolve = {{"shop.test", there}},
                  .tls = context});
        const auto at = co_await cancel_at(c, seen, time, turns);
        if (at) cancelled_at.insert(*at);
        got_through = !at;
        co_await c.close();
      }
    }
  });
  EXPECT_EQ(cancelled_at.size(), 6U) << "each stage of a request";
}

/// Asks with a good deal of chance, and may be cancelled anywhere.
task<> ask_somehow(client& c, std::uint64_t chance) {
  const std::string url = "http://host" + std::to_string(chance % 3) + ".test/";
  if (chance % 5 == 0) {
    response dropped = co_await c.get(url, {.retries = 0});
    co_return;
  }
  response r = chance % 7 == 0 ? co_await c.post(url, {.body = std::string(chance % 1000, 'x')})
                               : co_await c.get(url, {.retries = 0});
  EXPECT_EQ(co_await r.text(), "hello");
}

// Each is cancelled at a moment of its own, in the middle of what a request takes, so that about
// half of them get through.
task<> ask_and_cancel(client& c, std::mt19937_64& random, long count, long& done, long& cancelled) {
  for (long i = 0; i < count; ++i) {
    auto asking = create_task(ask_somehow, std::ref(c), random());
    co_await sleep(std::chrono::microseconds(random() % 8000));
    for (auto turns = random() % 4; turns > 0; --turns) co_await yield();
    asking.cancel();
    const auto end = co_await outcome(asking);
    end.is_cancelled() ? ++cancelled : ++done;
    EXPECT_TRUE(end.is_cancelled() || !end.error());
  }
}

// Under a sanitizer a tenth of them: all would take more than the minute a test has.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr long requests_of_each = 200;
#else
constexpr long requests_of_each = 2000;
#endif
constexpr int askers = 50;

EDDY_TEST(client_cancel, a_hundred_thousand_requests_cancelled_at_random_leave_every_place_free) {
  network().set_link({.latency = 500us, .jitter = 200us});
  const auto server = [](tcp::socket peer) -> task<> {
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    try {
      std::array<char, 2048> request;  // they come in one piece
      while (co_await peer.read_some(request) > 0) {
        co_await sleep(1ms);
        co_await peer.write_all(answer);
      }
    } catch (const io_error&) {
      // The client has gone.
    }
  };
  long done = 0;
  long cancelled = 0;
  co_await while_talking_on(
      tcp::listen({there.address, 80}), server, [&](endpoint where) -> task<> {
        client c(
            {.max_connections = 20,
             .max_per_host = 8,
             .resolve = {{"host0.test", where}, {"host1.test", where}, {"host2.test", where}}});
        std::mt19937_64 random(1);
        co_await with_task_group([&](task_group& group) -> task<> {
          for (int i = 0; i < askers; ++i) {
            (void)group.create_task(ask_and_cancel, std::ref(c), std::ref(random), requests_of_each,
                                    std::ref(done), std::ref(cancelled));
          }
          co_return;
        });
        EXPECT_EQ(c.in_use(), 0U);
        EXPECT_LE(c.idle(), 20U);
        // And they can be taken, all at once.
        std::vector<response> held;
        for (int i = 0; i < 8; ++i) held.push_back(co_await c.get("http://host0.test/"));
        EXPECT_EQ(c.idle() + c.in_use(), std::min<std::size_t>(c.idle() + c.in_use(), 20));
        held.clear();
        co_await c.close();
      });
  constexpr long all = askers * requests_of_each;
  EXPECT_EQ(done + cancelled, all);
  EXPECT_GT(done, all / 5);
  EXPECT_GT(cancelled, all / 5);
}

}  // namespace
}  // namespace eddy::http
