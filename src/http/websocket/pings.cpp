// SPDX-License-Identifier: MIT
#include <http/websocket/pings.hpp>

#include <charconv>
#include <system_error>
#include <utility>

namespace eddy::http::websocket::detail {

std::uint64_t pings::ask() noexcept {
  to_ask_ = true;
  return ++asked_;
}

void pings::take_pong(std::string_view payload) noexcept {
  std::uint64_t number = 0;
  const char* const end = payload.data() + payload.size();
  if (std::from_chars(payload.data(), end, number).ec != std::errc()) return;
  if (number > asked_ || number <= last_back_) return;
  last_back_ = number;
  changed_.set();
  changed_.clear();
}

void pings::append_to(std::string& out, message_writer& writer) {
  if (const auto payload = std::exchange(to_answer_, std::nullopt)) {
    writer.append_control(out, opcode::pong, *payload);
  }
  if (std::exchange(to_ask_, false)) {
    writer.append_control(out, opcode::ping, std::to_string(asked_));
  }
}

task<bool> pings::returned(std::uint64_t number) {
  while (last_back_ < number && !given_up_) co_await changed_.wait();
  co_return last_back_ >= number;
}

void pings::give_up() noexcept {
  given_up_ = true;
  changed_.set();
}

}  // namespace eddy::http::websocket::detail
