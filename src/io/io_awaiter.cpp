// SPDX-License-Identifier: MIT
#include <eddy/io/detail/io_awaiter.hpp>

#include <cassert>
#include <cerrno>
#include <stdexcept>
#include <string>

#include <eddy/io/detail/descriptor.hpp>

namespace eddy::detail {

descriptor::descriptor(int fd) noexcept : fd_(fd) {
  if (loop* home = loop::current(); home != nullptr && fd >= 0) home->forget(fd);
}

void descriptor::close() noexcept {
  if (fd_ < 0) return;
  sockets_here().close(release());
}

int descriptor::release() noexcept {
  if (loop* home = loop::current(); home != nullptr && fd_ >= 0) home->forget(fd_);
  return std::exchange(fd_, -1);
}

socket_calls& sockets_here() noexcept {
  loop* home = loop::current();
  return home != nullptr ? home->sockets() : socket_calls::of_system();
}

io_slot::io_slot(io_slot&& other) noexcept {
  assert(!other.taken_ && "moved while an operation is in flight");
  (void)other;
}
io_slot& io_slot::operator=(io_slot&& other) noexcept {
  assert(!taken_ && !other.taken_ && "moved while an operation is in flight");
  (void)other;
  return *this;
}
io_slot::~io_slot() { assert(!taken_ && "destroyed while an operation is in flight"); }

void io_slot::refuse_second(const char* what) const {
  if (!taken_) return;
  throw std::logic_error(std::string("eddy: ") + what +
                         " while another task is in one: give each direction of a socket, and the "
                         "position of a file, to one task at a time");
}

bool io_awaiter::suspend(frame& owner) {
  slot_->refuse_second(describe());
  if (!park(owner)) return true;
  slot_->take();
  const std::optional<int> finished = start();
  if (!finished) return true;
  result_ = *finished;
  owner.child = nullptr;
  return pass(owner);
}

std::optional<int> io_awaiter::start() noexcept {
  for (;;) {
    const std::optional<int> finished = submit();
    if (!finished || is_over(*finished)) return finished;
  }
}

void io_awaiter::complete(int result) noexcept {
  home().completed();
  proceed(result);
}

void io_awaiter::proceed(int result) noexcept {
  if (result == -EINTR && !cancelled_) {
    if (const auto finished = start()) end(*finished);
  } else if (is_over(result)) {
    end(result);
  } else if (cancelled_) {
    end(-ECANCELED);
  } else if (const auto finished = start()) {
    end(*finished);
  }
}

void io_awaiter::end(int result) noexcept {
  result_ = result;
  if (cancelled_ && (result == -ECANCELED || result == -EINTR)) {
    slot_->release();
    give_up();
  } else {
    wake();
  }
}

void io_awaiter::cancel(frame&, bool) noexcept {
  if (cancelled_) return;
  cancelled_ = true;
  ask_to_stop();
}

}  // namespace eddy::detail
