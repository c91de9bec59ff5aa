// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <initializer_list>
#include <memory>
#include <optional>

#include <eddy/core/task.hpp>

namespace eddy {

class signal_stream;

namespace detail {
class signal_inbox;
struct signal_inbox_deleter {
  void operator()(signal_inbox* owned) const noexcept;
};
[[nodiscard]] signal_stream open_signals(std::initializer_list<int> which);
}  // namespace detail

/// Signals as they come, an `async_iterable` of their numbers. Made by `signals`.
///
/// Lifetime: neither closed nor destroyed while a `next` is in flight.
class signal_stream {
 public:
  /// Waits for a signal and gives its number; nothing once the stream is closed. A signal that
  /// comes again before it was taken counts once, as in the kernel; of several the lowest comes
  /// first.
  ///
  /// Errors: throws `std::logic_error` while another task is in it.
  /// Cancellation: safe; no signal is lost.
  [[nodiscard]] task<std::optional<int>> next();

  /// From here on the signals have the effect that they had before.
  /// Errors: throws `std::logic_error` while a `next` is in flight: cancel its task first.
  void close();

 private:
  friend signal_stream detail::open_signals(std::initializer_list<int> which);
  explicit signal_stream(detail::signal_inbox* owned) noexcept : inbox_(owned) {}

  std::unique_ptr<detail::signal_inbox, detail::signal_inbox_deleter> inbox_;
};

/// Takes signals over, for as long as the stream is open: `auto hangups = signals(SIGHUP);`
/// Meanwhile SIGINT, SIGTERM and SIGQUIT do not do what `run` has them do, nor any signal what it
/// does by default. Streams for the same signal, of this loop or another, all get it.
///
/// Errors: throws `io_error` with EINVAL for what cannot be taken over, such as SIGKILL.
template <std::same_as<int>... Signals>
  requires(sizeof...(Signals) > 0)
[[nodiscard]] signal_stream signals(Signals... which) {
  return detail::open_signals({which...});
}

}  // namespace eddy
