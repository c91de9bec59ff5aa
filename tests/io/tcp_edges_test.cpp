// SPDX-License-Identifier: MIT
//
// Reads that follow one that came up short: whatever there is to read must be read, though nothing
// tells of it a second time.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/create_task.hpp>
#include <eddy/io/tcp.hpp>
#include <eddy/testing/test.hpp>

#include "tcp_pair.hpp"

namespace eddy {
namespace {

/// The client's end, from outside of eddy: what it does is in the kernel when a call returns.
class raw_client {
 public:
  explicit raw_client(const endpoint& server) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(server.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  }
  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;
  ~raw_client() { ::close(fd_); }

  void send(std::string_view bytes, int flags = 0) const {
    EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), flags), std::ssize(bytes));
  }
  void end() const { EXPECT_EQ(::shutdown(fd_, SHUT_WR), 0); }

 private:
  int fd_;
};

/// A task that waits in a read until `act` has been done, then reads what there is.
template <class Act>
task<std::string> read_across(tcp::socket& from, Act act) {
  auto reading = create_task(read_text, std::ref(from));
  co_await until_waiting("socket read");
  act();
  co_return co_await std::move(reading);
}

EDDY_IO_TEST(tcp_edges, the_end_right_behind_the_last_bytes_is_seen) {
  tcp::listener listener = listen_on_loopback();
  const raw_client client(listener.local_endpoint());
  tcp::socket server = co_await listener.accept();
  EXPECT_EQ(co_await read_across(server,
                                 [&] {
                                   client.send("abc");
                                   client.end();
                                 }),
            "abc");
  EXPECT_EQ(co_await read_text(server), "");
}

EDDY_IO_TEST(tcp_edges, what_comes_while_nobody_reads_is_there_for_the_next) {
  tcp::listener listener = listen_on_loopback();
  const raw_client client(listener.local_endpoint());
  tcp::socket server = co_await listener.accept();
  // Something must be under way, or nobody looks for what comes.
  auto accepting = create_task([&] { return listener.accept(); });
  EXPECT_EQ(co_await read_across(server, [&] { client.send("abc"); }), "abc");
  client.send("def");
  co_await settle();
  co_await expect_text(server, "def");
  client.end();
  co_await settle();
  EXPECT_EQ(co_await read_text(server), "");
  const raw_client last(listener.local_endpoint());
  EXPECT_TRUE((co_await accepting).is_open());
}

EDDY_IO_TEST(tcp_edges, what_lies_behind_urgent_data_is_read) {
  tcp::listener listener = listen_on_loopback();
  const raw_client client(listener.local_endpoint());
  tcp::socket server = co_await listener.accept();
  EXPECT_EQ(co_await read_across(server,
                                 [&] {
                                   client.send("ab");
                                   client.send("!", MSG_OOB);
                                   client.send("cd");
                                 }),
            "ab");
  co_await expect_text(server, "cd");
}

EDDY_IO_TEST(tcp_edges, a_descriptor_used_again_forgets_the_last_one) {
  tcp::listener listener = listen_on_loopback();
  for (int i = 0; i < 2; ++i) {
    const raw_client client(listener.local_endpoint());
    tcp::socket server = co_await listener.accept();
    client.send("abc");
    co_await settle();
    co_await expect_text(server, "abc");
    EXPECT_EQ(co_await read_across(server, [&] { client.send("def"); }), "def");
  }
}

}  // namespace
}  // namespace eddy
