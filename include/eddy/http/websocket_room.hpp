// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>

#include <eddy/http/websocket_connection.hpp>

namespace eddy::http::websocket {

/// Connections that are told the same.
///
/// Lifetime: outlives its members.
class room {
 public:
  class member;

  room() = default;
  room(const room&) = delete;
  room& operator=(const room&) = delete;

  /// Puts the connection into the room for as long as the member lives.
  [[nodiscard]] member join(connection& c);

  /// Leaves the message to be sent to all, as `connection::try_send` does: the text is held once.
  /// Nobody waits for a slow one. Gives the number of those who took it.
  ///
  /// Errors: throws `std::invalid_argument` for a text that is not UTF-8.
  std::size_t send(std::string text);
  std::size_t send(message m);
  std::size_t send_binary(std::string bytes);

  [[nodiscard]] std::size_t size() const noexcept { return members_.size(); }

 private:
  std::list<std::shared_ptr<detail::session>> members_;
};

/// A connection's place in a room; leaves it when destroyed.
class [[nodiscard("a member that is dropped leaves at once")]] room::member {
 public:
  member(member&& other) noexcept;
  member& operator=(member&& other) noexcept;
  ~member();

 private:
  friend class room;
  using place = std::list<std::shared_ptr<detail::session>>::iterator;
  member(room& of, place where) noexcept : of_(&of), place_(where) {}

  room* of_;
  place place_;
};

}  // namespace eddy::http::websocket
