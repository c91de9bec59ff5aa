// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/task.hpp>
#include <eddy/io/detail/descriptor.hpp>
#include <eddy/io/detail/gather_send.hpp>
#include <eddy/io/detail/io_awaiter.hpp>

namespace eddy::detail {

/// What a connected stream socket does, whatever its family: TCP and Unix connections are this, and
/// differ in their names and options.
///
/// One task may read while another writes; a second one in the same direction gets
/// `std::logic_error`. All failures are `io_error` and name the peer: `read 10.0.0.7:80: Connection
/// reset by peer`.
/// Lifetime: neither destroyed nor moved while an operation is in flight.
class stream_socket {
 public:
  class reading;
  class writing;
  class writing_pieces;
  class writing_some;

  /// Waits for bytes and puts them at the start of `into`; gives their number, at least 1; 0 at the
  /// end of the stream, and for an empty span.
  ///
  /// Lifetime: `into` lives until the operation has ended.
  /// Cancellation: safe; bytes that had arrived are delivered or stay in the socket.
  [[nodiscard]] reading read_some(std::span<std::byte> into) noexcept;
  [[nodiscard]] reading read_some(std::span<char> into) noexcept;

  /// Sends all of `bytes`, waiting for room as often as it takes.
  ///
  /// Lifetime: `bytes` lives until the operation has ended.
  /// Cancellation: an unknown part may have been sent; only closing is useful then.
  [[nodiscard]] writing write_all(std::span<const std::byte> bytes) noexcept;
  [[nodiscard]] writing write_all(std::string_view bytes) noexcept;
  /// The same for several pieces, one behind the other, by one system call.
  [[nodiscard]] writing_pieces write_all(
      std::span<const std::span<const std::byte>> pieces) noexcept;

  /// Sends what there is room for, waiting until there is some; gives the number of bytes sent.
  ///
  /// Lifetime: `bytes` lives until the operation has ended.
  /// Cancellation: safe; nothing was sent.
  [[nodiscard]] writing_some write_some(std::span<const std::byte> bytes) noexcept;
  [[nodiscard]] writing_some write_some(std::string_view bytes) noexcept;

  /// Ends the stream in this direction: the peer reads what was written, then the end. Reading goes
  /// on. Never waits; awaited as every stream's is, for some have something left to send.
  [[nodiscard]] task<> shutdown();

  /// Closes now; what was written is still delivered. Operations after it fail.
  /// Errors: throws `std::logic_error` while an operation is in flight: cancel its task first.
  void close();
  [[nodiscard]] bool is_open() const noexcept { return fd_.is_open(); }

  /// The other end as messages name it: `10.0.0.7:80`, `/run/app.sock`, `process 123 at
  /// /run/app.sock`.
  [[nodiscard]] virtual std::string peer_name() const = 0;

  /// The descriptor, which stays this socket's; -1 once it is closed.
  [[nodiscard]] int native_handle() const noexcept { return fd_.get(); }

 protected:
  class connecting;

  explicit stream_socket(descriptor fd) noexcept : fd_(std::move(fd)) {}
  stream_socket(stream_socket&&) noexcept = default;
  stream_socket& operator=(stream_socket&&) noexcept = default;
  ~stream_socket() = default;

  /// Gives 0, or -errno. Lifetime: `address` lives until it has ended.
  [[nodiscard]] connecting start_connect(const void* address, std::uint32_t size) noexcept;

  /// `read 10.0.0.7:80: …`
  [[noreturn]] void fail(std::string_view verb, int error) const;

  descriptor fd_;
  io_slot reader_;
  io_slot writer_;
};

class stream_socket::reading final : public io_awaiter {
 public:
  std::size_t await_resume();

 private:
  friend class stream_socket;
  reading(stream_socket& from, void* into, std::size_t size) noexcept;
  [[nodiscard]] std::optional<int> submit() noexcept override;
  [[nodiscard]] const char* describe() const noexcept override { return "socket read"; }
  const stream_socket* socket_;
};

class stream_socket::writing_some final : public io_awaiter {
 public:
  std::size_t await_resume();

 private:
  friend class stream_socket;
  writing_some(stream_socket& to, const void* from, std::size_t size) noexcept;
  [[nodiscard]] const char* describe() const noexcept override { return "socket write"; }
  const stream_socket* socket_;
};

class stream_socket::writing final : public io_awaiter {
 public:
  void await_resume();

 private:
  friend class stream_socket;
  writing(stream_socket& to, const void* from, std::size_t size) noexcept;
  [[nodiscard]] bool is_over(int result) noexcept override;
  [[nodiscard]] const char* describe() const noexcept override { return "socket write"; }
  const stream_socket* socket_;
  std::size_t left_;
};

class stream_socket::writing_pieces final : public gather_send {
 public:
  void await_resume();

 private:
  friend class stream_socket;
  writing_pieces(stream_socket& to, std::span<const std::span<const std::byte>> pieces) noexcept;
  [[nodiscard]] const char* describe() const noexcept override { return "socket write"; }
  const stream_socket* socket_;
};

class stream_socket::connecting final : public io_awaiter {
 public:
  [[nodiscard]] int await_resume() noexcept { return take_result(); }

 private:
  friend class stream_socket;
  connecting(stream_socket& s, const void* address, std::uint32_t size) noexcept;
  [[nodiscard]] const char* describe() const noexcept override { return "connect"; }
};

}  // namespace eddy::detail
