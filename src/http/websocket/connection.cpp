// SPDX-License-Identifier: MIT
#include <eddy/http/websocket_connection.hpp>

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/create_task.hpp>
#include <http/websocket/session.hpp>

namespace eddy::http::websocket {

connection::connection(std::shared_ptr<detail::session> session) noexcept
    : session_(std::move(session)) {}

connection::connection(connection&& other) noexcept
    : session_(std::move(other.session_)), running_(std::exchange(other.running_, std::nullopt)) {}

connection& connection::operator=(connection&& other) noexcept {
  std::swap(session_, other.session_);
  std::swap(running_, other.running_);
  return *this;
}

connection::~connection() {
  if (running_) running_->cancel();
}

task<std::optional<message>> connection::next() { return session_->next(); }

task<> connection::send(message m) { return session_->send(detail::to_send(std::move(m))); }

task<> connection::send(std::string text) {
  return send(message{.kind = message_kind::text, .data = std::move(text)});
}

task<> connection::send_binary(std::string bytes) {
  return send(message{.kind = message_kind::binary, .data = std::move(bytes)});
}

bool connection::try_send(message m) { return session_->try_send(detail::to_send(std::move(m))); }

bool connection::try_send(std::string text) {
  return try_send(message{.kind = message_kind::text, .data = std::move(text)});
}

bool connection::try_send_binary(std::string bytes) {
  return try_send(message{.kind = message_kind::binary, .data = std::move(bytes)});
}

task<duration> connection::ping() { return session_->ping(); }

task<> connection::close(close_code code, std::string text) {
  if (!detail::may_be_sent(code)) {
    throw std::invalid_argument(
        fmt::format("websocket close: {} is not a code to be sent", static_cast<unsigned>(code)));
  }
  return session_->close({.code = code, .text = std::move(text)});
}

task<> connection::close(exit_status end) {
  return close(end == exit_status::error ? close_code::internal_error : close_code::normal);
}

bool connection::closing() const noexcept { return session_->closing(); }

const std::optional<close_reason>& connection::reason() const noexcept {
  return session_->reason();
}

const std::string& connection::subprotocol() const noexcept {
  return session_->setup().subprotocol;
}

std::size_t connection::queued() const noexcept { return session_->queued(); }

std::size_t connection::dropped() const noexcept { return session_->dropped(); }

bool connection::compresses() const noexcept { return session_->setup().deflate.has_value(); }

}  // namespace eddy::http::websocket
