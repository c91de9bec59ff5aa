// SPDX-License-Identifier: MIT
// The least that io_uring can do: one accept and one receive a connection that go on giving,
// buffers that the kernel picks, and a reply sent from where the request came to lie.
#include <liburing.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "listen.hpp"

namespace {

constexpr unsigned submission_entries = 2048;
constexpr unsigned completion_entries = 8192;
constexpr int buffers = 4096;
constexpr int buffer_size = 2048;
constexpr int group = 1;

enum class what : std::uint8_t { accept, receive, send };

void check(int result, const char* tried) {
  if (result >= 0) return;
  std::fprintf(stderr, "%s: %s\n", tried, std::strerror(-result));
  std::exit(1);
}

class server {
 public:
  explicit server(int listener) : listener_(listener) {
    io_uring_params params{};
    params.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE;
    params.cq_entries = completion_entries;
    check(io_uring_queue_init_params(submission_entries, &ring_, &params), "io_uring");
    check(io_uring_register_ring_fd(&ring_), "register_ring_fd");
    provide_buffers();
    accept();
  }

  void run_once() {
    check(io_uring_submit_and_wait(&ring_, 1), "io_uring_enter");
    unsigned head = 0;
    unsigned seen = 0;
    int returned = 0;
    io_uring_cqe* entry = nullptr;
    io_uring_for_each_cqe(&ring_, head, entry) {
      ++seen;
      const auto fd = static_cast<int>(entry->user_data & 0xFFFFFFFF);
      switch (static_cast<what>(entry->user_data >> 56)) {
        case what::accept:
          check(entry->res, "accept");
          receive(entry->res);
          if ((entry->flags & IORING_CQE_F_MORE) == 0) accept();
          break;
        case what::receive:
          received(fd, *entry);
          break;
        case what::send:
          give_back(static_cast<int>(entry->user_data >> 32 & 0xFFFF), returned++);
          break;
      }
    }
    io_uring_buf_ring_advance(given_, returned);
    io_uring_cq_advance(&ring_, seen);
  }

 private:
  static void* pages(std::size_t size) {
    void* made = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                        MAP_ANONYMOUS | MAP_PRIVATE | MAP_POPULATE, -1, 0);
    check(made == MAP_FAILED ? -errno : 0, "mmap");
    return made;
  }

  void provide_buffers() {
    given_ = static_cast<io_uring_buf_ring*>(pages(buffers * sizeof(io_uring_buf)));
    bytes_ = static_cast<char*>(pages(std::size_t{buffers} * buffer_size));
    io_uring_buf_reg ring{};
    ring.ring_addr = reinterpret_cast<std::uintptr_t>(given_);
    ring.ring_entries = buffers;
    ring.bgid = group;
    check(io_uring_register_buf_ring(&ring_, &ring, 0), "register_buf_ring");
    io_uring_buf_ring_init(given_);
    for (int i = 0; i < buffers; ++i) give_back(i, i);
    io_uring_buf_ring_advance(given_, buffers);
  }

  char* buffer(int number) { return bytes_ + std::ptrdiff_t{number} * buffer_size; }

  void give_back(int number, int offset) {
    io_uring_buf_ring_add(given_, buffer(number), buffer_size, static_cast<unsigned short>(number),
                          io_uring_buf_ring_mask(buffers), offset);
  }

  void accept() {
    io_uring_sqe* entry = next_entry();
    io_uring_prep_multishot_accept(entry, listener_, nullptr, nullptr, 0);
    mark(entry, what::accept, listener_);
  }

  void receive(int fd) {
    io_uring_sqe* entry = next_entry();
    io_uring_prep_recv_multishot(entry, fd, nullptr, 0, 0);
    entry->flags |= IOSQE_BUFFER_SELECT;
    entry->buf_group = group;
    mark(entry, what::receive, fd);
  }

  void received(int fd, const io_uring_cqe& received) {
    if (received.res == -ENOBUFS) {
      receive(fd);
    } else if (received.res <= 0) {
      ::close(fd);
    } else {
      const auto number = static_cast<int>(received.flags >> IORING_CQE_BUFFER_SHIFT);
      io_uring_sqe* entry = next_entry();
      io_uring_prep_send(entry, fd, buffer(number), static_cast<std::size_t>(received.res),
                         MSG_NOSIGNAL | MSG_WAITALL);
      mark(entry, what::send, fd, number);
      if ((received.flags & IORING_CQE_F_MORE) == 0) receive(fd);
    }
  }

  io_uring_sqe* next_entry() {
    io_uring_sqe* entry = io_uring_get_sqe(&ring_);
    while (entry == nullptr) {
      check(io_uring_submit(&ring_), "io_uring_submit");
      entry = io_uring_get_sqe(&ring_);
    }
    return entry;
  }

  static void mark(io_uring_sqe* entry, what kind, int fd, int number = 0) {
    entry->user_data = static_cast<std::uint64_t>(kind) << 56 |
                       static_cast<std::uint64_t>(number) << 32 | static_cast<unsigned>(fd);
  }

  int listener_;
  io_uring ring_{};
  io_uring_buf_ring* given_ = nullptr;
  char* bytes_ = nullptr;
};

}  // namespace

int main(int, char** arguments) {
  server echo(limit::listen_on(arguments[1]));
  for (;;) echo.run_once();
}
