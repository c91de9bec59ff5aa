// SPDX-License-Identifier: MIT
//
// One ring for each loop, used by its thread alone. Requests gather in the submission queue and go
// to the kernel with the one system call of each `run_once`, which also waits, with its time limit
// as an argument. An operation's address is its user_data; null marks completions nobody waits for.
#include <liburing.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <eddy/core/detail/backend.hpp>

#include "attempt.hpp"
#include "wake_event.hpp"

namespace eddy::detail {
namespace {

constexpr unsigned submission_entries = 256;
constexpr unsigned completion_entries = 4096;
constexpr void* nobody = nullptr;

// DEFER_TASKRUN lets the kernel finish operations only when we enter it, and keeps it from
// interrupting us. It came with Linux 6.1. Older kernels are epoll's: some of them answer an accept
// on a non-blocking listener with EAGAIN where it should wait.
constexpr unsigned setup_flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                                 IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_SUBMIT_ALL |
                                 IORING_SETUP_CQSIZE;

// EXT_ARG: the wait takes a time limit. NODROP: completions that do not fit are kept by the kernel.
constexpr unsigned needed_features = IORING_FEAT_EXT_ARG | IORING_FEAT_NODROP;

constexpr std::array needed_operations = {
    IORING_OP_ACCEPT, IORING_OP_CONNECT, IORING_OP_RECV,     IORING_OP_SEND,         IORING_OP_READ,
    IORING_OP_WRITE,  IORING_OP_FSYNC,   IORING_OP_POLL_ADD, IORING_OP_ASYNC_CANCEL,
};

bool ring_suffices(io_uring& ring) noexcept {
  if ((ring.features & needed_features) != needed_features) return false;
  io_uring_probe* probe = io_uring_get_probe_ring(&ring);
  if (probe == nullptr) return false;
  bool all = true;
  for (const auto operation : needed_operations) {
    all = all && io_uring_opcode_supported(probe, operation) != 0;
  }
  io_uring_free_probe(probe);
  return all;
}

/// An answer of the kernel that says we used the ring wrongly, or that completions are lost for
/// good.
[[noreturn]] void ring_is_broken(int error) noexcept {
  std::fprintf(stderr, "eddy: io_uring_enter failed: %s\n", std::strerror(error));
  std::abort();
}

class uring_backend final : public backend {
 public:
  uring_backend() = default;
  // The pending read of the wake event ends with the ring and, as nobody signals now, writes
  // nothing.
  ~uring_backend() override {
    if (open_) io_uring_queue_exit(&ring_);
  }

  /// 0, or the error the system refuses io_uring with.
  [[nodiscard]] int open() noexcept {
    io_uring_params params{};
    params.flags = setup_flags;
    params.cq_entries = completion_entries;
    const int error = -io_uring_queue_init_params(submission_entries, &ring_, &params);
    if (error != 0) return error;
    open_ = true;
    if (!ring_suffices(ring_)) return ENOSYS;
    // Saves the kernel a look-up in each call; it can do without.
    io_uring_register_ring_fd(&ring_);
    return 0;
  }

  [[nodiscard]] std::string_view name() const noexcept override { return "uring"; }

  [[nodiscard]] std::optional<int> submit(io_op& op) noexcept override {
    if (tries_first(op.request.code)) {
      if (const auto finished = attempt(op.request)) return finished;
    }
    op.cancelled = false;
    enqueue(op);
    return std::nullopt;
  }

  void cancel(io_op& op) noexcept override {
    op.cancelled = true;
    // In the queue behind the operation and before any later one at its address: it can hit no
    // other. Its own completion says nothing about the operation's.
    io_uring_sqe* entry = next_entry();
    io_uring_prep_cancel(entry, &op, 0);
    io_uring_sqe_set_data(entry, nobody);
  }

  void run_once(time_point until) noexcept override {
    listen_for_wake();
    enter(until);
    deliver();
  }

  void wake() noexcept override { wake_.signal(); }

  [[nodiscard]] time_point now() noexcept override { return std::chrono::steady_clock::now(); }

  void forget(int) noexcept override {}  // the kernel keeps nothing between operations

  [[nodiscard]] bool does_files() const noexcept override { return true; }

 private:
  // Most sends find room: the plain call costs less than a round through the ring. What the ring
  // has no operation for that waits well on every kernel is polled for, and tried again.
  static bool tries_first(io_code code) noexcept { return code == io_code::send || polls(code); }

  static bool polls(io_code code) noexcept {
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

  void enqueue(io_op& op) noexcept {
    const io_request& r = op.request;
    io_uring_sqe* entry = next_entry();
    switch (r.code) {
      case io_code::accept:
        io_uring_prep_accept(entry, r.fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        break;
      case io_code::connect:
        io_uring_prep_connect(entry, r.fd, static_cast<const sockaddr*>(r.address), r.address_size);
        break;
      case io_code::recv:
        io_uring_prep_recv(entry, r.fd, r.data, r.size, r.flags);
        break;
      case io_code::send:
        io_uring_prep_send(entry, r.fd, r.data, r.size, r.flags | MSG_NOSIGNAL);
        break;
      case io_code::read_at:
        io_uring_prep_read(entry, r.fd, r.data, static_cast<unsigned>(r.size), r.offset);
        break;
      case io_code::write_at:
        io_uring_prep_write(entry, r.fd, r.data, static_cast<unsigned>(r.size), r.offset);
        break;
      case io_code::sync:
        io_uring_prep_fsync(entry, r.fd, static_cast<unsigned>(r.flags));
        break;
      default:
        io_uring_prep_poll_add(entry, r.fd, waits_for_input(r.code) ? POLLIN | POLLRDHUP : POLLOUT);
        break;
    }
    io_uring_sqe_set_data(entry, &op);
  }

  io_uring_sqe* next_entry() noexcept {
    io_uring_sqe* entry = io_uring_get_sqe(&ring_);
    while (entry == nullptr) {
      check(io_uring_submit(&ring_));
      entry = io_uring_get_sqe(&ring_);
    }
    return entry;
  }

  void listen_for_wake() noexcept {
    if (listening_) return;
    listening_ = true;
    io_uring_sqe* entry = next_entry();
    io_uring_prep_read(entry, wake_.fd(), &wakes_, sizeof wakes_, 0);
    io_uring_sqe_set_data(entry, &wakes_);
  }

  void enter(time_point until) noexcept {
    using namespace std::chrono;
    duration left = duration::zero();
    if (until == time_point::max()) {
      left = duration::max();
    } else if (const time_point start = now(); until > start) {
      left = until - start;
    }
    if (left == duration::zero()) {
      check(io_uring_submit(&ring_));  // enters only if there is something to hand over or to fetch
    } else if (left == duration::max()) {
      check(io_uring_submit_and_wait(&ring_, 1));
    } else {
      const auto whole = duration_cast<seconds>(left);
      __kernel_timespec span{.tv_sec = whole.count(), .tv_nsec = (left - whole).count()};
      io_uring_cqe* first = nullptr;
      check(io_uring_submit_and_wait_timeout(&ring_, &first, 1, &span, nullptr));
    }
  }

  void deliver() noexcept {
    io_uring_cqe* entry = nullptr;
    while (io_uring_peek_cqe(&ring_, &entry) == 0) {
      void* const whose = io_uring_cqe_get_data(entry);
      const int result = entry->res;
      io_uring_cqe_seen(&ring_, entry);
      if (whose == &wakes_) {
        listening_ = false;
      } else if (whose != nobody) {
        finish(*static_cast<io_op*>(whose), result);
      }
    }
  }

  void finish(io_op& op, int result) noexcept {
    // Ready again: but somebody else may have been faster. What it gives is no less lossless than
    // the ring's answer would have been.
    if (polls(op.request.code) && result >= 0) result = attempt(op.request).value_or(-EAGAIN);
    // After many wake-ups in vain the kernel lets a thread of its own wait, which a non-blocking
    // socket refuses. For connect EAGAIN is an answer: no port is free.
    const bool would_block = result == -EAGAIN && op.request.code != io_code::connect;
    if (!would_block) {
      op.complete(result);
    } else if (op.cancelled) {
      op.complete(-ECANCELED);
    } else {
      enqueue(op);
    }
  }

  static void check(int result) noexcept {
    // ETIME: the limit came first. EINTR: a signal did. EAGAIN: no memory now. EBUSY: completions
    // must be taken first. All of them: go on, and come back.
    const bool fine = result >= 0 || result == -ETIME || result == -EINTR || result == -EAGAIN ||
                      result == -EBUSY;
    if (!fine) ring_is_broken(-result);
  }

  io_uring ring_{};
  bool open_ = false;
  // Blocking: some kernels answer the read of a non-blocking one with EAGAIN where it should wait.
  wake_event wake_{0};
  std::uint64_t wakes_ = 0;  // the kernel writes the event's count here
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
