// SPDX-License-Identifier: MIT
#include "uring_ring.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace eddy::detail {
namespace {

constexpr unsigned submission_entries = 256;
constexpr unsigned completion_entries = 4096;

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

void check(int result) noexcept {
  // ETIME: the limit came first. EINTR: a signal did. EAGAIN: no memory now. EBUSY: completions
  // must be taken first. All of them: go on, and come back.
  const bool fine =
      result >= 0 || result == -ETIME || result == -EINTR || result == -EAGAIN || result == -EBUSY;
  if (!fine) ring_is_broken(-result);
}

}  // namespace

uring_ring::~uring_ring() {
  if (open_) io_uring_queue_exit(&ring_);
}

int uring_ring::open() noexcept {
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

io_uring_sqe* uring_ring::next_entry() noexcept {
  io_uring_sqe* entry = io_uring_get_sqe(&ring_);
  while (entry == nullptr) {
    check(io_uring_submit(&ring_));
    entry = io_uring_get_sqe(&ring_);
  }
  return entry;
}

bool uring_ring::take_back(unsigned place, std::uint64_t tag) noexcept {
  const io_uring_sq& queue = ring_.sq;
  const unsigned head = *queue.khead;  // moved by our own calls alone
  if (place - head >= queue.sqe_tail - head) return false;
  io_uring_sqe& entry = queue.sqes[place & queue.ring_mask];
  if (entry.user_data != tag) return false;  // the count of places has come round
  io_uring_prep_nop(&entry);
  io_uring_sqe_set_data64(&entry, uring_tag::nobody);
  return true;
}

void uring_ring::enqueue(const io_op& op) noexcept {
  const io_request& r = op.request;
  io_uring_sqe* entry = next_entry();
  switch (r.code) {
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
  io_uring_sqe_set_data64(entry, uring_tag::of(op));
}

void uring_ring::cancel(std::uint64_t tag) noexcept {
  io_uring_sqe* entry = next_entry();
  io_uring_prep_cancel64(entry, tag, 0);
  io_uring_sqe_set_data64(entry, uring_tag::nobody);
}

void uring_ring::enter(time_point until) noexcept {
  using namespace std::chrono;
  duration left = duration::zero();
  if (until == time_point::max()) {
    left = duration::max();
  } else if (const time_point start = steady_clock::now(); until > start) {
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

void uring_ring::flush() noexcept {
  check(io_uring_submit(&ring_));
  check(io_uring_get_events(&ring_));
}

}  // namespace eddy::detail
