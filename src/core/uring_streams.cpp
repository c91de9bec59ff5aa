// SPDX-License-Identifier: MIT
#include "uring_streams.hpp"

#include <poll.h>

#include <cassert>
#include <cerrno>
#include <new>
#include <utility>

#include "attempt.hpp"

namespace eddy::detail {
namespace {

// A socket that nobody reads keeps so many buffers, and what comes until its request has ended;
// then the peer feels it.
constexpr unsigned most_unread = 4;
// So many full buffers one after the other are a long stretch.
constexpr std::uint8_t long_stretch = 8;
// So many plain calls in vain are the end of one.
constexpr std::uint8_t pauses = 4;

}  // namespace

uring_streams::stream* uring_streams::find(int fd) noexcept {
  const auto index = static_cast<std::size_t>(fd);
  if (index >= streams_.size()) {
    try {
      streams_.resize(index + 1);
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }
  return &streams_[index];
}

uring_streams::taken uring_streams::submit(io_op& op, int& result) noexcept {
  const io_request& r = op.request;
  if (r.fd < 0 || r.flags != 0) return taken::not_mine;
  stream* s = find(r.fd);
  if (s == nullptr) return taken::not_mine;
  if (!s->received.empty() || s->end != no_end || s->armed) return receive(*s, op, result);
  if (r.code != io_code::recv) return taken::not_mine;

  choose_mode(*s, r);
  if (s->how == mode::often) {
    arm(*s, r.fd);
    s->reader = &op;
    return taken::waits;
  }
  if (s->how == mode::bulk) {
    const auto got = attempt(r);
    s->in_a_row = got ? 0 : static_cast<std::uint8_t>(s->in_a_row + 1);
    if (got) result = *got;
    if (got) return taken::finished;
  }
  return taken::not_mine;
}

void uring_streams::choose_mode(stream& s, const io_request& r) noexcept {
  switch (s.how) {
    case mode::fresh:
      s.how = mode::read_once;
      return;
    case mode::read_once:
      // Others have bounds between messages, or descriptors beside the bytes, which buffers lose.
      s.how = is_tcp(r.fd) ? mode::often : mode::never;
      s.in_a_row = 0;
      return;
    case mode::bulk:
      if (s.in_a_row < pauses && r.size > receive_buffers::size) return;
      s.how = mode::often;
      s.in_a_row = 0;
      return;
    case mode::often:
    case mode::never:
      return;
  }
}

// The order: what has been received, then its end, then what is still to come.
uring_streams::taken uring_streams::receive(stream& s, io_op& op, int& result) noexcept {
  if (op.request.code == io_code::poll_in) {
    if (s.received.empty() && s.end == no_end) {
      s.reader = &op;
      return taken::waits;
    }
    result = POLLIN;
  } else if (!s.received.empty()) {
    result = static_cast<int>(s.received.take(*buffers_, op.request.data, op.request.size));
  } else if (s.end != no_end) {
    result = std::exchange(s.end, no_end);  // asked again, the kernel says what comes after it
  } else {
    s.reader = &op;
    return taken::waits;
  }
  return taken::finished;
}

bool uring_streams::release(const io_op& op) noexcept {
  const auto index = static_cast<std::size_t>(op.request.fd);
  if (index >= streams_.size() || streams_[index].reader != &op) return false;
  streams_[index].reader = nullptr;
  return true;
}

void uring_streams::forget(int fd) noexcept {
  const auto index = static_cast<std::size_t>(fd);
  if (index >= streams_.size()) return;
  stream& s = streams_[index];
  assert(s.reader == nullptr && "closed while an operation is in flight");
  if (s.how == mode::fresh) return;
  stop(s, fd);
  s.received.drop(*buffers_);
  const std::uint32_t next = s.generation + 1;
  s = stream();
  s.generation = next;
}

void uring_streams::arm(stream& s, int fd) noexcept {
  io_uring_sqe* entry = ring_->next_entry();
  io_uring_prep_recv_multishot(entry, fd, nullptr, 0, 0);
  entry->flags |= IOSQE_BUFFER_SELECT;
  entry->buf_group = receive_buffers::group;
  io_uring_sqe_set_data64(entry, uring_tag::of(uring_tag::kind::stream, fd, s.generation));
  s.place = ring_->last_place();
  s.armed = true;
  s.stopping = false;
}

void uring_streams::stop(stream& s, int fd) noexcept {
  if (!s.armed || s.stopping) return;
  const std::uint64_t tag = uring_tag::of(uring_tag::kind::stream, fd, s.generation);
  // The kernel looks a number up when it gets the request: by then it may be another socket's.
  if (ring_->take_back(s.place, tag)) {
    s.armed = false;
    return;
  }
  ring_->cancel(tag);
  s.stopping = true;
}

void uring_streams::arrived(const uring_answer& answer) noexcept {
  const int fd = uring_tag::fd_of(answer.tag);
  const bool filled = (answer.flags & IORING_CQE_F_BUFFER) != 0;
  const auto buffer = static_cast<std::uint16_t>(answer.flags >> IORING_CQE_BUFFER_SHIFT);
  stream& s = streams_[static_cast<std::size_t>(fd)];
  if (s.generation != uring_tag::generation_of(answer.tag)) {  // closed since
    if (filled) buffers_->give_back(buffer);
    return;
  }
  if (!answer.more()) s.armed = s.stopping = false;

  const int result = answer.result;
  if (result > 0) {
    s.received.add(*buffers_, buffer, static_cast<std::size_t>(result));
    const bool full = static_cast<std::size_t>(result) == receive_buffers::size;
    s.in_a_row = full ? static_cast<std::uint8_t>(s.in_a_row + 1) : 0;
    if (s.in_a_row >= long_stretch && s.how == mode::often) {
      s.how = mode::bulk;
      s.in_a_row = 0;
      stop(s, fd);
    }
  } else {
    if (filled) buffers_->give_back(buffer);
    // None of these says anything of the stream: we ended the request, all buffers are full, or
    // the kernel had no memory to wait with.
    const bool given_up = result == -ECANCELED || result == -ENOBUFS || result == -EAGAIN;
    if (!given_up) s.end = result;
  }
  settle(s, fd);
}

void uring_streams::settle(stream& s, int fd) noexcept {
  if (io_op* op = std::exchange(s.reader, nullptr)) {
    int result = 0;
    if (!s.received.empty() || s.end != no_end) {
      (void)receive(s, *op, result);
      op->complete(result);
    } else if (s.armed) {
      s.reader = op;
    } else {
      // With a buffer of its own, as any other operation.
      ring_->enqueue(*op);
    }
  } else if (s.received.parts() >= most_unread) {
    stop(s, fd);
  }
}

}  // namespace eddy::detail
