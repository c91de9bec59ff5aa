// SPDX-License-Identifier: MIT
//
// Readiness made to look like completion. The system call is tried first; only when it would block
// is the operation parked in the slot of its descriptor and direction, until an event lets us try
// again.
//
// A descriptor is registered once, edge-triggered, for both directions. No edge is lost: one that
// comes before the system call is seen by the call, one that comes after it is reported by the next
// epoll_wait, which finds the operation parked.
//
// A TCP stream that gave less than was asked for is empty, and what comes later is an edge: until
// then the next receive is parked without a call in vain. Other sockets also stop at the end of a
// message.
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <new>
#include <system_error>
#include <vector>

#include <eddy/core/detail/backend.hpp>

#include "attempt.hpp"
#include "wake_event.hpp"

namespace eddy::detail {
namespace {

constexpr std::uint32_t both_directions = EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLRDHUP | EPOLLET;
constexpr std::uint32_t readable = EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP;
constexpr std::uint32_t writable = EPOLLOUT | EPOLLERR | EPOLLHUP;
// After these a stream has more to tell than an edge announces: its end, an error, or what lies
// behind the mark of urgent data, where a receive stops.
constexpr std::uint32_t more_to_tell = EPOLLPRI | EPOLLRDHUP | EPOLLERR | EPOLLHUP;
constexpr std::uint64_t wake_tag = ~std::uint64_t{0};

class epoll_backend final : public backend {
 public:
  epoll_backend() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "eddy: epoll_create1");
    epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.u64 = wake_tag}};
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_.fd(), &event) < 0) {
      const int error = errno;
      ::close(epoll_);
      throw std::system_error(error, std::generic_category(), "eddy: epoll_ctl");
    }
  }
  ~epoll_backend() override { ::close(epoll_); }

  [[nodiscard]] std::string_view name() const noexcept override { return "epoll"; }

  [[nodiscard]] std::optional<int> submit(io_op& op) noexcept override {
    if (!drained(op.request)) {
      if (const auto finished = try_now(op.request)) return finished;
      if (const int error = watch(op.request.fd); error != 0) return error;
    }
    io_op*& place = parked(op);
    assert(place == nullptr && "one operation a direction");
    place = &op;
    return std::nullopt;
  }

  void cancel(io_op& op) noexcept override {
    io_op*& place = parked(op);
    assert(place == &op);
    place = nullptr;
    op.complete(-ECANCELED);
  }

  void run_once(time_point until) noexcept override {
    std::array<epoll_event, 256> events;
    const int count = wait(events.data(), static_cast<int>(events.size()), until);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      // Edge-triggered, so the event need not be read: each write to it is an edge of its own.
      if (event.data.u64 == wake_tag) continue;
      descriptor& d = descriptors_[event.data.u64];
      d.drained = false;
      if (event.events & more_to_tell) d.may_drain = false;
      if (event.events & readable) retry(event.data.u64, &descriptor::reader);
      if (event.events & writable) retry(event.data.u64, &descriptor::writer);
    }
  }

  void wake() noexcept override { wake_.signal(); }

  [[nodiscard]] time_point now() noexcept override { return std::chrono::steady_clock::now(); }

  void forget(int fd) noexcept override {
    const auto index = static_cast<std::size_t>(fd);
    if (index >= descriptors_.size() || !descriptors_[index].watched) return;
    descriptor& d = descriptors_[index];
    assert(d.reader == nullptr && d.writer == nullptr);
    d = {};
    // Closing does not do it if a forked child or a dup still holds the socket.
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  }

 private:
  struct descriptor {
    io_op* reader = nullptr;  // parked, waits for input
    io_op* writer = nullptr;  // parked, waits for room
    bool watched = false;
    bool may_drain = false;  // gives all that it has, and tells of what comes
    bool drained = false;    // has given it, and nothing has come since
  };

  [[nodiscard]] int watch(int fd) noexcept {
    const auto index = static_cast<std::size_t>(fd);
    if (index >= descriptors_.size()) {
      try {
        descriptors_.resize(index + 1);
      } catch (const std::bad_alloc&) {
        return -ENOMEM;
      }
    }
    descriptor& d = descriptors_[index];
    if (d.watched) return 0;
    epoll_event event{.events = both_directions, .data = {.u64 = index}};
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) < 0) return -errno;
    d.watched = true;
    d.may_drain = is_tcp(fd);
    return 0;
  }

  [[nodiscard]] bool drained(const io_request& r) const noexcept {
    const auto index = static_cast<std::size_t>(r.fd);
    return r.code == io_code::recv && index < descriptors_.size() && descriptors_[index].drained;
  }

  [[nodiscard]] std::optional<int> try_now(const io_request& r) noexcept {
    const std::optional<int> result = attempt(r);
    const bool fell_short = r.code == io_code::recv && r.flags == 0 && result && *result > 0 &&
                            static_cast<std::size_t>(*result) < r.size;
    const auto index = static_cast<std::size_t>(r.fd);
    if (fell_short && index < descriptors_.size()) {
      descriptor& d = descriptors_[index];
      d.drained = d.may_drain;
    }
    return result;
  }

  [[nodiscard]] io_op*& parked(const io_op& op) noexcept {
    descriptor& d = descriptors_[static_cast<std::size_t>(op.request.fd)];
    return waits_for_input(op.request.code) ? d.reader : d.writer;
  }

  // The event may be of a socket that has been closed since and whose number serves another one:
  // that costs a system call in vain. The table is looked at each time, as completing may change
  // it.
  void retry(std::size_t fd, io_op* descriptor::* direction) noexcept {
    descriptor& d = descriptors_[fd];
    io_op* op = d.*direction;
    if (op == nullptr) return;
    if (const auto result = try_now(op->request)) {
      d.*direction = nullptr;
      op->complete(*result);
    }
  }

  /// The number of events; 0 also when a signal or an error cut the wait short.
  int wait(epoll_event* events, int most, time_point until) noexcept {
    using namespace std::chrono;
    duration left = duration::zero();
    if (until == time_point::max()) {
      left = duration::max();
    } else if (const time_point start = now(); until > start) {
      left = until - start;
    }
    int count = -1;
    if (left == duration::zero() || left == duration::max()) {
      count = ::epoll_wait(epoll_, events, most, left == duration::zero() ? 0 : -1);
    } else if (nanosecond_waits_) {
      const auto whole = duration_cast<seconds>(left);
      const timespec span{.tv_sec = whole.count(), .tv_nsec = (left - whole).count()};
      count = ::epoll_pwait2(epoll_, events, most, &span, nullptr);
      // Kernels before 5.11 lack it, and sandboxes refuse what they do not know.
      if (count < 0 && (errno == ENOSYS || errno == EPERM)) nanosecond_waits_ = false;
    } else {
      // Rounded up: a wait that ends early would only be started again.
      const auto whole = std::min<std::int64_t>(ceil<milliseconds>(left).count(), 86'400'000);
      count = ::epoll_wait(epoll_, events, most, static_cast<int>(whole));
    }
    return std::max(count, 0);
  }

  int epoll_;
  wake_event wake_{0};
  std::vector<descriptor> descriptors_;  // by number
  bool nanosecond_waits_ = true;
};

}  // namespace

std::unique_ptr<backend> make_epoll_backend() { return std::make_unique<epoll_backend>(); }

}  // namespace eddy::detail
