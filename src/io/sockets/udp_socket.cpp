// SPDX-License-Identifier: MIT
#include <sys/socket.h>

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/io/udp.hpp>

namespace eddy::udp {

// With MSG_TRUNC the result is the datagram's own length, however much of it found room.
socket::receiving::receiving(socket& from, void* into, std::size_t size) noexcept
    : io_awaiter({.code = detail::io_code::recv_message, .fd = from.fd_.get(), .flags = MSG_TRUNC},
                 from.reader_),
      socket_(&from) {
  request.data = &message_.header;
  message_.parts.to_receive(message_.header, into, size);
}

received socket::receiving::await_resume() {
  const int result = take_result();
  if (result < 0) socket_->fail_to_receive(-result);
  const auto length = static_cast<std::size_t>(result);
  const std::size_t room = message_.parts.piece.iov_len;
  return {.size = std::min(length, room),
          .from = message_.parts.address.to_endpoint(),
          .truncated = length > room};
}

socket::sending::sending(socket& by, const void* data, std::size_t size,
                         const endpoint* to) noexcept
    : io_awaiter({.code = detail::io_code::send_message, .fd = by.fd_.get()}, by.writer_),
      socket_(&by) {
  request.data = &message_.header;
  message_.parts.to_send(message_.header, data, size, to);
}

void socket::sending::await_resume() {
  const int result = take_result();
  if (result >= 0) return;
  if (message_.header.msg_name == nullptr) socket_->fail_to_send(nullptr, -result);
  const endpoint to = message_.parts.address.to_endpoint();
  socket_->fail_to_send(&to, -result);
}

socket::receiving socket::receive_from(std::span<std::byte> into) noexcept {
  return {*this, into.data(), into.size()};
}
socket::receiving socket::receive_from(std::span<char> into) noexcept {
  return {*this, into.data(), into.size()};
}
socket::sending socket::send_to(std::span<const std::byte> bytes, const endpoint& to) noexcept {
  return {*this, bytes.data(), bytes.size(), &to};
}
socket::sending socket::send_to(std::string_view bytes, const endpoint& to) noexcept {
  return {*this, bytes.data(), bytes.size(), &to};
}
socket::sending socket::send(std::span<const std::byte> bytes) noexcept {
  return {*this, bytes.data(), bytes.size(), nullptr};
}
socket::sending socket::send(std::string_view bytes) noexcept {
  return {*this, bytes.data(), bytes.size(), nullptr};
}

void socket::close() {
  if (reader_.taken() || writer_.taken()) {
    throw std::logic_error(
        "eddy: socket close while a task receives or sends: cancel that task first");
  }
  fd_.close();
}

endpoint socket::local_endpoint() const {
  detail::socket_address address;
  const int result =
      detail::sockets_here().local_name(fd_.get(), address.data(), address.size_to_fill());
  if (result < 0) throw io_error(-result, "getsockname");
  return address.to_endpoint();
}

void socket::fail_to_receive(int error) const {
  throw io_error(error, peer_ ? fmt::format("receive from {}", peer_->to_string()) : "receive");
}

void socket::fail_to_send(const endpoint* to, int error) const {
  if (to == nullptr && peer_) to = &*peer_;
  throw io_error(error, to != nullptr ? fmt::format("send to {}", to->to_string()) : "send");
}

}  // namespace eddy::udp
