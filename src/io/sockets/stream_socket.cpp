// SPDX-License-Identifier: MIT
#include <eddy/io/detail/stream_socket.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include <fmt/format.h>

#include <eddy/core/error.hpp>

namespace eddy::detail {

stream_socket::reading::reading(stream_socket& from, void* into, std::size_t size) noexcept
    : io_awaiter({.code = io_code::recv,
                  .fd = from.fd_.get(),
                  .data = into,
                  .size = std::min(size, longest_request)},
                 from.reader_),
      socket_(&from) {}

std::optional<int> stream_socket::reading::submit() noexcept {
  if (request.size == 0) return 0;  // the system would wait for bytes even so
  return io_awaiter::submit();
}

std::size_t stream_socket::reading::await_resume() {
  const int result = take_result();
  if (result < 0) socket_->fail("read", -result);
  return static_cast<std::size_t>(result);
}

stream_socket::writing_some::writing_some(stream_socket& to, const void* from,
                                          std::size_t size) noexcept
    : io_awaiter({.code = io_code::send,
                  .fd = to.fd_.get(),
                  .data = const_cast<void*>(from),
                  .size = std::min(size, longest_request)},
                 to.writer_),
      socket_(&to) {}

std::size_t stream_socket::writing_some::await_resume() {
  const int result = take_result();
  if (result < 0) socket_->fail("write", -result);
  return static_cast<std::size_t>(result);
}

stream_socket::writing::writing(stream_socket& to, const void* from, std::size_t size) noexcept
    : io_awaiter({.code = io_code::send,
                  .fd = to.fd_.get(),
                  .data = const_cast<void*>(from),
                  .size = std::min(size, longest_request)},
                 to.writer_),
      socket_(&to),
      left_(size) {}

bool stream_socket::writing::is_over(int result) noexcept {
  if (result < 0) return true;
  const auto sent = static_cast<std::size_t>(result);
  left_ -= sent;
  request.data = static_cast<std::byte*>(request.data) + sent;
  request.size = std::min(left_, longest_request);
  return left_ == 0;
}

void stream_socket::writing::await_resume() {
  const int result = take_result();
  if (result < 0) socket_->fail("write", -result);
}

stream_socket::writing_pieces::writing_pieces(
    stream_socket& to, std::span<const std::span<const std::byte>> pieces) noexcept
    : gather_send(to.fd_.get(), to.writer_, pieces), socket_(&to) {}

void stream_socket::writing_pieces::await_resume() {
  const int result = take_result();
  if (result < 0) socket_->fail("write", -result);
}

stream_socket::reading stream_socket::read_some(std::span<std::byte> into) noexcept {
  return {*this, into.data(), into.size()};
}
stream_socket::reading stream_socket::read_some(std::span<char> into) noexcept {
  return {*this, into.data(), into.size()};
}
stream_socket::writing stream_socket::write_all(std::span<const std::byte> bytes) noexcept {
  return {*this, bytes.data(), bytes.size()};
}
stream_socket::writing stream_socket::write_all(std::string_view bytes) noexcept {
  return {*this, bytes.data(), bytes.size()};
}
stream_socket::writing_pieces stream_socket::write_all(
    std::span<const std::span<const std::byte>> pieces) noexcept {
  return {*this, pieces};
}
stream_socket::writing_some stream_socket::write_some(std::span<const std::byte> bytes) noexcept {
  return {*this, bytes.data(), bytes.size()};
}
stream_socket::writing_some stream_socket::write_some(std::string_view bytes) noexcept {
  return {*this, bytes.data(), bytes.size()};
}

task<> stream_socket::shutdown() {
  if (writer_.taken()) {
    throw std::logic_error("eddy: socket shutdown while a task writes: await the write first");
  }
  // ENOTCONN: the peer has reset the connection, and there is no direction left to end.
  const int result = sockets_here().shutdown(fd_.get(), SHUT_WR);
  if (result < 0 && result != -ENOTCONN) fail("shutdown", -result);
  co_return;
}

void stream_socket::close() {
  if (reader_.taken() || writer_.taken()) {
    throw std::logic_error(
        "eddy: socket close while a task reads or writes: cancel that task first");
  }
  fd_.close();
}

stream_socket::connecting::connecting(stream_socket& s, const void* address,
                                      std::uint32_t size) noexcept
    : io_awaiter(
          {.code = io_code::connect, .fd = s.fd_.get(), .address = address, .address_size = size},
          s.writer_) {}

stream_socket::connecting stream_socket::start_connect(const void* address,
                                                       std::uint32_t size) noexcept {
  return {*this, address, size};
}

void stream_socket::fail(std::string_view verb, int error) const {
  throw io_error(error, fmt::format("{} {}", verb, peer_name()));
}

}  // namespace eddy::detail
