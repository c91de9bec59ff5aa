// SPDX-License-Identifier: MIT
// TCP sockets that are read again and again, and listeners with many clients: where io_uring takes
// more from the kernel than was asked for, nobody may notice.
#include <poll.h>

#include <string>
#include <vector>

#include "backend_harness.hpp"

namespace eddy::detail {
namespace {

std::string pattern(std::size_t size, std::size_t seed = 0) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>((i + seed) * 31 + i / 251);
  return text;
}

class backend_streams : public backend_test {
 protected:
  /// Reads until the socket is one that is read again and again.
  void warm_up(const tcp_pair& pair) {
    std::string buffer(8, '.');
    for (int i = 0; i < 3; ++i) {
      pair.they_write("warm");
      EXPECT_EQ(perform(recv_into(pair.ours, buffer)), 4);
    }
    recorded_op op(recv_into(pair.ours, buffer));
    start(op);
    expect_pending(op);
    backend_->cancel(op);
    EXPECT_EQ(finish(op), -ECANCELED);
  }
  void poll_often() {
    for (int i = 0; i < 10; ++i) poll();
  }
  void close(descriptor& d) {
    backend_->forget(d.get());
    d.reset();
  }
  std::string read(const descriptor& from, std::size_t most) {
    std::string text(most, '.');
    const int got = perform(recv_into(from, text));
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }
};

INSTANTIATE_TEST_SUITE_P(on, backend_streams, both_backends, backend_name);

TEST_P(backend_streams, what_comes_between_two_reads_is_there_for_the_next) {
  tcp_pair pair;
  warm_up(pair);
  pair.they_write("abc");
  poll_often();
  pair.they_write("def");
  poll_often();
  EXPECT_EQ(read(pair.ours, 2), "ab");
  EXPECT_EQ(read(pair.ours, 8), "cdef");
}

TEST_P(backend_streams, a_cancelled_read_takes_nothing_with_it) {
  tcp_pair pair;
  warm_up(pair);
  std::string buffer(8, '.');
  recorded_op op(recv_into(pair.ours, buffer));
  start(op);
  expect_pending(op);
  pair.they_write("kept");
  backend_->cancel(op);
  finish(op);
  if (op.result == -ECANCELED) {
    EXPECT_EQ(read(pair.ours, 8), "kept");
  } else {
    EXPECT_EQ(op.result, 4);
  }
  expect_no_more(op);
}

TEST_P(backend_streams, the_end_comes_after_the_last_byte_and_stays) {
  tcp_pair pair;
  warm_up(pair);
  pair.they_write("last");
  ::shutdown(pair.theirs.get(), SHUT_WR);
  poll_often();
  EXPECT_EQ(read(pair.ours, 3), "las");
  EXPECT_EQ(read(pair.ours, 8), "t");
  std::string buffer(8, '.');
  EXPECT_EQ(perform(recv_into(pair.ours, buffer)), 0);
  EXPECT_EQ(perform(recv_into(pair.ours, buffer)), 0);
}

TEST_P(backend_streams, a_reset_is_told_to_whoever_reads_next) {
  tcp_pair pair;
  warm_up(pair);
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(pair.theirs.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  pair.theirs.reset();
  poll_often();
  std::string buffer(8, '.');
  EXPECT_EQ(perform(recv_into(pair.ours, buffer)), -ECONNRESET);
}

TEST_P(backend_streams, long_stretches_come_whole_whatever_the_size_of_the_reads) {
  for (const std::size_t room : {std::size_t{7}, std::size_t{2048}, std::size_t{100'000}}) {
    tcp_pair pair;
    warm_up(pair);
    const std::string sent = pattern(room * 20 + 300'000, room);
    std::string got;
    std::size_t position = 0;
    while (got.size() < sent.size()) {
      const auto n = ::send(pair.theirs.get(), sent.data() + position, sent.size() - position,
                            MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n > 0) position += static_cast<std::size_t>(n);
      const std::string part = read(pair.ours, room);
      ASSERT_FALSE(part.empty());
      got += part;
    }
    EXPECT_TRUE(got == sent) << "reads of " << room;
    // And small messages again, after the stretch.
    for (int i = 0; i < 10; ++i) {
      pair.they_write("small");
      EXPECT_EQ(read(pair.ours, room < 5 ? 5 : room).substr(0, 5), "small");
    }
    backend_->forget(pair.ours.get());
  }
}

TEST_P(backend_streams, a_peer_that_nobody_reads_is_slowed_down) {
  tcp_pair pair;
  const int small = 4096;
  ::setsockopt(pair.theirs.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  ::setsockopt(pair.ours.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  warm_up(pair);
  const std::string chunk(1024, 'x');
  std::size_t sent = 0;
  int refusals = 0;
  while (refusals < 100 && sent < (8U << 20)) {
    const auto n = ::send(pair.theirs.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (n > 0) sent += static_cast<std::size_t>(n);
    refusals = n > 0 ? 0 : refusals + 1;
    poll();
  }
  EXPECT_LT(sent, 1U << 20);
  std::size_t got = 0;
  while (got < sent) got += read(pair.ours, 4096).size();
  EXPECT_EQ(got, sent);
}

TEST_P(backend_streams, more_unread_streams_than_there_is_memory_lent_lose_nothing) {
  std::vector<tcp_pair> pairs(400);
  for (const tcp_pair& pair : pairs) warm_up(pair);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    for (int k = 0; k < 4; ++k) pairs[i].they_write(pattern(3000, i));
    poll();
  }
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    std::string got;
    while (got.size() < 12'000) got += read(pairs[i].ours, 5000);
    const std::string once = pattern(3000, i);
    ASSERT_TRUE(got == once + once + once + once) << i;
    backend_->forget(pairs[i].ours.get());
  }
}

TEST_P(backend_streams, the_bytes_of_a_closed_socket_do_not_reach_its_successor) {
  tcp_pair first;
  tcp_pair second;
  warm_up(first);
  first.they_write("of the first");
  poll_often();
  const int number = first.ours.get();
  close(first.ours);
  ASSERT_EQ(::dup2(second.ours.get(), number), number);
  descriptor successor(number);
  second.they_write("of the second");
  EXPECT_EQ(read(successor, 32), "of the second");
  std::string buffer(8, '.');
  const auto more = [&] { second.they_write("more"); };
  EXPECT_EQ(perform_after_waiting(recv_into(successor, buffer), more), 4);
  backend_->forget(number);
}

TEST_P(backend_streams,
       a_read_given_up_before_the_kernel_heard_of_it_takes_nothing_of_a_successor) {
  tcp_pair first;
  tcp_pair second;
  first.they_write("warm");
  EXPECT_EQ(read(first.ours, 8), "warm");
  std::string buffer(8, '.');
  recorded_op op(recv_into(first.ours, buffer));
  start(op);
  backend_->cancel(op);
  EXPECT_EQ(finish(op), -ECANCELED);
  const int number = first.ours.get();
  close(first.ours);
  second.they_write("of the second");
  ASSERT_EQ(::dup2(second.ours.get(), number), number);
  const descriptor successor(number);
  poll();
  EXPECT_EQ(::recv(number, buffer.data(), 8, MSG_DONTWAIT), 8);
  EXPECT_EQ(buffer, "of the s");
}

TEST_P(backend_streams, a_closed_socket_ends_the_stream_of_its_peer) {
  tcp_pair pair;
  warm_up(pair);
  close(pair.ours);
  poll();
  char byte = 0;
  pollfd waiting{.fd = pair.theirs.get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&waiting, 1, 5000), 1);
  EXPECT_EQ(::recv(pair.theirs.get(), &byte, 1, MSG_DONTWAIT), 0);
}

TEST_P(backend_streams, polling_sees_bytes_that_have_been_taken_from_the_kernel) {
  tcp_pair pair;
  warm_up(pair);
  recorded_op op({.code = io_code::poll_in, .fd = pair.ours.get()});
  start(op);
  expect_pending(op);
  pair.they_write("abc");
  EXPECT_TRUE(finish(op) & POLLIN);
  EXPECT_TRUE(perform({.code = io_code::poll_in, .fd = pair.ours.get()}) & POLLIN);
  EXPECT_EQ(read(pair.ours, 8), "abc");
}

class backend_listeners : public backend_streams {
 protected:
  static std::vector<descriptor> clients(const bound_socket& listener, int count) {
    std::vector<descriptor> all;
    for (int i = 0; i < count; ++i) {
      all.push_back(tcp_socket());
      (void)::connect(all.back().get(), reinterpret_cast<const sockaddr*>(&listener.address),
                      sizeof listener.address);
    }
    return all;
  }
};

INSTANTIATE_TEST_SUITE_P(on, backend_listeners, both_backends, backend_name);

TEST_P(backend_listeners, a_storm_of_connections_is_accepted_one_by_one) {
  bound_socket listener;
  listener.listen(256);
  const std::vector<descriptor> storm = clients(listener, 100);
  for (int i = 0; i < 100; ++i) {
    const descriptor accepted(perform(accept_on(listener.fd)));
    ASSERT_GE(accepted.get(), 0);
    poll();
  }
  recorded_op op(accept_on(listener.fd));
  start(op);
  expect_pending(op);
  backend_->cancel(op);
  EXPECT_EQ(finish(op), -ECANCELED);
  backend_->forget(listener.fd.get());
}

TEST_P(backend_listeners, a_cancelled_accept_loses_no_connection) {
  bound_socket listener;
  listener.listen();
  recorded_op op(accept_on(listener.fd));
  start(op);
  expect_pending(op);
  backend_->cancel(op);
  EXPECT_EQ(finish(op), -ECANCELED);
  const std::vector<descriptor> late = clients(listener, 3);
  poll_often();
  for (int i = 0; i < 3; ++i) EXPECT_GE(descriptor(perform(accept_on(listener.fd))).get(), 0);
  backend_->forget(listener.fd.get());
}

TEST_P(backend_listeners, closing_refuses_those_who_were_not_taken_and_frees_the_port) {
  bound_socket listener;
  const int on = 1;
  ::setsockopt(listener.fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  listener.listen();
  const sockaddr_in address = listener.address;
  recorded_op op(accept_on(listener.fd));
  start(op);
  expect_pending(op);
  backend_->cancel(op);
  EXPECT_EQ(finish(op), -ECANCELED);
  const std::vector<descriptor> untaken = clients(listener, 3);
  poll_often();
  close(listener.fd);

  for (const descriptor& client : untaken) {
    pollfd waiting{.fd = client.get(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&waiting, 1, 5000), 1);
    char byte = 0;
    EXPECT_LE(::recv(client.get(), &byte, 1, MSG_DONTWAIT), 0);
  }
  const descriptor next = tcp_socket();
  ::setsockopt(next.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  EXPECT_EQ(::bind(next.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0)
      << std::strerror(errno);
  EXPECT_EQ(::listen(next.get(), 1), 0);
}

TEST_P(backend_listeners, connections_nobody_took_are_closed_with_the_loop) {
  bound_socket listener;
  listener.listen();
  recorded_op op(accept_on(listener.fd));
  start(op);
  expect_pending(op);
  const std::vector<descriptor> all = clients(listener, 3);
  const descriptor first(finish(op));
  EXPECT_GE(first.get(), 0);
  poll_often();
  backend_->forget(listener.fd.get());
  backend_.reset();
  listener.fd.reset();
  for (std::size_t i = 1; i < all.size(); ++i) {
    pollfd waiting{.fd = all[i].get(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&waiting, 1, 5000), 1) << i;
  }
}

}  // namespace
}  // namespace eddy::detail
