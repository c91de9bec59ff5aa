// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace eddy::detail {

/// A set of signals: bit n-1 for signal n.
using signal_set = std::uint64_t;
[[nodiscard]] constexpr signal_set signal_bit(int signal) noexcept {
  return signal_set{1} << (signal - 1);
}

/// Is told of signals, in their handler. While anybody listens to a signal the process has our
/// handler for it, and the one before after that.
///
/// Those who take a signal over all hear of it, and then nobody else does.
/// Thread safety: any thread may make and destroy one; there is room for 256 in a process.
class signal_listener {
 public:
  enum class rank : std::uint8_t { takes_over, by_default };

  explicit signal_listener(rank r) noexcept : rank_(r) {}
  signal_listener(const signal_listener&) = delete;
  signal_listener& operator=(const signal_listener&) = delete;

  /// On any thread, and never again once `leave` has returned. Only what is safe in a signal
  /// handler; errno is kept.
  virtual void on_signal(int signal) noexcept = 0;

 protected:
  ~signal_listener() = default;

  /// 0, or the error: EINVAL for a signal that cannot be had, such as SIGKILL; ENOSPC without room.
  [[nodiscard]] int listen(signal_set signals) noexcept;
  /// Waits for handlers at work on other threads.
  void leave() noexcept;

 private:
  static void handle(int signal) noexcept;
  static bool tell(rank r, int signal) noexcept;
  bool take_place() noexcept;

  const rank rank_;
  signal_set signals_ = 0;
};

}  // namespace eddy::detail
