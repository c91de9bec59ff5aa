// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/task.hpp>

namespace eddy::http::detail {

/// A connection of whatever kind HTTP goes over: TCP, a Unix socket, TLS in one of them.
class wire {
 public:
  virtual ~wire() = default;

  /// As of every byte reader.
  [[nodiscard]] virtual task<std::size_t> read_some(std::span<char> into) = 0;
  /// As of every byte writer.
  [[nodiscard]] virtual task<> write_all(std::string_view bytes) = 0;
  /// Sends some of it, and at least a byte; gives their number. A limit on the time that this may
  /// take is one on silence.
  [[nodiscard]] virtual task<std::size_t> write_some(std::string_view bytes) = 0;
  [[nodiscard]] virtual task<> shutdown() = 0;
  /// Closes so that the other end gets a reset, where there is such a thing.
  virtual void reset() = 0;
  /// Whether the other end has closed it, as far as is known here: that may be under way.
  [[nodiscard]] virtual bool peer_closed() const = 0;
  /// The other end as messages name it.
  [[nodiscard]] virtual std::string peer_name() const = 0;
};

/// The socket at the bottom of layers of TLS.
template <class Stream>
auto& lowest_layer(Stream& stream) {
  if constexpr (requires { stream.next_layer(); }) {
    return lowest_layer(stream.next_layer());
  } else {
    return stream;
  }
}

/// The same of a socket.
[[nodiscard]] bool peer_closed(int fd) noexcept;

template <class Stream>
class wire_over final : public wire {
 public:
  explicit wire_over(Stream stream) : stream_(std::move(stream)) {}

  task<std::size_t> read_some(std::span<char> into) override {
    co_return co_await stream_.read_some(into);
  }
  task<> write_all(std::string_view bytes) override { co_await stream_.write_all(bytes); }
  task<std::size_t> write_some(std::string_view bytes) override {
    if constexpr (requires { stream_.write_some(bytes); }) {
      co_return co_await stream_.write_some(bytes);
    } else {
      constexpr std::size_t record = std::size_t{16} * 1024;  // TLS's largest
      const std::string_view piece = bytes.substr(0, record);
      co_await stream_.write_all(piece);
      co_return piece.size();
    }
  }
  task<> shutdown() override { co_await stream_.shutdown(); }
  void reset() override {
    auto& socket = lowest_layer(stream_);
    if constexpr (requires { socket.reset(); }) {
      socket.reset();
    } else {
      socket.close();
    }
  }
  [[nodiscard]] bool peer_closed() const override {
    return detail::peer_closed(lowest_layer(const_cast<Stream&>(stream_)).native_handle());
  }
  [[nodiscard]] std::string peer_name() const override {
    return lowest_layer(const_cast<Stream&>(stream_)).peer_name();
  }

 private:
  Stream stream_;
};

template <class Stream>
[[nodiscard]] std::unique_ptr<wire> make_wire(Stream stream) {
  return std::make_unique<wire_over<Stream>>(std::move(stream));
}

}  // namespace eddy::http::detail
