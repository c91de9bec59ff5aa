// SPDX-License-Identifier: MIT
#include <eddy/testing/network.hpp>

#include <cerrno>
#include <chrono>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/to_thread.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/io/serve.hpp>
#include <eddy/io/tcp.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/settle.hpp>
#include <eddy/testing/test.hpp>

#include "in_child.hpp"
#include "two_hosts.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;
using namespace std::chrono_literals;

EDDY_TEST(network, connecting_takes_a_round_trip_and_half_of_one_more_to_be_accepted) {
  network().set_link({.latency = 20ms});
  tcp::listener listener = tcp::listen(server_at);
  auto accepting = create_task([&]() -> task<> {
    const tcp::socket accepted = co_await listener.accept();
    EXPECT_EQ(now(), 60ms);
    EXPECT_EQ(accepted.peer_endpoint().address.to_string(), "10.0.0.1");
  });
  const tcp::socket client = co_await tcp::connect(server_at);
  EXPECT_EQ(now(), 40ms);
  co_await accepting;
}

EDDY_TEST(network, a_byte_takes_the_latency_of_its_link) {
  two_hosts hosts = co_await two_hosts::connect();
  network().set_link("10.0.0.2", "10.0.0.1", {.latency = 3s});
  co_await hosts.client.write_all("x");
  co_await expect_read(hosts.server, "x");
  EXPECT_EQ(hosts.elapsed(), 3s);
  co_await hosts.server.write_all("y");
  co_await expect_read(hosts.client, "y");
  EXPECT_EQ(hosts.elapsed(), 6s);
}

EDDY_TEST(network, the_loopback_takes_no_time) {
  network().set_link({.latency = 1h, .loss = 1});
  tcp::listener listener = tcp::listen({ip_address::loopback_v4(), 0});
  auto [client, server] =
      co_await gather(tcp::connect(listener.local_endpoint()), listener.accept());
  co_await client.write_all("here");
  co_await expect_read(server, "here");
  EXPECT_EQ(now(), 0s);
}

EDDY_TEST(network, a_bandwidth_is_shared_by_all_that_goes_the_same_way) {
  two_hosts first = co_await two_hosts::connect();
  two_hosts second = co_await two_hosts::connect({first.there.address, 81});
  network().set_link({.bandwidth = 100'000});
  const std::string much(50'000, 'x');
  const auto start = now();
  co_await gather(first.client.write_all(much), second.client.write_all(much));
  co_await gather(expect_read(first.server, much), expect_read(second.server, much));
  EXPECT_EQ(now() - start, 1s);
}

EDDY_TEST(network, a_writer_waits_for_a_reader_that_does_not_read) {
  two_hosts hosts = co_await two_hosts::connect();
  const std::string much(1 << 20, 'x');
  EXPECT_FALSE(co_await wait_for_optional(write(hosts.client, much), 1h));
  hosts.client.reset();
}

EDDY_TEST(network, lost_packets_come_late_and_in_order) {
  two_hosts hosts = co_await two_hosts::connect();
  network().set_link({.latency = 10ms, .loss = 0.3});
  std::string sent;
  for (int i = 0; i < 20'000; ++i) sent += std::to_string(i);
  auto writing = create_task([&]() -> task<> { co_await hosts.client.write_all(sent); });
  co_await expect_read(hosts.server, sent);
  co_await writing;
  EXPECT_GT(hosts.elapsed(), 200ms);
  EXPECT_NE(network().trace().find("lost"), std::string::npos);
}

EDDY_TEST(network, a_partition_delays_what_tcp_sends_until_it_heals) {
  two_hosts hosts = co_await two_hosts::connect();
  network().partition("10.0.0.1", "10.0.0.2");
  co_await hosts.client.write_all("after all");
  EXPECT_FALSE(co_await wait_for_optional(read(hosts.server), 10s));
  network().heal();
  co_await expect_read(hosts.server, "after all");
  EXPECT_LT(hosts.elapsed(), 25s) << "it is tried every other time as long";
}

EDDY_TEST(network, a_partition_that_stays_ends_a_connection_that_sends) {
  two_hosts hosts = co_await two_hosts::connect();
  network().partition("10.0.0.1", "10.0.0.2");
  co_await hosts.client.write_all("into the void");
  EXPECT_EQ(co_await error_of(read(hosts.client)), ETIMEDOUT);
  EXPECT_GT(hosts.elapsed(), 10min);
  EXPECT_LT(hosts.elapsed(), 20min);
}

EDDY_TEST(network, a_connect_through_a_partition_gives_up_after_two_minutes) {
  network().partition("10.0.0.1", "10.0.0.2");
  const tcp::listener listener = tcp::listen(server_at);
  EXPECT_EQ(co_await error_of(tcp::connect(server_at)), ETIMEDOUT);
  EXPECT_EQ(now(), 127s);
}

EDDY_TEST(network, other_hosts_are_not_cut_off) {
  network().partition("10.0.0.1", "10.0.0.3");
  co_await two_hosts::connect();
}

EDDY_TEST(network, nobody_there_refuses_after_a_round_trip) {
  network().set_link({.latency = 20ms});
  EXPECT_EQ(co_await error_of(tcp::connect(server_at)), ECONNREFUSED);
  EXPECT_EQ(now(), 40ms);
}

EDDY_TEST(network, what_comes_for_a_closed_socket_resets_the_connection) {
  two_hosts hosts = co_await two_hosts::connect();
  network().set_link({.latency = 20ms});
  hosts.server.close();
  co_await hosts.client.write_all("nobody reads this");
  co_await sleep(40ms);
  EXPECT_EQ(co_await error_of(hosts.client.write_all("x")), EPIPE);
}

EDDY_TEST(network, a_reset_comes_late_where_packets_are_lost) {
  two_hosts hosts = co_await two_hosts::connect();
  network().set_link({.latency = 10ms, .loss = 0.9});
  hosts.client.reset();
  EXPECT_EQ(co_await error_of(read(hosts.server)), ECONNRESET);
  EXPECT_GT(hosts.elapsed(), 200ms);
  EXPECT_EQ(co_await error_of(tcp::connect({hosts.there.address, 81})), ECONNREFUSED);
}

EDDY_TEST(network, a_reset_never_comes_through_a_partition) {
  two_hosts hosts = co_await two_hosts::connect();
  network().partition("10.0.0.1", "10.0.0.2");
  hosts.client.reset();
  co_await sleep(1ms);
  network().heal();
  EXPECT_FALSE(co_await wait_for_optional(read(hosts.server), 1h));
  co_await hosts.server.write_all("anybody?");
  EXPECT_EQ(co_await error_of(read(hosts.server)), ECONNRESET);
}

EDDY_TEST(network, an_ipv6_listener_of_all_hosts_takes_ipv4) {
  tcp::listener listener = tcp::listen({ip_address::any_v6(), 80});
  auto [client, server] = co_await gather(tcp::connect(server_at), listener.accept());
  EXPECT_EQ(server.peer_endpoint().address.to_string(), "::ffff:10.0.0.1");
  co_await server.write_all("from six");
  co_await expect_read(client, "from six");
  EXPECT_THROW((void)tcp::listen({ip_address::any_v4(), 80}), io_error);
}

EDDY_TEST(network, a_reset_of_a_host_ends_its_connections_on_both_sides) {
  two_hosts hosts = co_await two_hosts::connect();
  auto reading = create_task([&] { return read(hosts.server); });
  co_await sleep(1s);
  network().reset_all("10.0.0.2");
  EXPECT_EQ(co_await error_of(reading), ECONNRESET);
  EXPECT_EQ(co_await error_of(read(hosts.client)), ECONNRESET);
  co_await two_hosts::connect({hosts.there.address, 81});
}

EDDY_TEST(network, a_storm_fills_the_backlog_and_is_accepted_in_time) {
  tcp::listener listener = tcp::listen(server_at, {.backlog = 100});
  network().storm(server_at, 300);
  std::vector<tcp::socket> accepted;
  while (accepted.size() < 300) accepted.push_back(co_await listener.accept());
  EXPECT_EQ(now(), 3s) << "those that the backlog had no room for try again after 1 s and 2 s";
  accepted.clear();
  co_await sleep(1s);
  EXPECT_NE(network().trace().find("10.99.99.99"), std::string::npos);
}

EDDY_TEST(network, a_planned_failure_happens_once) {
  tcp::listener listener = tcp::listen(server_at);
  network().fail_next(network_call::connect, ENETUNREACH);
  EXPECT_EQ(co_await error_of(tcp::connect(server_at)), ENETUNREACH);
  auto [client, server] = co_await gather(tcp::connect(server_at), listener.accept());
  network().fail_next(network_call::send, ENOBUFS);
  EXPECT_EQ(co_await error_of(client.write_all("x")), ENOBUFS);
  co_await client.write_all("y");
  co_await expect_read(server, "y");
}

EDDY_TEST(network, an_accept_without_descriptors_pauses) {
  tcp::listener listener = tcp::listen(server_at);
  network().fail_next(network_call::accept, EMFILE);
  ::testing::internal::CaptureStderr();
  auto [client, server] = co_await gather(tcp::connect(server_at), listener.accept());
  EXPECT_EQ(now(), 50ms);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "eddy: accept 10.0.0.2:80: Too many open files; trying again every 50 ms\n");
}

EDDY_SHUFFLED_TEST(network, short_reads_and_writes_and_interruptions_lose_nothing) {
  two_hosts hosts = co_await two_hosts::connect();
  network().set_faults(call_faults{.chunk = 5, .interrupted = 0.3});
  std::string sent;
  for (int i = 0; i < 200; ++i) sent += std::to_string(i);
  auto writing = create_task([&]() -> task<> { co_await hosts.client.write_all(sent); });
  co_await expect_read(hosts.server, sent);
  co_await writing;
}

EDDY_TEST(network, reads_are_cut_short_and_operations_interrupted) {
  struct counted final : detail::io_op {
    void complete(int r) noexcept override {
      loop::current()->completed();
      result = r;
    }
    int result = 0;
  };
  two_hosts hosts = co_await two_hosts::connect();
  co_await hosts.client.write_all("many bytes at once");
  network().set_faults({.chunk = 5});
  EXPECT_LE((co_await read(hosts.server)).size(), 5U);
  network().set_faults({.interrupted = 1});
  counted operation;
  char byte = 0;
  // Opened before it: the listener and the client.
  operation.request = {
      .code = detail::io_code::recv, .fd = (1 << 24) + 2, .data = &byte, .size = 1};
  EXPECT_FALSE(loop::current()->submit(operation)) << "though there are bytes";
  co_await settle();
  EXPECT_EQ(operation.result, -EINTR);
}

std::string last_trace;

task<> noisy() {
  network().set_link({.latency = 5ms, .jitter = 5ms, .bandwidth = 1'000'000, .loss = 0.1});
  two_hosts hosts = co_await two_hosts::connect();
  const std::string much(30'000, 'x');
  auto writing = create_task([&]() -> task<> { co_await hosts.client.write_all(much); });
  co_await expect_read(hosts.server, much);
  co_await writing;
  last_trace = network().trace();
}

TEST(network_seed, the_same_seed_gives_the_same_trace_and_another_gives_another) {
  const auto trace_under = [](const char* seed) {
    ::setenv("EDDY_SEED", seed, 1);
    run_shuffled(noisy);
    ::unsetenv("EDDY_SEED");
    return last_trace;
  };
  const std::string first = trace_under("1");
  EXPECT_EQ(trace_under("1"), first);
  EXPECT_NE(trace_under("2"), first);
}

EDDY_TEST(network, a_read_that_nothing_will_ever_end_is_a_deadlock) {
  EXPECT_TEST_FAILS(
      [] {
        run_virtual([]() -> task<> {
          two_hosts hosts = co_await two_hosts::connect();
          co_await read(hosts.server);
        });
      },
      "deadlock: every task waits(.*\n)*.*waits: socket read");
  co_return;
}

EDDY_TEST(network, a_partition_that_stays_does_not_keep_the_clock_going_for_ever) {
  EXPECT_TEST_FAILS(
      [] {
        run_virtual([]() -> task<> {
          two_hosts hosts = co_await two_hosts::connect();
          co_await hosts.client.write_all("read in the partition");
          co_await sleep(1s);
          network().partition("10.0.0.1", "10.0.0.2");
          co_await expect_read(hosts.server, "read in the partition");
          co_await read(hosts.server);
        });
      },
      "deadlock: every task waits");
  co_return;
}

EDDY_TEST(network, the_clock_stands_still_for_a_thread_while_packets_are_under_way) {
  two_hosts hosts = co_await two_hosts::connect();
  network().set_link({.latency = 1s});
  co_await hosts.client.write_all("x");
  co_await to_thread([] {});
  EXPECT_EQ(hosts.elapsed(), 0s);
  co_await expect_read(hosts.server, "x");
  EXPECT_EQ(hosts.elapsed(), 1s);
}

TEST(network_death, a_simulated_socket_that_is_left_open_fails_the_test_and_is_named) {
  EXPECT_TEST_FAILS(
      [] {
        run_virtual([]() -> task<> {
          (void)new tcp::listener(tcp::listen(server_at));
          co_return;
        });
      },
      "10.0.0.2:80 listens(.*\n)*.*simulated sockets were leaked");
}

TEST(network, is_only_there_under_the_virtual_clock) {
  EXPECT_THROW((void)network(), std::logic_error);
  eddy::run([]() -> task<> {
    EXPECT_THROW((void)network(), std::logic_error);
    co_return;
  });
}

class network_of_each : public io_test {};
TEST_P(network_of_each, is_simulated_under_the_virtual_clock_alone) {
  static bool simulated;
  simulated = false;
  run_network(
      []() -> task<> {
        try {
          const simulated_network& found = network();
          simulated = found.trace().empty();
        } catch (const std::logic_error&) {
        }
        co_return;
      },
      GetParam());
  EXPECT_EQ(simulated, GetParam() == backend_kind::sim);
}
INSTANTIATE_TEST_SUITE_P(on, network_of_each,
                         ::testing::Values(backend_kind::epoll, backend_kind::sim), backend_label);

EDDY_TEST(network, a_host_is_an_address) {
  EXPECT_THROW(network().partition("here", "10.0.0.1"), std::invalid_argument);
  co_return;
}

}  // namespace
}  // namespace eddy
