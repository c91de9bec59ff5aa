// SPDX-License-Identifier: MIT
//
// Ten thousand connections that come and go, at once and one after the other, however they end.
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <string>
#include <utility>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/io/serve.hpp>
#include <eddy/io/unix_socket.hpp>
#include <eddy/testing/test.hpp>

#include "tcp_pair.hpp"

namespace eddy {
namespace {

// In rounds, each of which has the watchdog's five seconds.
constexpr int rounds = 5;
constexpr int connections = 2000;
constexpr int at_once = 50;

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

/// Clients make `connections` to the listener, each of which ends in one of four ways.
template <class Listener, class Connect, class End>
task<> churn(Listener& listener, Connect connect, End end) {
  int accepted = 0;
  const auto handler = [&]<class Socket>(Socket client) -> task<> {
    ++accepted;
    std::string text(16, '\0');
    try {
      co_await client.write_all("hello");
      while (co_await client.read_some(text) > 0) {
      }
    } catch (const io_error&) {  // a reset
    }
  };
  auto server = create_task([&] { return serve(listener, handler); });
  const auto come_and_go = [&](int first) -> task<> {
    for (int i = first; i < connections; i += at_once) {
      auto socket = co_await connect();
      co_await expect_text(socket, "hello");
      co_await end(socket, i);
      // All but those in progress are gone, or about to go.
      if (i % 1000 == 0) EXPECT_LT(open_descriptors(), 50 + 3 * at_once);
    }
  };
  const auto before = open_descriptors();
  co_await with_task_group([&](task_group& clients) -> task<> {
    for (int i = 0; i < at_once; ++i) (void)clients.create_task(come_and_go, i);
    co_return;
  });
  while (accepted < connections) co_await yield();
  server.cancel();
  EXPECT_THROW(co_await server, task_cancelled);
  EXPECT_EQ(open_descriptors(), before);
}

task<> churn_tcp() {
  tcp::listener listener = listen_on_loopback();
  const endpoint there = listener.local_endpoint();
  co_await churn(
      listener, [&] { return tcp::connect(there); },
      [](tcp::socket& s, int number) -> task<> {
        switch (number % 8) {
          case 0:
            co_await s.write_all("bye");
            break;
          case 1:
            co_await s.shutdown();
            break;
          default:  // most: the others keep their ports for a minute
            s.reset();
        }
      });
}

task<> churn_unix() {
  const std::string name = "@eddy churn " + std::to_string(::getpid());
  unix_socket::listener listener = unix_socket::listen(name);
  co_await churn(
      listener, [&] { return unix_socket::connect(name); },
      [](unix_socket::socket& s, int number) -> task<> {
        if (number % 2 == 0) co_await s.write_all("bye");
        if (number % 3 == 0) co_await s.shutdown();
      });
}

class churn_test : public testing::io_test {
 protected:
  void run(task<> (*round)()) {
    for (int i = 0; i < rounds && !HasFailure() && !IsSkipped(); ++i) {
      testing::run_real(round, GetParam());
    }
  }
};

TEST_P(churn_test, of_tcp_connections_leaves_no_descriptor) { run(churn_tcp); }
TEST_P(churn_test, of_unix_connections_leaves_no_descriptor) { run(churn_unix); }

INSTANTIATE_TEST_SUITE_P(io, churn_test,
                         ::testing::Values(backend_kind::uring, backend_kind::epoll),
                         testing::backend_label);

}  // namespace
}  // namespace eddy
