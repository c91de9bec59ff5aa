// SPDX-License-Identifier: MIT
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/io/tcp.hpp>

#include "sockaddr.hpp"

namespace eddy::tcp {

socket::reading::reading(socket& from, void* into, std::size_t size) noexcept
    : io_awaiter({.code = detail::io_code::recv,
                  .fd = from.fd_.get(),
                  .data = into,
                  .size = std::min(size, longest_request)},
                 from.reader_),
      socket_(&from) {}

std::size_t socket::reading::await_resume() {
  const int result = take_result();
  if (result < 0) socket_->fail("read", -result);
  return static_cast<std::size_t>(result);
}

socket::writing_some::writing_some(socket& to, const void* from, std::size_t size) noexcept
    : io_awaiter({.code = detail::io_code::send,
                  .fd = to.fd_.get(),
                  .data = const_cast<void*>(from),
                  .size = std::min(size, longest_request)},
                 to.writer_),
      socket_(&to) {}

std::size_t socket::writing_some::await_resume() {
  const int result = take_result();
  if (result < 0) socket_->fail("write", -result);
  return static_cast<std::size_t>(result);
}

socket::writing::writing(socket& to, const void* from, std::size_t size) noexcept
    : io_awaiter({.code = detail::io_code::send,
                  .fd = to.fd_.get(),
                  .data = const_cast<void*>(from),
                  .size = std::min(size, longest_request)},
                 to.writer_),
      socket_(&to),
      left_(size) {}

bool socket::writing::is_over(int result) noexcept {
  if (result < 0) return true;
  const auto sent = static_cast<std::size_t>(result);
  left_ -= sent;
  request.data = static_cast<std::byte*>(request.data) + sent;
  request.size = std::min(left_, longest_request);
  return left_ == 0;
}

void socket::writing::await_resume() {
  const int result = take_result();
  if (result < 0) socket_->fail("write", -result);
}

socket::reading socket::read_some(std::span<std::byte> into) noexcept {
  return {*this, into.data(), into.size()};
}
socket::reading socket::read_some(std::span<char> into) noexcept {
  return {*this, into.data(), into.size()};
}
socket::writing socket::write_all(std::span<const std::byte> bytes) noexcept {
  return {*this, bytes.data(), bytes.size()};
}
socket::writing socket::write_all(std::string_view bytes) noexcept {
  return {*this, bytes.data(), bytes.size()};
}
socket::writing_some socket::write_some(std::span<const std::byte> bytes) noexcept {
  return {*this, bytes.data(), bytes.size()};
}
socket::writing_some socket::write_some(std::string_view bytes) noexcept {
  return {*this, bytes.data(), bytes.size()};
}

task<> socket::shutdown() {
  if (writer_.taken()) {
    throw std::logic_error("eddy: socket shutdown while a task writes: await the write first");
  }
  // ENOTCONN: the peer has reset the connection, and there is no direction left to end.
  const int result = detail::sockets_here().shutdown(fd_.get(), SHUT_WR);
  if (result < 0 && result != -ENOTCONN) fail("shutdown", -result);
  co_return;
}

void socket::close() {
  if (reader_.taken() || writer_.taken()) {
    throw std::logic_error(
        "eddy: socket close while a task reads or writes: cancel that task first");
  }
  fd_.close();
}

void socket::reset() {
  const linger no_delivery{.l_onoff = 1, .l_linger = 0};
  detail::sockets_here().set_option(fd_.get(), SOL_SOCKET, SO_LINGER, &no_delivery,
                                    sizeof no_delivery);
  close();
}

endpoint socket::local_endpoint() const {
  detail::socket_address address;
  const int result =
      detail::sockets_here().local_name(fd_.get(), address.data(), address.size_to_fill());
  if (result < 0) fail("getsockname", -result);
  return address.to_endpoint();
}

void socket::fail(std::string_view verb, int error) const {
  throw io_error(error, fmt::format("{} {}", verb, peer_.to_string()));
}

}  // namespace eddy::tcp
