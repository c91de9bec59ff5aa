// SPDX-License-Identifier: MIT
//
// One ring for each loop, used by its thread alone. Requests gather in the submission queue and go
// to the kernel with the one system call of each `run_once`, which also waits, with its time limit
// as an argument.
#include <cerrno>
#include <chrono>

#include <eddy/core/detail/backend.hpp>

#include "attempt.hpp"
#include "receive_buffers.hpp"
#include "uring_listeners.hpp"
#include "uring_ring.hpp"
#include "uring_streams.hpp"
#include "wake_event.hpp"

namespace eddy::detail {
namespace {

// What the ring has no operation for that waits well on every kernel is polled for, and tried
// again.
bool polls(io_code code) noexcept {
  switch (code) {
    case io_code::recv_message:
    case io_code::send_message:
    case io_code::recv_messages:
    case io_code::send_messages:
    case io_code::read:  // a pipe that does not block answers EAGAIN to the ring before Linux 6.4
    case io_code::write:
    case io_code::poll_in:
    case io_code::poll_out:
      return true;
    default:
      return false;
  }
}

class uring_backend final : public backend {
 public:
  uring_backend() = default;
  ~uring_backend() override {
    if (!ring_.is_open()) return;
    // The kernel tears a ring down in its own time: sockets whose requests were cancelled are
    // closed now, and so are connections that came too late for their listener.
    ring_.flush();
    while (const auto answer = ring_.next_answer()) {
      if (uring_tag::kind_of(answer->tag) == uring_tag::kind::listener) {
        listeners_.arrived(*answer);
      }
    }
  }

  /// 0, or the error the system refuses io_uring with.
  [[nodiscard]] int open() noexcept {
    const int error = ring_.open();
    if (error != 0) return error;
    has_buffers_ = buffers_.open(ring_.raw());
    return 0;
  }

  [[nodiscard]] std::string_view name() const noexcept override { return "uring"; }

  [[nodiscard]] std::optional<int> submit(io_op& op) noexcept override {
    const io_code code = op.request.code;
    op.cancelled = false;
    if (code == io_code::accept) return listeners_.accept(op);
    if (has_buffers_ && (code == io_code::recv || code == io_code::poll_in)) {
      int result = 0;
      switch (streams_.submit(op, result)) {
        case uring_streams::taken::waits:
          return std::nullopt;
        case uring_streams::taken::finished:
          return result;
        case uring_streams::taken::not_mine:
          break;
      }
    }
    // Most sends find room: the plain call costs less than a round through the ring.
    if (code == io_code::send || polls(code)) {
      if (const auto finished = attempt(op.request)) return finished;
    }
    ring_.enqueue(op);
    return std::nullopt;
  }

  void cancel(io_op& op) noexcept override {
    const bool accepts = op.request.code == io_code::accept;
    if (accepts ? listeners_.release(op) : streams_.release(op)) {
      op.complete(-ECANCELED);
      return;
    }
    op.cancelled = true;
    ring_.cancel(uring_tag::of(op));
  }

  void run_once(time_point until) noexcept override {
    listen_for_wake();
    ring_.enter(until);
    deliver();
  }

  void wake() noexcept override { wake_.signal(); }

  [[nodiscard]] time_point now() noexcept override { return std::chrono::steady_clock::now(); }

  void forget(int fd) noexcept override {
    streams_.forget(fd);
    listeners_.forget(fd);
  }

  [[nodiscard]] bool does_files() const noexcept override { return true; }

 private:
  void listen_for_wake() noexcept {
    if (listening_) return;
    listening_ = true;
    io_uring_sqe* entry = ring_.next_entry();
    io_uring_prep_read(entry, wake_.fd(), &wakes_, sizeof wakes_, 0);
    io_uring_sqe_set_data64(entry, wake_tag());
  }

  [[nodiscard]] std::uint64_t wake_tag() const noexcept {
    return reinterpret_cast<std::uintptr_t>(&wakes_);
  }

  void deliver() noexcept {
    while (const auto answer = ring_.next_answer()) {
      switch (uring_tag::kind_of(answer->tag)) {
        case uring_tag::kind::stream:
          streams_.arrived(*answer);
          break;
        case uring_tag::kind::listener:
          listeners_.arrived(*answer);
          break;
        case uring_tag::kind::op:
          if (answer->tag == wake_tag()) {
            listening_ = false;
          } else if (answer->tag != uring_tag::nobody) {
            finish(uring_tag::op_of(answer->tag), answer->result);
          }
          break;
      }
    }
  }

  void finish(io_op& op, int result) noexcept {
    // Ready, but somebody else may have been faster. A cancel that comes too late finds the value
    // delivered, as with any other operation.
    if (polls(op.request.code) && result >= 0) result = attempt(op.request).value_or(-EAGAIN);
    // After many wake-ups in vain the kernel lets a thread of its own wait, which a non-blocking
    // socket refuses. For connect EAGAIN is an answer: no port is free.
    const bool would_block = result == -EAGAIN && op.request.code != io_code::connect;
    if (!would_block) {
      op.complete(result);
    } else if (op.cancelled) {
      op.complete(-ECANCELED);
    } else {
      ring_.enqueue(op);
    }
  }

  // The buffers outlive the ring, and the ring those who use it. Members go last first.
  receive_buffers buffers_;
  // Blocking: some kernels answer the read of a non-blocking one with EAGAIN where it should wait.
  // Its pending read ends with the ring and, as nobody signals then, writes nothing.
  wake_event wake_{0};
  std::uint64_t wakes_ = 0;  // the kernel writes the event's count here
  uring_ring ring_;
  uring_streams streams_{ring_, buffers_};
  uring_listeners listeners_{ring_};
  bool has_buffers_ = false;
  bool listening_ = false;
};

}  // namespace

std::unique_ptr<backend> make_uring_backend(int& error) {
  auto made = std::make_unique<uring_backend>();
  error = made->open();
  if (error != 0) return nullptr;
  return made;
}

}  // namespace eddy::detail
