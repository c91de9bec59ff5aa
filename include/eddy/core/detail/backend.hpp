// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <eddy/core/time.hpp>

// The backend seam: all that the loop asks of the outside world. Requests are plain data and
// completion-shaped, so io_uring hands them to the kernel, epoll tries the system call and parks
// the request until the descriptor is ready, and the simulation answers from its own clock.

namespace eddy::detail {

class socket_calls;

/// What an operation asks for. The result is what the system call would return, or -errno.
enum class io_code : std::uint8_t {
  // On sockets.
  accept,   // fd; result: the new descriptor, non-blocking and close-on-exec
  connect,  // fd, address, address_size; result: 0
  recv,     // fd, data, size, flags; result: bytes received, 0 at end of stream
  send,  // fd, data, size, flags (MSG_NOSIGNAL is added); result: bytes sent, maybe fewer than size
  recv_message,   // fd, data: a msghdr, flags; result: bytes received
  send_message,   // fd, data: a msghdr, flags; result: bytes sent
  recv_messages,  // fd, data: mmsghdr[size], flags; result: how many came, at least 1
  send_messages,  // fd, data: mmsghdr[size], flags; result: how many were sent, at least 1
  // On whatever can be polled and does not block: pipes, terminals, inotify, …
  read,      // fd, data, size; result: bytes read, 0 at the end
  write,     // fd, data, size; result: bytes written, maybe fewer than size
  poll_in,   // fd, which may block; result: the poll(2) events that came: POLLIN, POLLHUP, …
  poll_out,  // fd, which may block; result: the same, POLLOUT among them
  // On files, which are always ready and may take their time; only where `does_files`.
  read_at,   // fd, data, size, offset; result: bytes read, 0 at the end
  write_at,  // fd, data, size, offset; result: bytes written
  sync,      // fd, flags: IORING_FSYNC_DATASYNC or 0; result: 0
};

/// Whether an operation waits for input; the others wait for room.
[[nodiscard]] constexpr bool waits_for_input(io_code code) noexcept {
  switch (code) {
    case io_code::accept:
    case io_code::recv:
    case io_code::recv_message:
    case io_code::recv_messages:
    case io_code::read:
    case io_code::poll_in:
      return true;
    default:
      return false;
  }
}

struct io_request {
  io_code code;
  int fd = -1;
  int flags = 0;
  void* data = nullptr;  // never written to by send
  std::size_t size = 0;
  const void* address = nullptr;  // a sockaddr
  std::uint32_t address_size = 0;
  std::uint64_t offset = 0;
};

/// One request in flight, embedded in the awaiter that waits for it.
///
/// Lifetime: the operation, its buffers and its descriptor live until `complete` has been called. A
/// cancel does not shorten that: it only asks the kernel to hurry.
class io_op {
 public:
  io_op() = default;
  io_op(const io_op&) = delete;
  io_op& operator=(const io_op&) = delete;

  /// Called once, on the loop's thread, from `run_once` or `cancel`, never from `submit`.
  virtual void complete(int result) noexcept = 0;

  io_request request{};
  bool cancelled = false;  // the backend's, while the operation is in flight

 protected:
  ~io_op() = default;
};

/// One event source. Everything but `wake` belongs to the loop's thread.
class backend {
 public:
  backend() = default;
  backend(const backend&) = delete;
  backend& operator=(const backend&) = delete;
  virtual ~backend() = default;

  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

  /// Starts `op`. A value is the result of an operation that finished at once: `complete` is then
  /// never called. At most one operation a direction may be in flight on a descriptor.
  [[nodiscard]] virtual std::optional<int> submit(io_op& op) noexcept = 0;

  /// Asks for an early end of an operation in flight. It still completes once: with -ECANCELED, or
  /// with its result if the kernel was first. May call `complete` before it returns.
  virtual void cancel(io_op& op) noexcept = 0;

  /// Delivers completions; waits for the first until `until` or a `wake`, whichever comes first.
  /// `time_point::min()` only polls, `time_point::max()` waits without limit. A signal may end it
  /// early.
  virtual void run_once(time_point until) noexcept = 0;

  /// Ends the current or the next `run_once` early. Thread safety: any thread, and signal handlers.
  virtual void wake() noexcept = 0;

  [[nodiscard]] virtual time_point now() noexcept = 0;

  /// True when time is the backend's invention: `run_once` then jumps to `until` instead of
  /// waiting, except for `time_point::max()`, which waits for a `wake`.
  [[nodiscard]] virtual bool owns_clock() const noexcept { return false; }

  /// Where time is its invention: when the next thing happens that may complete an operation;
  /// `time_point::max()` if nothing ever will.
  [[nodiscard]] virtual time_point next_event() noexcept { return time_point::max(); }

  /// Must be told before a descriptor that carried operations is closed. What lies behind it may
  /// stay open until the next `run_once`.
  virtual void forget(int fd) noexcept = 0;

  /// Whether it takes `read_at`, `write_at` and `sync`; elsewhere files are for worker threads.
  [[nodiscard]] virtual bool does_files() const noexcept { return false; }

  /// The calls on sockets that never wait: the system's, but for a network that is invented.
  [[nodiscard]] virtual socket_calls& sockets() noexcept;
};

enum class backend_kind : std::uint8_t { automatic, uring, epoll, sim };

/// `automatic` takes io_uring where the kernel lets us and epoll elsewhere;
/// `EDDY_BACKEND=uring|epoll` overrides it. Errors: throws `std::runtime_error` for an unknown
/// name, and for io_uring asked for by name but refused, with what the kernel said.
std::unique_ptr<backend> make_backend(backend_kind kind);

// One maker a backend; uring's gives null and sets `error` where the kernel refuses.
std::unique_ptr<backend> make_uring_backend(int& error);
std::unique_ptr<backend> make_epoll_backend();
std::unique_ptr<backend> make_sim_backend();

}  // namespace eddy::detail
