// SPDX-License-Identifier: MIT
#include <sys/socket.h>

#include <algorithm>

#include <eddy/io/udp.hpp>

namespace eddy::udp {
namespace {

detail::datagram_batch& made(std::unique_ptr<detail::datagram_batch>& batch) {
  if (batch == nullptr) batch = std::make_unique<detail::datagram_batch>();
  return *batch;
}

}  // namespace

socket::receiving_many::receiving_many(socket& from, std::span<incoming> into) noexcept
    : io_awaiter({.code = detail::io_code::recv_messages,
                  .fd = from.fd_.get(),
                  .flags = MSG_TRUNC,
                  .size = std::min(into.size(), detail::datagram_batch::size)},
                 from.reader_),
      socket_(&from),
      into_(into) {}

bool socket::receiving_many::suspend(detail::frame& owner) {
  // Only now, and not if it will be refused: the batch is the socket's, and may be in use.
  if (!socket_->reader_.taken()) {
    detail::datagram_batch& batch = made(socket_->batch_in_);
    for (std::size_t i = 0; i < request.size; ++i) {
      batch.parts[i].to_receive(batch.headers[i].msg_hdr, into_[i].buffer.data(),
                                into_[i].buffer.size());
    }
    request.data = batch.headers.data();
  }
  return io_awaiter::suspend(owner);
}

std::size_t socket::receiving_many::await_resume() {
  const int result = take_result();
  if (result < 0) socket_->fail_to_receive(-result);
  const auto count = static_cast<std::size_t>(result);
  const detail::datagram_batch& batch = *socket_->batch_in_;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t length = batch.headers[i].msg_len;
    const std::size_t room = into_[i].buffer.size();
    into_[i].datagram = {.size = std::min(length, room),
                         .from = batch.parts[i].address.to_endpoint(),
                         .truncated = length > room};
  }
  return count;
}

socket::sending_many::sending_many(socket& by, std::span<const outgoing> datagrams) noexcept
    : io_awaiter({.code = detail::io_code::send_messages, .fd = by.fd_.get()}, by.writer_),
      socket_(&by),
      left_(datagrams) {}

bool socket::sending_many::suspend(detail::frame& owner) {
  if (!socket_->writer_.taken()) {
    made(socket_->batch_out_);
    load();
  }
  return io_awaiter::suspend(owner);
}

void socket::sending_many::load() noexcept {
  detail::datagram_batch& batch = *socket_->batch_out_;
  request.data = batch.headers.data();
  request.size = std::min(left_.size(), detail::datagram_batch::size);
  for (std::size_t i = 0; i < request.size; ++i) {
    const outgoing& datagram = left_[i];
    batch.parts[i].to_send(batch.headers[i].msg_hdr, datagram.bytes.data(), datagram.bytes.size(),
                           socket_->peer_ ? nullptr : &datagram.to);
  }
}

bool socket::sending_many::is_over(int result) noexcept {
  if (result < 0) return true;
  left_ = left_.subspan(static_cast<std::size_t>(result));
  load();
  return left_.empty();
}

void socket::sending_many::await_resume() {
  const int result = take_result();
  if (result >= 0) return;
  const bool of_one = !left_.empty() && !socket_->peer_;
  socket_->fail_to_send(of_one ? &left_.front().to : nullptr, -result);
}

socket::receiving_many socket::receive_many(std::span<incoming> into) noexcept {
  return {*this, into};
}
socket::sending_many socket::send_many(std::span<const outgoing> datagrams) noexcept {
  return {*this, datagrams};
}

}  // namespace eddy::udp
