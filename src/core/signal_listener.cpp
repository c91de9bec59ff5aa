// SPDX-License-Identifier: MIT
#include <eddy/core/detail/signal_listener.hpp>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <optional>
#include <thread>

#include "scoped_handler.hpp"

namespace eddy::detail {
namespace {

constexpr int most_signals = 64;

// A handler may take no lock, so it finds the listeners in a table.
constinit std::array<std::atomic<signal_listener*>, 256> listeners{};
// Handlers in the table: whoever leaves it waits for them.
constinit std::atomic<int> looking{0};

/// What is installed for a signal, and for how many listeners.
struct installation {
  int users = 0;
  std::optional<scoped_handler> handler;
};
struct installations {
  std::mutex mutex;
  std::array<installation, most_signals + 1> of;
};
installations& installed() {
  static auto* const all = new installations();  // listeners may outlive statics
  return *all;
}

void uninstall(signal_set signals) noexcept {
  const std::lock_guard lock(installed().mutex);
  for (int signal = 1; signal <= most_signals; ++signal) {
    installation& one = installed().of[static_cast<std::size_t>(signal)];
    if ((signals & signal_bit(signal)) && --one.users == 0) one.handler.reset();
  }
}

bool can_be_handled(int signal) noexcept {
  struct sigaction ignored{};
  return signal != SIGKILL && signal != SIGSTOP && ::sigaction(signal, nullptr, &ignored) == 0;
}

}  // namespace

int signal_listener::listen(signal_set signals) noexcept {
  for (int signal = 1; signal <= most_signals; ++signal) {
    if ((signals & signal_bit(signal)) && !can_be_handled(signal)) return EINVAL;
  }
  signals_ = signals;
  if (!take_place()) return ENOSPC;
  const std::lock_guard lock(installed().mutex);
  for (int signal = 1; signal <= most_signals; ++signal) {
    if (!(signals & signal_bit(signal))) continue;
    installation& one = installed().of[static_cast<std::size_t>(signal)];
    if (one.users++ == 0) one.handler.emplace(signal, &signal_listener::handle);
  }
  return 0;
}

void signal_listener::leave() noexcept {
  if (signals_ == 0) return;
  uninstall(signals_);
  for (auto& place : listeners) {
    signal_listener* self = this;
    if (place.compare_exchange_strong(self, nullptr)) break;
  }
  // Sequentially consistent, as in handle(): it has seen the place empty, or we see it looking.
  while (looking.load() != 0) std::this_thread::yield();
  signals_ = 0;
}

bool signal_listener::take_place() noexcept {
  for (auto& place : listeners) {
    signal_listener* nobody = nullptr;
    if (place.compare_exchange_strong(nobody, this)) return true;
  }
  signals_ = 0;
  return false;
}

void signal_listener::handle(int signal) noexcept {
  const int saved = errno;
  looking.fetch_add(1);
  if (!tell(rank::takes_over, signal)) tell(rank::by_default, signal);
  looking.fetch_sub(1);
  errno = saved;
}

bool signal_listener::tell(rank r, int signal) noexcept {
  bool told = false;
  for (auto& place : listeners) {
    signal_listener* const self = place.load();
    if (self == nullptr || self->rank_ != r || !(self->signals_ & signal_bit(signal))) continue;
    self->on_signal(signal);
    told = true;
  }
  return told;
}

}  // namespace eddy::detail
