// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <eddy/core/error.hpp>
#include <eddy/core/task.hpp>
#include <eddy/io/byte_stream.hpp>
#include <eddy/io/detail/cancel_point.hpp>
#include <eddy/io/detail/io_awaiter.hpp>
#include <eddy/io/detail/tls_engine.hpp>
#include <eddy/io/tls/context.hpp>
#include <eddy/io/tls/error.hpp>

namespace eddy::tls {

/// Whom to connect to.
struct connect_options {
  std::string host;                    ///< whom the certificate must be for: a name or an address
  std::vector<std::string> alpn = {};  ///< the protocols we speak, the preferred first
};

template <byte_stream S>
class stream;
template <byte_stream S>
[[nodiscard]] task<stream<S>> connect(S transport, context with, connect_options options);
template <byte_stream S>
[[nodiscard]] task<stream<S>> accept(S transport, context with);

/// A byte stream inside another one, secret and unforgeable.
///
/// One task may read while another writes; a second one in the same direction gets
/// `std::logic_error`. Errors: `tls::error`, and those of the stream below.
///
/// Destroyed without `shutdown`, the other end sees a connection that was cut.
/// Lifetime: neither destroyed nor moved while an operation is in flight.
template <byte_stream S>
class stream {
 public:
  /// Waits for bytes and puts them at the start of `into`; gives their number, at least 1; 0 after
  /// the goodbye of the other end, and for an empty span.
  ///
  /// Errors: of the kind `truncated` if the stream below ends without a goodbye: what came may not
  /// be all. Cancellation: safe; bytes that had arrived stay here.
  [[nodiscard]] task<std::size_t> read_some(std::span<std::byte> into);
  [[nodiscard]] task<std::size_t> read_some(std::span<char> into) {
    return read_some(std::as_writable_bytes(into));
  }

  /// Sends all of `bytes`.
  ///
  /// Cancellation: cancelled before it began, nothing was sent. Later, half a record may have been:
  /// reading goes on, but writing and `shutdown` throw `std::logic_error` from then on.
  [[nodiscard]] task<> write_all(std::span<const std::byte> bytes);
  [[nodiscard]] task<> write_all(std::string_view text) {
    return write_all(std::as_bytes(std::span(text)));
  }

  /// Says goodbye and ends the direction of the stream below. Reading goes on.
  /// Cancellation: as of `write_all`.
  [[nodiscard]] task<> shutdown();

  /// The protocol both agreed on; empty if they did not talk about it.
  [[nodiscard]] std::string alpn() const { return engine_.alpn(); }
  /// `TLSv1.3`.
  [[nodiscard]] std::string version() const { return engine_.version(); }
  /// `TLS_AES_256_GCM_SHA384`.
  [[nodiscard]] std::string cipher() const { return engine_.cipher(); }
  /// Whether the handshake was cut short, thanks to an earlier connection.
  [[nodiscard]] bool resumed() const noexcept { return engine_.resumed(); }
  /// Of the other end, if it showed one.
  [[nodiscard]] std::optional<certificate> peer_certificate() const {
    return engine_.peer_certificate();
  }

  /// The stream below. Writing to it or reading from it breaks this one.
  [[nodiscard]] S& next_layer() noexcept { return transport_; }

 private:
  friend task<stream> connect<S>(S, context, connect_options);
  friend task<stream> accept<S>(S, context);

  // Most connections are idle most of the time: only one that fills its buffer gets a larger one.
  static constexpr std::size_t first_input_size = 4 << 10;
  static constexpr std::size_t last_input_size = 32 << 10;
  static constexpr std::size_t sent_at_once = 64 << 10;

  stream(S&& transport, eddy::detail::tls_engine&& engine)
      : transport_(std::move(transport)), engine_(std::move(engine)) {}

  task<> handshake();
  task<> read_input();
  task<> send_output();
  void refuse_if_half_written() const;

  S transport_;
  eddy::detail::tls_engine engine_;
  std::vector<std::byte> input_ = std::vector<std::byte>(first_input_size);
  bool filled_input_ = false;
  bool half_written_ = false;
  eddy::detail::io_slot reader_;
  eddy::detail::io_slot writer_;
};

template <byte_stream S>
task<> stream<S>::handshake() {
  using progress = eddy::detail::tls_engine::progress;
  for (;;) {
    const progress state = engine_.handshake();
    try {
      co_await send_output();
    } catch (const io_error&) {
      if (state != progress::failed) throw;  // what went wrong before says more
    }
    if (state == progress::failed) engine_.throw_failure();
    if (state == progress::done) co_return;
    co_await read_input();
  }
}

template <byte_stream S>
task<> stream<S>::read_input() {
  if (filled_input_ && input_.size() < last_input_size) input_.resize(2 * input_.size());
  const std::size_t count = co_await transport_.read_some(std::span(input_));
  engine_.feed(std::span(input_).first(count));
  filled_input_ = count == input_.size();
}

template <byte_stream S>
task<> stream<S>::send_output() {
  const std::span<const std::byte> output = engine_.take_output();
  if (output.empty()) co_return;
  half_written_ = true;
  co_await transport_.write_all(output);
  engine_.output_sent();
  half_written_ = false;
}

template <byte_stream S>
task<std::size_t> stream<S>::read_some(std::span<std::byte> into) {
  const eddy::detail::slot_guard reading(reader_, "TLS read");
  if (into.empty()) co_return 0;
  // What an answer to the other end needs to send, such as new keys, waits for the next write: a
  // reader that sent it could not be cancelled half-way.
  for (;;) {
    if (const auto count = engine_.read(into)) co_return *count;
    co_await read_input();
  }
}

template <byte_stream S>
task<> stream<S>::write_all(std::span<const std::byte> bytes) {
  const eddy::detail::slot_guard writing(writer_, "TLS write");
  refuse_if_half_written();
  co_await eddy::detail::cancel_point();
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), sent_at_once);
    engine_.write(bytes.first(count));
    bytes = bytes.subspan(count);
    co_await send_output();
  }
}

template <byte_stream S>
task<> stream<S>::shutdown() {
  const eddy::detail::slot_guard writing(writer_, "TLS shutdown");
  refuse_if_half_written();
  co_await eddy::detail::cancel_point();
  engine_.shutdown();
  co_await send_output();
  co_await transport_.shutdown();
}

template <byte_stream S>
void stream<S>::refuse_if_half_written() const {
  if (!half_written_) return;
  throw std::logic_error(
      "eddy: a TLS write after one that failed or was cancelled half-way: close the connection");
}

/// Makes `transport` the client's end of a TLS connection to `options.host`, and waits until the
/// server has shown that it is that host.
///
/// Errors: throws `tls::error`, and those of the stream. Cancellation: closes `transport`.
template <byte_stream S>
task<stream<S>> connect(S transport, context with, connect_options options) {
  stream<S> made(std::move(transport),
                 eddy::detail::tls_engine::client(with, options.host, options.alpn));
  co_await made.handshake();
  co_return made;
}

/// Makes `transport` the server's end of a TLS connection.
///
/// Errors: throws `tls::error`, and those of the stream. Cancellation: closes `transport`.
template <byte_stream S>
task<stream<S>> accept(S transport, context with) {
  std::string peer;
  if constexpr (requires { transport.peer_name(); }) peer = transport.peer_name();
  stream<S> made(std::move(transport), eddy::detail::tls_engine::server(with, peer));
  co_await made.handshake();
  co_return made;
}

}  // namespace eddy::tls
