// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <vector>

#include <eddy/core/task_group.hpp>
#include <eddy/core/time.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/io/ip_address.hpp>

namespace eddy::detail {

using address_sink = std::function<void(std::vector<ip_address>)>;

/// RFC 8305: connect to a host of many addresses, some of which lead nowhere. The addresses come as
/// they are found, IPv6 and IPv4 in turn; the next is tried when the one before has failed or has
/// taken too long, and all tried so far stay in the race.
class happy_eyeballs {
 public:
  struct failure {
    ip_address to;
    std::exception_ptr why;
  };
  /// What the race is about.
  struct contest {
    /// Gives the addresses to the sink, all at once or some at a time, at least one; or throws.
    std::function<task<>(const address_sink&)> find;
    /// Puts the addresses that wait in the order to try them.
    std::function<std::vector<ip_address>(std::vector<ip_address>)> order;
    /// Ends when it has connected; throws when it cannot. More than one may, in one turn of the
    /// loop.
    std::function<task<>(ip_address)> connect;
  };

  explicit happy_eyeballs(contest c) : contest_(std::move(c)) {}

  /// Ends when one has connected, and all others have been cancelled and joined: true. False: all
  /// have failed, see `failures`.
  ///
  /// Errors: throws what `find` threw if it found nothing.
  [[nodiscard]] task<bool> run();
  /// In the order in which they failed.
  [[nodiscard]] const std::vector<failure>& failures() const noexcept { return failures_; }

 private:
  [[nodiscard]] task<> direct(task_group& attempts);
  [[nodiscard]] task<> look_up();
  [[nodiscard]] task<> attempt(ip_address to);
  void found(const std::vector<ip_address>& addresses);
  void start_next(task_group& attempts);
  /// Waits until something has happened, or until an attempt is due.
  [[nodiscard]] task<> news();

  contest contest_;
  std::vector<ip_address> waiting_;
  std::optional<bool> last_was_v6_;     // nothing: none has been tried
  time_point due_ = time_point::min();  // before that, no attempt is begun
  std::size_t running_ = 0;
  bool won_ = false;
  bool looked_up_ = false;
  std::exception_ptr not_found_;
  std::vector<failure> failures_;
  event happened_;
};

}  // namespace eddy::detail
