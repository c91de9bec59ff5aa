// SPDX-License-Identifier: MIT
#include <http/websocket/send_queue.hpp>

#include <stdexcept>
#include <utility>

#include <http/websocket/utf8_checker.hpp>

namespace eddy::http::websocket::detail {

outgoing to_send(message m) {
  utf8_checker utf8;
  if (m.is_text() && !(utf8.feed(m.data) && utf8.complete())) {
    throw std::invalid_argument(
        "websocket: a text to be sent is not UTF-8; send_binary takes any bytes");
  }
  return {m.kind, std::make_shared<const std::string>(std::move(m.data))};
}

send_queue::send_queue(std::size_t most, slow_client when_full) noexcept
    : queue({.bytes = most},
            [](const outgoing& item) { return item.data->size() + message_overhead; }),
      when_full_(when_full) {}

bool send_queue::add(const outgoing& item) {
  while (!try_put(outgoing(item))) {
    if (when_full_ == slow_client::close) return false;
    drop_one();
    while (when_full_ == slow_client::coalesce && !empty()) drop_one();
  }
  return true;
}

void send_queue::drop_one() {
  (void)try_get();
  ++dropped_;
}

}  // namespace eddy::http::websocket::detail
