// SPDX-License-Identifier: MIT
// Tests of a client that asks again, on a network that is as bad as a test wants it.
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/io/serve.hpp>
#include <eddy/io/tcp.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/network.hpp>
#include <eddy/testing/test.hpp>

using namespace std::chrono_literals;
using eddy::testing::network;
using eddy::testing::now;

const eddy::endpoint server = eddy::endpoint::parse("10.0.0.2:80").value();

eddy::task<std::string> read_to_end(eddy::tcp::socket& from) {
  std::string text;
  std::string piece(100, '\0');
  while (const std::size_t count = co_await from.read_some(piece)) text.append(piece, 0, count);
  co_return text;
}

/// One question, one answer, on a connection of its own.
eddy::task<std::string> ask_once(std::string question) {
  eddy::tcp::socket connection = co_await eddy::tcp::connect(server);
  co_await connection.write_all(question);
  co_await connection.shutdown();
  co_return co_await read_to_end(connection);
}

/// Tries three times, for two seconds each.
eddy::task<std::string> ask(std::string question) {
  for (int attempt = 1;; ++attempt) {
    try {
      co_return co_await eddy::wait_for(ask_once(question), 2s);
    } catch (const std::exception&) {
      if (attempt == 3) throw;
    }
  }
}

/// Runs `body` beside a server that gives each question back.
template <class Body>
eddy::task<> with_server(Body body) {
  eddy::tcp::listener listener = eddy::tcp::listen(server);
  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    auto serving = group.create_task([&]() -> eddy::task<> {
      co_await eddy::serve(listener, [](eddy::tcp::socket client) -> eddy::task<> {
        co_await client.write_all(co_await read_to_end(client));
      });
    });
    co_await body();
    serving.cancel();
  });
}

// snippet: latency
EDDY_TEST(ask, takes_a_round_trip_to_connect_and_another_one_to_ask) {
  network().set_link({.latency = 50ms});
  co_await with_server([]() -> eddy::task<> {
    EXPECT_EQ(co_await ask("hello"), "hello");
    EXPECT_EQ(now(), 200ms);  // to the nanosecond
  });
}
// end snippet

// snippet: partition
EDDY_TEST(ask, survives_a_partition) {
  co_await with_server([]() -> eddy::task<> {
    network().partition("10.0.0.1", "10.0.0.2");
    const auto answer = eddy::create_task(ask, "hello");
    co_await eddy::sleep(2500ms);
    network().heal();
    EXPECT_EQ(co_await answer, "hello");
    EXPECT_EQ(now(),
              3s);  // TCP tries again after a second: the first attempt in vain, the second not
  });
}
// end snippet

// snippet: loss
EDDY_SHUFFLED_TEST(ask, gets_its_answer_on_a_bad_network) {
  eddy::testing::simulated_network& net = network();
  net.set_link({.latency = 20ms, .jitter = 10ms, .bandwidth = 100'000, .loss = 0.05});
  net.set_faults(eddy::testing::call_faults{.chunk = 3, .interrupted = 0.1});
  co_await with_server([]() -> eddy::task<> { EXPECT_FALSE((co_await ask("hello")).empty()); });
}
// end snippet

// snippet: faults
EDDY_TEST(ask, hides_an_error_of_the_network) {
  co_await with_server([]() -> eddy::task<> {
    network().fail_next(eddy::testing::network_call::connect, ENETUNREACH);
    EXPECT_EQ(co_await ask("hello"), "hello");
  });
}
// end snippet

// snippet: trace
EDDY_TEST(ask, leaves_a_trace) {
  network().set_link({.latency = 50ms});
  co_await with_server([]() -> eddy::task<> { co_await ask("hello"); });
  std::fputs(network().trace().c_str(), stdout);
}
// end snippet

eddy::task<> exchange_a_line() {
  eddy::tcp::listener listener = eddy::tcp::listen({eddy::ip_address::loopback_v4(), 0});
  auto [near, far] =
      co_await eddy::gather(eddy::tcp::connect(listener.local_endpoint()), listener.accept());
  co_await near.write_all("a line");
  near.close();
  EXPECT_EQ(co_await read_to_end(far), "a line");
}

// snippet: everywhere
EDDY_NETWORK_TEST(sockets, exchange_a_line) { co_await exchange_a_line(); }

class on_every_network : public eddy::testing::io_test {};
TEST_P(on_every_network, with_a_fixture) {
  eddy::testing::run_network(exchange_a_line, GetParam());
}
INSTANTIATE_TEST_SUITE_P(all, on_every_network, ::testing::Values(eddy::backend_kind::sim),
                         eddy::testing::backend_label);
// end snippet

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
  if (argc == 1) delete listeners.Release(listeners.default_result_printer());
  const int status = RUN_ALL_TESTS();
  std::puts(status == 0 ? "all tests passed" : "a test failed: run me with --verbose");
  return status;
}
