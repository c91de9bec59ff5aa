// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>

#include "socket_checks.hpp"

namespace eddy::testing {

/// Closing, and resets at every step.
template <class Network>
struct socket_end_checks : socket_checks<Network> {
  using base = socket_checks<Network>;
  using base::cut;
  using base::expect_reset;
  using base::how_read_ends;
  using base::make_ends;
  using typename base::ends;
  using typename base::listener;
  using typename base::socket;

  static task<> a_destroyed_socket_is_a_closed_one() {
    ends made = co_await make_ends();
    {
      const socket gone = std::move(made.client);
    }
    EXPECT_EQ(co_await read_text(made.server), "");
  }

  static task<> closing_twice_is_closing() {
    ends made = co_await make_ends();
    made.client.close();
    EXPECT_FALSE(made.client.is_open());
    made.client.close();
    cut(made.client);
    EXPECT_EQ(co_await read_text(made.server), "");
  }

  static task<> a_socket_in_use_is_not_closed() {
    ends made = co_await make_ends();
    auto reading = create_task([&] { return read_exactly(made.server, 10); });
    co_await until_waiting("socket read");
    EXPECT_THROW(made.server.close(), std::logic_error);
    EXPECT_THROW(cut(made.server), std::logic_error);
    co_await made.client.write_all("still here");
    EXPECT_EQ(co_await reading, "still here");
  }

  static task<> a_closed_socket_fails_each_operation() {
    ends made = co_await make_ends();
    made.client.close();
    EXPECT_EQ(co_await how_read_ends(made.client), EBADF);
    EXPECT_THROW(co_await made.client.write_all("x"), io_error);
    EXPECT_THROW((void)co_await made.client.write_some("x"), io_error);
    EXPECT_THROW(co_await made.client.shutdown(), io_error);
  }

  static task<> a_reset_ends_a_read_that_waits() {
    ends made = co_await make_ends();
    auto reading = create_task([&] { return how_read_ends(made.server); });
    co_await until_waiting("socket read");
    cut(made.client);
    expect_reset(co_await reading);
  }

  static task<> a_reset_ends_a_write_that_waits() {
    ends made = co_await make_ends();
    const std::string much(16 << 20, 'x');
    auto writing = create_task([&]() -> task<> { co_await made.server.write_all(much); });
    co_await until_waiting("socket write");
    cut(made.client);
    EXPECT_THROW(co_await writing, io_error);
  }

  static task<> a_reset_while_the_peer_reads_and_writes_ends_both() {
    ends made = co_await make_ends();
    const std::string much(16 << 20, 'x');
    auto writing = create_task([&]() -> task<> { co_await made.server.write_all(much); });
    auto reading = create_task([&] { return how_read_ends(made.server); });
    co_await until_waiting("socket write");
    co_await until_waiting("socket read");
    cut(made.client);
    EXPECT_THROW(co_await writing, io_error);
    EXPECT_TRUE((co_await reading).has_value());
  }

  static task<> a_reset_is_seen_by_what_comes_after_it() {
    ends made = co_await make_ends();
    cut(made.client);
    co_await settle();
    expect_reset(co_await how_read_ends(made.server));
    EXPECT_THROW(co_await made.server.write_all("x"), io_error);
    co_await made.server.shutdown();  // there is no direction left to end, and nobody to tell
    made.server.close();
  }

  static task<> a_reset_after_the_peer_ended_its_direction() {
    ends made = co_await make_ends();
    co_await made.server.shutdown();
    EXPECT_EQ(co_await read_text(made.client), "");
    cut(made.client);
    expect_reset(co_await how_read_ends(made.server));
  }

  static task<> a_reset_of_both_ends() {
    ends made = co_await make_ends();
    co_await made.client.write_all("never read");
    cut(made.client);
    cut(made.server);
    EXPECT_FALSE(made.server.is_open());
  }

  static task<> an_error_names_the_peer() {
    ends made = co_await make_ends();
    const std::string peer = made.server.peer_name();
    EXPECT_FALSE(peer.empty());
    cut(made.client);
    co_await settle();
    (void)co_await how_read_ends(made.server);
    EXPECT_EQ(co_await error_of([&]() -> task<> { co_await made.server.write_all("x"); }),
              "write " + peer + ": Broken pipe");
  }

  static constexpr std::array checks{
      check{"a_destroyed_socket_is_a_closed_one", a_destroyed_socket_is_a_closed_one},
      check{"closing_twice_is_closing", closing_twice_is_closing},
      check{"a_socket_in_use_is_not_closed", a_socket_in_use_is_not_closed},
      check{"a_closed_socket_fails_each_operation", a_closed_socket_fails_each_operation},
      check{"a_reset_ends_a_read_that_waits", a_reset_ends_a_read_that_waits},
      check{"a_reset_ends_a_write_that_waits", a_reset_ends_a_write_that_waits},
      check{"a_reset_while_the_peer_reads_and_writes_ends_both",
            a_reset_while_the_peer_reads_and_writes_ends_both},
      check{"a_reset_is_seen_by_what_comes_after_it", a_reset_is_seen_by_what_comes_after_it},
      check{"a_reset_after_the_peer_ended_its_direction",
            a_reset_after_the_peer_ended_its_direction},
      check{"a_reset_of_both_ends", a_reset_of_both_ends},
      check{"an_error_names_the_peer", an_error_names_the_peer},
  };
};

}  // namespace eddy::testing
