// SPDX-License-Identifier: MIT
#include <eddy/io/signals.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <bit>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <stdexcept>
#include <string>

#include <eddy/core/detail/signal_listener.hpp>
#include <eddy/core/error.hpp>
#include <eddy/io/detail/descriptor.hpp>
#include <eddy/io/detail/io_awaiter.hpp>

#include <io/real_clock.hpp>

namespace eddy {
namespace detail {

/// The handler leaves a bit for the signal and rings an eventfd, which the loop reads. Not a
/// signalfd: that needs the signal blocked in all threads, those of other libraries too.
class signal_inbox final : private signal_listener {
 public:
  class reading;

  explicit signal_inbox(signal_set signals)
      : signal_listener(rank::takes_over), bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!bell_.is_open()) throw io_error(errno, "signals: eventfd");
    if (const int error = listen(signals); error != 0) throw io_error(error, "signals");
  }
  ~signal_inbox() { leave(); }

  /// The lowest of those that have come, or 0. Only the loop takes any away.
  [[nodiscard]] int take() noexcept {
    const signal_set come = come_.load(std::memory_order_relaxed);
    if (come == 0) return 0;
    const int signal = std::countr_zero(come) + 1;
    come_.fetch_and(~signal_bit(signal), std::memory_order_relaxed);
    return signal;
  }
  [[nodiscard]] reading wait() noexcept;
  [[nodiscard]] bool in_use() const noexcept { return slot_.taken(); }

 private:
  // The bit first: whoever hears the bell finds it.
  void on_signal(int signal) noexcept override {
    come_.fetch_or(signal_bit(signal), std::memory_order_relaxed);
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto rung = ::write(bell_.get(), &one, sizeof one);
  }

  std::atomic<signal_set> come_{0};
  static_assert(std::atomic<signal_set>::is_always_lock_free);
  std::uint64_t rings_ = 0;
  descriptor bell_;
  io_slot slot_;
};

class signal_inbox::reading final : public io_awaiter {
 public:
  explicit reading(signal_inbox& from) noexcept
      : io_awaiter({.code = io_code::read,
                    .fd = from.bell_.get(),
                    .data = &from.rings_,
                    .size = sizeof from.rings_},
                   from.slot_) {}
  void await_resume() {
    if (const int result = take_result(); result < 0) throw io_error(-result, "wait for signals");
  }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "signals"; }
};

signal_inbox::reading signal_inbox::wait() noexcept { return reading(*this); }

void signal_inbox_deleter::operator()(signal_inbox* owned) const noexcept { delete owned; }

signal_stream open_signals(std::initializer_list<int> which) {
  require_real_clock("signals");
  signal_set signals = 0;
  for (const int signal : which) {
    if (signal < 1 || signal > 64 || signal == SIGKILL || signal == SIGSTOP) {
      throw io_error(EINVAL, "take over signal " + std::to_string(signal));
    }
    signals |= signal_bit(signal);
  }
  return signal_stream(new signal_inbox(signals));
}

}  // namespace detail

task<std::optional<int>> signal_stream::next() {
  while (inbox_ != nullptr) {
    if (const int signal = inbox_->take(); signal != 0) co_return signal;
    co_await inbox_->wait();
  }
  co_return std::nullopt;
}

void signal_stream::close() {
  if (inbox_ != nullptr && inbox_->in_use()) {
    throw std::logic_error(
        "eddy: signals closed while a task waits for one: cancel that task first");
  }
  inbox_.reset();
}

}  // namespace eddy
