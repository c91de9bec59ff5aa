// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>

#include <eddy/core/time.hpp>
#include <eddy/io/detail/descriptor.hpp>
#include <eddy/io/detail/io_awaiter.hpp>

namespace eddy::detail {

/// What listeners of stream sockets have in common.
///
/// Lifetime: neither destroyed nor moved while an `accept` is in flight.
class stream_listener {
 public:
  [[nodiscard]] bool is_open() const noexcept { return fd_.is_open(); }
  /// The descriptor, which stays this listener's; -1 once it is closed.
  [[nodiscard]] int native_handle() const noexcept { return fd_.get(); }

 protected:
  class accepting;

  explicit stream_listener(descriptor fd) noexcept : fd_(std::move(fd)) {}
  stream_listener(stream_listener&&) noexcept = default;
  stream_listener& operator=(stream_listener&&) noexcept = default;
  ~stream_listener() = default;

  /// Gives the new descriptor, or -errno.
  [[nodiscard]] accepting accept_one() noexcept;
  void close();

  descriptor fd_;
  io_slot accepting_;
};

class stream_listener::accepting final : public io_awaiter {
 public:
  [[nodiscard]] int await_resume() noexcept { return take_result(); }

 private:
  friend class stream_listener;
  explicit accepting(stream_listener& from) noexcept
      : io_awaiter({.code = io_code::accept, .fd = from.fd_.get()}, from.accepting_) {}
  [[nodiscard]] const char* describe() const noexcept override { return "accept"; }
};

inline stream_listener::accepting stream_listener::accept_one() noexcept {
  return accepting(*this);
}

/// Decides, for one call of `accept`, which failures of the system's it outlasts.
class accept_failures {
 public:
  /// How long to wait before asking again, zero for at once. The first time it is not zero, that is
  /// said on stderr.
  /// Errors: throws `io_error`, `accept <where>: …`, if asking again is of no use.
  [[nodiscard]] duration pause_after(int error, const std::string& where);

 private:
  bool told_ = false;
};

}  // namespace eddy::detail
