// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/io/tls/context.hpp>
#include <eddy/io/tls/error.hpp>

namespace eddy::detail {

/// One end of a TLS connection without the connection: bytes that came go in, bytes to be sent come
/// out, and neither waits.
class tls_engine {
 public:
  [[nodiscard]] static tls_engine client(const tls::context& context, std::string_view host,
                                         const std::vector<std::string>& alpn);
  /// `peer` is for errors, and may be unknown.
  [[nodiscard]] static tls_engine server(const tls::context& context, std::string_view peer);
  tls_engine(tls_engine&&) noexcept;
  tls_engine& operator=(tls_engine&&) noexcept;
  ~tls_engine();

  enum class progress : std::uint8_t { done, needs_input, failed };

  /// Goes on with the handshake. Whatever it gives, there may be output to send; after `failed`
  /// that is what tells the other end why, and `throw_failure` comes next.
  [[nodiscard]] progress handshake();
  [[noreturn]] void throw_failure() const;

  /// Plain bytes; 0 at the end that the other one has announced; nothing while more input is
  /// needed. Errors: throws `tls::error`.
  [[nodiscard]] std::optional<std::size_t> read(std::span<std::byte> into);
  /// Makes output of `bytes`. Errors: throws `tls::error`.
  void write(std::span<const std::byte> bytes);
  /// Says goodbye: reading goes on.
  void shutdown();

  /// What came; none is the end of the connection. Requires: more input is needed.
  /// Lifetime: `bytes` live until more is needed again.
  void feed(std::span<const std::byte> bytes) noexcept;
  /// Takes what is to be sent. Lifetime: it lives until `output_sent` or the next `take_output`.
  [[nodiscard]] std::span<const std::byte> take_output() noexcept;
  /// What was taken is not needed any more.
  void output_sent() noexcept;

  [[nodiscard]] std::string alpn() const;
  [[nodiscard]] std::string version() const;
  [[nodiscard]] std::string cipher() const;
  [[nodiscard]] bool resumed() const noexcept;
  [[nodiscard]] std::optional<tls::certificate> peer_certificate() const;

 private:
  class state;
  explicit tls_engine(std::unique_ptr<state> made) noexcept;
  std::unique_ptr<state> state_;
};

}  // namespace eddy::detail
