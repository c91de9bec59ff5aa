// SPDX-License-Identifier: MIT
//
// socat at the other end: what it understands is not our own misunderstanding.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <string>

#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/io/udp.hpp>
#include <eddy/io/unix_socket.hpp>
#include <eddy/testing/test.hpp>

#include <real_peers.hpp>
#include <temporary_folder.hpp>

#include "socket_support.hpp"

namespace eddy {
namespace {

using testing::child_process;
using testing::find_program;
using namespace std::chrono_literals;

class socat : public testing::io_test {
 protected:
  void SetUp() override {
    program = find_program("socat");
    if (program.empty()) GTEST_SKIP() << "socat is not installed";
  }
  static inline std::string program;
};

INSTANTIATE_TEST_SUITE_P(peers, socat, ::testing::Values(backend_kind::uring, backend_kind::epoll),
                         testing::backend_label);

TEST_P(socat, echoes_over_a_unix_socket) {
  testing::run_real(
      []() -> task<> {
        const testing::temporary_folder folder;
        const std::string path = folder.path() / "echo";
        const child_process peer({program, "UNIX-LISTEN:" + path, "EXEC:/bin/cat"});
        while (!std::filesystem::exists(path)) co_await sleep(5ms);
        unix_socket::socket s = co_await unix_socket::connect(path);
        co_await s.write_all("through socat");
        co_await s.shutdown();
        EXPECT_EQ(co_await read_to_end(s), "through socat");
      },
      GetParam());
}

TEST_P(socat, connects_to_our_listener) {
  testing::run_real(
      []() -> task<> {
        const testing::temporary_folder folder;
        unix_socket::listener listener = unix_socket::listen(folder.path() / "ours");
        const child_process peer(
            {program, "UNIX-CONNECT:" + listener.path(), "SYSTEM:echo it was me"});
        unix_socket::socket s = co_await listener.accept();
        EXPECT_EQ(co_await read_to_end(s), "it was me\n");
      },
      GetParam());
}

TEST_P(socat, echoes_over_udp) {
  testing::run_real(
      []() -> task<> {
        // A port that was free a moment ago.
        const endpoint there = udp::bind({ip_address::loopback_v4(), 0}).local_endpoint();
        const child_process peer(
            {program, "UDP4-RECVFROM:" + std::to_string(there.port) + ",bind=127.0.0.1,fork",
             "EXEC:/bin/cat"});
        udp::socket s = co_await udp::connect(there);
        std::array<char, 64> buffer{};
        for (;;) {
          try {
            co_await s.send("datagram");
            const udp::received got = co_await s.receive_from(buffer);
            EXPECT_EQ(std::string_view(buffer.data(), got.size), "datagram");
            EXPECT_EQ(got.from, there);
            break;
          } catch (const io_error& e) {
            EXPECT_EQ(e.code().value(), ECONNREFUSED);  // it has not started yet
          }
          co_await sleep(5ms);
        }
      },
      GetParam());
}

}  // namespace
}  // namespace eddy
