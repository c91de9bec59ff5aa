// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include "backend_harness.hpp"

namespace eddy::detail {
namespace {

using backend_cancel = backend_test;
INSTANTIATE_TEST_SUITE_P(on, backend_cancel, both_backends, backend_name);

TEST_P(backend_cancel, a_waiting_recv_ends_and_the_socket_stays_usable) {
  socket_pair pair;
  std::string buffer(8, '.');
  recorded_op op(recv_into(pair.ours, buffer));
  start(op);
  expect_pending(op);
  backend_->cancel(op);
  EXPECT_EQ(finish(op), -ECANCELED);
  expect_no_more(op);

  pair.they_write("abc");
  EXPECT_EQ(perform(recv_into(pair.ours, buffer)), 3);
  EXPECT_EQ(op.completions, 1);
}

TEST_P(backend_cancel, it_may_follow_the_start_at_once) {
  socket_pair pair;
  std::string buffer(8, '.');
  recorded_op op(recv_into(pair.ours, buffer));
  start(op);
  backend_->cancel(op);
  EXPECT_EQ(finish(op), -ECANCELED);
  expect_no_more(op);
}

TEST_P(backend_cancel, an_operation_at_the_address_of_a_cancelled_one_is_not_hit) {
  socket_pair pair;
  std::string buffer(8, '.');
  recorded_op op(recv_into(pair.ours, buffer));
  for (int round = 0; round < 3; ++round) {
    op.completions = 0;
    start(op);
    backend_->cancel(op);
    EXPECT_EQ(finish(op), -ECANCELED);
  }
  op.completions = 0;
  start(op);
  expect_pending(op);
  pair.they_write("abc");
  EXPECT_EQ(finish(op), 3);
}

TEST_P(backend_cancel, bytes_that_had_arrived_are_delivered_or_stay_in_the_socket) {
  for (const bool polled_before : {false, true}) {
    socket_pair pair;
    std::string buffer(8, '.');
    recorded_op op(recv_into(pair.ours, buffer));
    start(op);
    if (polled_before) expect_pending(op);
    pair.they_write("abc");
    if (op.completions == 0) backend_->cancel(op);
    if (finish(op) == -ECANCELED) {
      EXPECT_EQ(perform(recv_into(pair.ours, buffer)), 3);
    } else {
      EXPECT_EQ(op.result, 3);
    }
    EXPECT_EQ(buffer.substr(0, 3), "abc");
    expect_no_more(op);
  }
}

TEST_P(backend_cancel, a_connection_that_had_come_is_delivered_or_stays_in_the_backlog) {
  bound_socket listener;
  listener.listen();
  recorded_op accepting(accept_on(listener.fd));
  start(accepting);
  expect_pending(accepting);
  // Made behind the backend's back, so that the accept cannot complete before it is cancelled.
  const descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&listener.address),
                      sizeof listener.address),
            0);
  backend_->cancel(accepting);
  int accepted = finish(accepting);
  if (accepted == -ECANCELED) accepted = perform(accept_on(listener.fd));
  const descriptor server(accepted);
  EXPECT_GE(server.get(), 0);
  expect_no_more(accepting);
}

TEST_P(backend_cancel, a_waiting_accept_ends) {
  bound_socket listener;
  listener.listen();
  recorded_op accepting(accept_on(listener.fd));
  start(accepting);
  expect_pending(accepting);
  backend_->cancel(accepting);
  EXPECT_EQ(finish(accepting), -ECANCELED);
  expect_no_more(accepting);
}

TEST_P(backend_cancel, a_waiting_connect_ends) {
  // A listener with a full backlog drops what comes: connecting takes for ever.
  bound_socket listener;
  listener.listen(0);
  std::vector<descriptor> clients;
  std::vector<std::unique_ptr<recorded_op>> connecting;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(tcp_socket());
    connecting.push_back(
        std::make_unique<recorded_op>(connect_to(clients.back(), listener.address)));
    start(*connecting.back());
    poll();
  }
  recorded_op& last = *connecting.back();
  expect_pending(last);
  for (auto& op : connecting) {
    if (op->completions == 0) backend_->cancel(*op);
  }
  EXPECT_EQ(finish(last), -ECANCELED);
  expect_no_more(last);
}

TEST_P(backend_cancel, a_waiting_send_ends) {
  socket_pair pair;
  const std::string much(1 << 20, 'x');
  while (::send(pair.ours.get(), much.data(), much.size(), 0) > 0) {
  }
  recorded_op op(send_from(pair.ours, much));
  start(op);
  expect_pending(op);
  backend_->cancel(op);
  EXPECT_EQ(finish(op), -ECANCELED);
  expect_no_more(op);
}

TEST_P(backend_cancel, it_ends_one_direction_and_not_the_other) {
  socket_pair pair;
  const std::string much(1 << 20, 'x');
  while (::send(pair.ours.get(), much.data(), much.size(), 0) > 0) {
  }
  std::string buffer(8, '.');
  recorded_op reading(recv_into(pair.ours, buffer));
  recorded_op writing(send_from(pair.ours, much));
  start(reading);
  start(writing);
  backend_->cancel(writing);
  EXPECT_EQ(finish(writing), -ECANCELED);
  expect_pending(reading);
  pair.they_write("abc");
  EXPECT_EQ(finish(reading), 3);
}

TEST_P(backend_cancel, more_cancels_than_the_ring_has_entries) {
  std::vector<socket_pair> pairs(400);
  std::vector<std::string> buffers(pairs.size(), std::string(8, '.'));
  std::vector<recorded_op> ops(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    ops[i].request = recv_into(pairs[i].ours, buffers[i]);
    start(ops[i]);
  }
  poll();
  for (std::size_t i = 0; i < pairs.size(); i += 2) pairs[i].they_write("abc");
  for (recorded_op& op : ops) {
    if (op.completions == 0) backend_->cancel(op);
  }
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const int result = finish(ops[i]);
    const bool had_data = i % 2 == 0;
    EXPECT_TRUE(result == -ECANCELED || (had_data && result == 3)) << result;
  }
  for (const recorded_op& op : ops) expect_no_more(op);
}

}  // namespace
}  // namespace eddy::detail
