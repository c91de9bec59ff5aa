// SPDX-License-Identifier: MIT
#include <fcntl.h>

#include <functional>
#include <string>
#include <vector>

#include "backend_harness.hpp"

namespace eddy::detail {
namespace {

using backend_operations = backend_test;
INSTANTIATE_TEST_SUITE_P(on, backend_operations, both_backends, backend_name);

TEST_P(backend_operations, recv_gives_what_is_already_there) {
  socket_pair pair;
  pair.they_write("hello");
  std::string buffer(16, '.');
  EXPECT_EQ(perform(recv_into(pair.ours, buffer)), 5);
  EXPECT_EQ(buffer.substr(0, 6), "hello.");
}

TEST_P(backend_operations, recv_waits_for_what_is_still_to_come) {
  socket_pair pair;
  std::string buffer(16, '.');
  recorded_op op(recv_into(pair.ours, buffer));
  start(op);
  expect_pending(op);
  pair.they_write("late");
  EXPECT_EQ(finish(op), 4);
  EXPECT_EQ(buffer.substr(0, 4), "late");
}

TEST_P(backend_operations, polling_delivers_what_is_ready) {
  socket_pair pair;
  std::string buffer(16, '.');
  recorded_op op(recv_into(pair.ours, buffer));
  start(op);
  expect_pending(op);
  pair.they_write("now");
  poll();
  EXPECT_EQ(op.completions, 1);
}

TEST_P(backend_operations, would_block_is_never_an_answer) {
  socket_pair pair;
  std::string buffer(16, '.');
  io_request request = recv_into(pair.ours, buffer);
  request.flags = MSG_DONTWAIT;  // io_uring says EAGAIN to this, and to other requests under load
  EXPECT_EQ(perform_after_waiting(request, [&] { pair.they_write("late"); }), 4);
  recorded_op op(request);
  start(op);
  expect_pending(op);
  backend_->cancel(op);
  EXPECT_EQ(finish(op), -ECANCELED);
  expect_no_more(op);
}

TEST_P(backend_operations, recv_leaves_what_does_not_fit_for_the_next) {
  socket_pair pair;
  pair.they_write("abcdef");
  std::string buffer(4, '.');
  EXPECT_EQ(perform(recv_into(pair.ours, buffer)), 4);
  EXPECT_EQ(buffer, "abcd");
  EXPECT_EQ(perform(recv_into(pair.ours, buffer)), 2);
  EXPECT_EQ(buffer, "efcd");
}

TEST_P(backend_operations, recv_gives_zero_at_the_end_of_the_stream) {
  socket_pair pair;
  std::string buffer(4, '.');
  recorded_op op(recv_into(pair.ours, buffer));
  start(op);
  expect_pending(op);
  pair.theirs.reset();
  EXPECT_EQ(finish(op), 0);
  EXPECT_EQ(perform(recv_into(pair.ours, buffer)), 0);
}

TEST_P(backend_operations, a_half_closed_peer_can_still_be_sent_to) {
  socket_pair pair;
  ::shutdown(pair.theirs.get(), SHUT_WR);
  std::string buffer(8, '.');
  EXPECT_EQ(perform(recv_into(pair.ours, buffer)), 0);
  EXPECT_EQ(perform(send_from(pair.ours, "bye")), 3);
  EXPECT_EQ(perform(recv_into(pair.theirs, buffer)), 3);
}

TEST_P(backend_operations, send_to_a_closed_peer_is_an_error_and_no_signal) {
  socket_pair pair;
  pair.theirs.reset();
  EXPECT_EQ(perform(send_from(pair.ours, "x")), -EPIPE);
}

TEST_P(backend_operations, send_to_a_full_socket_waits_until_there_is_room) {
  socket_pair pair;
  std::string sent(1 << 20, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 31 + i / 256);
  std::string received;
  std::string buffer(64 << 10, '\0');
  std::size_t position = 0;
  int waits = 0;
  while (position < sent.size()) {
    recorded_op op(send_from(pair.ours, std::string_view(sent).substr(position)));
    start(op);
    if (op.completions == 0) {
      ++waits;
      expect_pending(op);
      const int got = perform(recv_into(pair.theirs, buffer));
      ASSERT_GT(got, 0);
      received.append(buffer, 0, static_cast<std::size_t>(got));
      while (op.completions == 0) {
        const auto n = ::recv(pair.theirs.get(), buffer.data(), buffer.size(), 0);
        if (n > 0) received.append(buffer, 0, static_cast<std::size_t>(n));
        poll();
      }
    }
    const int n = finish(op);
    ASSERT_GT(n, 0);
    position += static_cast<std::size_t>(n);
  }
  EXPECT_GT(waits, 0);
  while (received.size() < sent.size()) {
    const int got = perform(recv_into(pair.theirs, buffer));
    ASSERT_GT(got, 0);
    received.append(buffer, 0, static_cast<std::size_t>(got));
  }
  EXPECT_EQ(received, sent);
}

TEST_P(backend_operations, connect_and_accept_meet) {
  bound_socket listener;
  listener.listen();
  recorded_op accepting(accept_on(listener.fd));
  start(accepting);
  expect_pending(accepting);

  const descriptor client = tcp_socket();
  EXPECT_EQ(perform(connect_to(client, listener.address)), 0);
  const descriptor server(finish(accepting));
  ASSERT_GE(server.get(), 0);
  EXPECT_TRUE(::fcntl(server.get(), F_GETFL) & O_NONBLOCK);
  EXPECT_TRUE(::fcntl(server.get(), F_GETFD) & FD_CLOEXEC);

  std::string buffer(8, '.');
  EXPECT_EQ(perform(send_from(client, "ping")), 4);
  EXPECT_EQ(perform(recv_into(server, buffer)), 4);
  EXPECT_EQ(perform(send_from(server, "pong!")), 5);
  EXPECT_EQ(perform(recv_into(client, buffer)), 5);
}

TEST_P(backend_operations, connect_tells_of_refusal) {
  const bound_socket nobody_listens;
  const descriptor client = tcp_socket();
  EXPECT_EQ(perform(connect_to(client, nobody_listens.address)), -ECONNREFUSED);
}

TEST_P(backend_operations, a_bad_descriptor_is_an_error) {
  std::string buffer(8, '.');
  EXPECT_EQ(perform(recv_into(descriptor(), buffer)), -EBADF);
  EXPECT_EQ(perform(send_from(descriptor(), "x")), -EBADF);
}

TEST_P(backend_operations, both_directions_of_a_socket_wait_at_once) {
  socket_pair pair;
  const std::string much(1 << 20, 'x');
  while (::send(pair.ours.get(), much.data(), much.size(), 0) > 0) {
  }
  std::string buffer(8, '.');
  recorded_op reading(recv_into(pair.ours, buffer));
  recorded_op writing(send_from(pair.ours, much));
  start(reading);
  start(writing);
  expect_pending(reading);
  expect_pending(writing);

  pair.they_write("in");
  EXPECT_EQ(finish(reading), 2);
  expect_pending(writing);

  std::string drain(1 << 20, '.');
  while (::recv(pair.theirs.get(), drain.data(), drain.size(), 0) > 0) {
  }
  EXPECT_GT(finish(writing), 0);
}

TEST_P(backend_operations, a_reset_connection_ends_both_directions) {
  bound_socket listener;
  listener.listen();
  const descriptor client = tcp_socket();
  EXPECT_EQ(perform(connect_to(client, listener.address)), 0);
  descriptor server(perform(accept_on(listener.fd)));
  const std::string much(1 << 20, 'x');
  while (::send(client.get(), much.data(), much.size(), MSG_NOSIGNAL) > 0) {
  }
  std::string buffer(8, '.');
  recorded_op reading(recv_into(client, buffer));
  recorded_op writing(send_from(client, much));
  start(reading);
  start(writing);
  expect_pending(reading);
  expect_pending(writing);

  const linger reset{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(server.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  server.reset();
  // One of the two takes the socket's error; the other finds the connection closed.
  const int read_result = finish(reading);
  const int write_result = finish(writing);
  EXPECT_TRUE(read_result == -ECONNRESET || read_result == 0) << read_result;
  EXPECT_TRUE(write_result == -ECONNRESET || write_result == -EPIPE) << write_result;
}

TEST_P(backend_operations, more_operations_than_the_ring_has_entries) {
  std::vector<socket_pair> pairs(400);
  std::vector<std::string> buffers(pairs.size(), std::string(8, '.'));
  std::vector<recorded_op> ops(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    ops[i].request = recv_into(pairs[i].ours, buffers[i]);
    start(ops[i]);
  }
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i].they_write(std::to_string(i));
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::string expected = std::to_string(i);
    EXPECT_EQ(finish(ops[i]), std::ssize(expected));
    EXPECT_EQ(buffers[i].substr(0, expected.size()), expected);
  }
}

using backend_descriptors = backend_test;
INSTANTIATE_TEST_SUITE_P(on, backend_descriptors, both_backends, backend_name);

TEST_P(backend_descriptors, a_forgotten_number_serves_the_next_socket) {
  std::string buffer(8, '.');
  for (int round = 0; round < 3; ++round) {
    socket_pair pair;
    recorded_op op(recv_into(pair.ours, buffer));
    start(op);
    expect_pending(op);
    pair.they_write("abc");
    EXPECT_EQ(finish(op), 3);
    backend_->forget(pair.ours.get());
  }
}

TEST_P(backend_descriptors, a_forgotten_socket_whose_duplicate_lives_is_forgotten_all_the_same) {
  std::string buffer(8, '.');
  socket_pair pair;
  recorded_op op(recv_into(pair.ours, buffer));
  start(op);
  expect_pending(op);
  pair.they_write("abc");
  EXPECT_EQ(finish(op), 3);
  const int number = pair.ours.get();
  const descriptor duplicate(::dup(number));
  backend_->forget(number);
  pair.ours.reset();

  socket_pair next;
  ASSERT_EQ(next.ours.get(), number);
  recorded_op waiting(recv_into(next.ours, buffer));
  start(waiting);
  pair.they_write("for the duplicate");
  expect_pending(waiting);
  next.they_write("xy");
  EXPECT_EQ(finish(waiting), 2);
  backend_->forget(number);

  // The first socket again, under its old number.
  ASSERT_EQ(::dup2(duplicate.get(), number), number);
  std::string whole(32, '.');
  EXPECT_EQ(perform(recv_into(next.ours, whole)), 17);
  EXPECT_EQ(perform_after_waiting(recv_into(next.ours, whole), [&] { pair.they_write("again"); }),
            5);
}

/// Does something when it completes, as an awaiter does that closes sockets.
struct acting_op final : recorded_op {
  using recorded_op::recorded_op;
  void complete(int r) noexcept override {
    recorded_op::complete(r);
    act();
  }
  std::function<void()> act;
};

TEST_P(backend_descriptors, an_event_of_a_closed_socket_does_not_reach_its_successor) {
  std::string buffer(8, '.');
  socket_pair first;
  socket_pair second;
  std::unique_ptr<socket_pair> successor;
  recorded_op on_successor;

  // Known to the backend, but nothing waits: its next event finds no operation.
  recorded_op warm_up(recv_into(second.ours, buffer));
  start(warm_up);
  expect_pending(warm_up);
  second.they_write("warm");
  EXPECT_EQ(finish(warm_up), 4);

  acting_op op(recv_into(first.ours, buffer));
  op.act = [&] {
    const int number = second.ours.get();
    backend_->forget(number);
    second.ours.reset();
    successor = std::make_unique<socket_pair>();
    ASSERT_EQ(successor->ours.get(), number);
    on_successor.request = recv_into(successor->ours, buffer);
    start(on_successor);
  };
  start(op);
  expect_pending(op);
  first.they_write("1");
  second.they_write("2");
  EXPECT_EQ(finish(op), 1);
  expect_pending(on_successor);
  successor->they_write("three");
  EXPECT_EQ(finish(on_successor), 5);
}

}  // namespace
}  // namespace eddy::detail
