// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <eddy/core/detail/socket_calls.hpp>
#include <eddy/core/detail/timer_queue.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/testing/network.hpp>

#include "chance.hpp"
#include "interruptions.hpp"
#include "links.hpp"
#include "names.hpp"
#include "post.hpp"
#include "socket.hpp"
#include "trace.hpp"

namespace eddy::testing::sim {

class datagram_socket;
class stream_socket;

/// The sockets of a test and what lies between them. Nothing here happens by itself: the backend
/// moves the time and has what is due delivered.
class network final : public eddy::detail::socket_calls {
 public:
  explicit network(std::uint64_t seed);
  ~network();

  // What all parts share.
  time_point now{};
  eddy::detail::timer_queue events;
  chance random;
  links between;
  link at_home;  // of Unix sockets
  sim::names names;
  trace log;
  call_faults faults;
  sim::interruptions interruptions;
  sim::post post{*this};
  simulated_network controls{*this};

  /// Lets everything arrive that is due by `now`. Ends no operation.
  void advance() noexcept;
  /// The same, and tries again what waits.
  void deliver() noexcept;
  void will_retry(socket& s) { woken_.push_back(&s); }
  void forget_woken(const socket& s) noexcept { std::erase(woken_, &s); }
  [[nodiscard]] time_point next_event() noexcept;

  [[nodiscard]] socket* find(int fd) const noexcept;
  [[nodiscard]] static bool is_real(int fd) noexcept { return fd >= 0 && fd < first_descriptor; }
  [[nodiscard]] int adopt(std::unique_ptr<socket> made);
  /// Whoever a connection to that address is for, or null.
  [[nodiscard]] stream_socket* find_listener(const address& at);
  /// Whoever a datagram to that address is for, or null.
  [[nodiscard]] datagram_socket* find_datagram_socket(const address& at, const address& from);
  /// What is sent to all hosts goes to this one.
  [[nodiscard]] static address destination(address to);
  /// Of sockets that connect unbound.
  [[nodiscard]] static ip_address usual_host(int family) noexcept;

  // Faults.
  void plan_failure(network_call call, int error);
  [[nodiscard]] int take_planned(network_call call) noexcept;
  /// How much of `most` bytes a read or write moves.
  [[nodiscard]] std::size_t cut_short(std::size_t most);
  void reset_all(const ip_address& host);
  void storm(const endpoint& listener, int clients);

  /// The names of those that have a descriptor, for a message.
  [[nodiscard]] std::string open_sockets() const;

  // What is no descriptor of its own goes to the system.
  int open(int family, int type) noexcept override;
  int pair(int type, int (&fds)[2]) noexcept override;
  int bind(int fd, const sockaddr* address, socklen_t size) noexcept override;
  int listen(int fd, int backlog) noexcept override;
  int local_name(int fd, sockaddr* address, socklen_t* size) noexcept override;
  int peer_name(int fd, sockaddr* address, socklen_t* size) noexcept override;
  int set_option(int fd, int level, int name, const void* value, socklen_t size) noexcept override;
  int get_option(int fd, int level, int name, void* value, socklen_t* size) noexcept override;
  int shutdown(int fd, int how) noexcept override;
  void close(int fd) noexcept override;

 private:
  /// One with that name, or with the name of all hosts, that `suits(socket)`; or null.
  template <class Suits>
  [[nodiscard]] socket* find_named(int type, const address& at, Suits suits);

  // So high that no real one meets it. A number is used once: what outlives its socket finds none.
  static constexpr int first_descriptor = 1 << 24;

  /// The socket of that number, with all that has happened to it so far.
  [[nodiscard]] socket* look_up(int fd) noexcept {
    advance();
    return find(fd);
  }

  std::array<std::deque<int>, 4> planned_;  // by network_call
  std::vector<socket*> woken_;
  std::vector<std::unique_ptr<stream_socket>> crowd_;
  std::vector<std::unique_ptr<socket>> sockets_;  // by descriptor
};

/// That of the loop's backend, or null.
[[nodiscard]] network* network_of(loop& home);

}  // namespace eddy::testing::sim
