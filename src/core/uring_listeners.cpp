// SPDX-License-Identifier: MIT
#include "uring_listeners.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <new>
#include <utility>

namespace eddy::detail {
namespace {

// So many connections are accepted ahead of who takes them; the others stay in the kernel's
// backlog, which `listen` bounds.
constexpr std::size_t most_untaken = 16;

}  // namespace

uring_listeners::~uring_listeners() {
  for (const auto& [fd, l] : listeners_) {
    for (const int connection : l.connections) ::close(connection);
  }
}

uring_listeners::listener* uring_listeners::find(int fd) noexcept {
  const auto found = listeners_.find(fd);
  return found != listeners_.end() ? &found->second : nullptr;
}

std::optional<int> uring_listeners::accept(io_op& op) noexcept {
  const int fd = op.request.fd;
  if (fd < 0) return -EBADF;  // no tag could say whose answer it is
  listener* l = find(fd);
  if (l == nullptr) {
    try {
      l = &listeners_.try_emplace(fd).first->second;
    } catch (const std::bad_alloc&) {
      return -ENOMEM;
    }
    l->generation = ++last_generation_;
  }
  if (!l->connections.empty()) {
    const int connection = l->connections.front();
    l->connections.pop_front();
    return connection;
  }
  if (!l->armed) arm(*l, fd);
  l->waiting = &op;
  return std::nullopt;
}

bool uring_listeners::release(const io_op& op) noexcept {
  listener* l = find(op.request.fd);
  if (l == nullptr || l->waiting != &op) return false;
  l->waiting = nullptr;
  return true;
}

void uring_listeners::forget(int fd) noexcept {
  const auto found = listeners_.find(fd);
  if (found == listeners_.end()) return;
  listener& l = found->second;
  assert(l.waiting == nullptr && "closed while an operation is in flight");
  for (const int connection : l.connections) ::close(connection);
  if (l.armed) {
    stop(l, fd);
    // The request holds the socket, and the socket its port: they go now, so that the next
    // listener can have the port. Connections that came meanwhile are closed in arrived().
    ring_->flush();
  }
  listeners_.erase(found);
}

void uring_listeners::arm(listener& l, int fd) noexcept {
  io_uring_sqe* entry = ring_->next_entry();
  io_uring_prep_multishot_accept(entry, fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  io_uring_sqe_set_data64(entry, uring_tag::of(uring_tag::kind::listener, fd, l.generation));
  l.armed = true;
  l.stopping = false;
}

void uring_listeners::stop(listener& l, int fd) noexcept {
  if (std::exchange(l.stopping, true)) return;
  ring_->cancel(uring_tag::of(uring_tag::kind::listener, fd, l.generation));
}

void uring_listeners::arrived(const uring_answer& answer) noexcept {
  const int fd = uring_tag::fd_of(answer.tag);
  const int result = answer.result;
  listener* l = find(fd);
  if (l == nullptr || l->generation != uring_tag::generation_of(answer.tag)) {  // closed since
    if (result >= 0) ::close(result);
    return;
  }
  if (!answer.more()) l->armed = l->stopping = false;

  io_op* op = std::exchange(l->waiting, nullptr);
  if (op != nullptr && (result == -ECANCELED || result == -EAGAIN)) {
    // We had ended the request, or the kernel had to try too often: ask again.
    l->waiting = op;
    if (!l->armed) arm(*l, fd);
  } else if (op != nullptr) {
    op->complete(result);
  } else if (result >= 0) {
    try {
      l->connections.push_back(result);
    } catch (const std::bad_alloc&) {
      ::close(result);
    }
    if (l->connections.size() >= most_untaken && l->armed) stop(*l, fd);
  }
  // An error that nobody waits for comes again when somebody does.
}

}  // namespace eddy::detail
