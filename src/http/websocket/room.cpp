// SPDX-License-Identifier: MIT
#include <eddy/http/websocket_room.hpp>

#include <utility>

#include <http/websocket/session.hpp>

namespace eddy::http::websocket {

room::member room::join(connection& c) {
  members_.push_back(c.session_);
  return member(*this, std::prev(members_.end()));
}

std::size_t room::send(message m) {
  const detail::outgoing item = detail::to_send(std::move(m));
  std::size_t taken = 0;
  for (const auto& each : members_) taken += each->try_send(item) ? 1 : 0;
  return taken;
}

std::size_t room::send(std::string text) {
  return send(message{.kind = message_kind::text, .data = std::move(text)});
}

std::size_t room::send_binary(std::string bytes) {
  return send(message{.kind = message_kind::binary, .data = std::move(bytes)});
}

room::member::member(member&& other) noexcept
    : of_(std::exchange(other.of_, nullptr)), place_(other.place_) {}

room::member& room::member::operator=(member&& other) noexcept {
  std::swap(of_, other.of_);
  std::swap(place_, other.place_);
  return *this;
}

room::member::~member() {
  if (of_ != nullptr) of_->members_.erase(place_);
}

}  // namespace eddy::http::websocket
