// SPDX-License-Identifier: MIT
//
// The cheapest client that there is, so that the server is what bounds the rate: registered
// sockets, multishot receives into provided buffers, sends that complete silently.
#include "echo_rounds.hpp"

#include <liburing.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace {

constexpr unsigned submission_entries = 2048;
constexpr unsigned completion_entries = 8192;
constexpr int buffers = 2048;
constexpr int buffer_size = 256;
constexpr int group = 1;
constexpr std::uint64_t sent = std::uint64_t{1} << 32;  // in user_data, beside the connection
constexpr __kernel_timespec longest_silence{.tv_sec = 2, .tv_nsec = 0};

void check(int result, const char* what) {
  if (result < 0) throw std::system_error(-result, std::generic_category(), what);
}

class rounds {
 public:
  explicit rounds(std::span<const int> connections) : arrived_(connections.size()) {
    io_uring_params params{};
    params.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE;
    params.cq_entries = completion_entries;
    check(io_uring_queue_init_params(submission_entries, &ring_, &params), "io_uring");
    check(io_uring_register_files(&ring_, connections.data(), unsigned(connections.size())),
          "register_files");
    provide_buffers();
    message_.fill('x');
  }
  rounds(const rounds&) = delete;
  rounds& operator=(const rounds&) = delete;
  ~rounds() { io_uring_queue_exit(&ring_); }

  void start() {
    for (std::size_t i = 0; i < arrived_.size(); ++i) {
      receive(i);
      send(i);
    }
  }

  void run_once() {
    io_uring_cqe* first = nullptr;
    __kernel_timespec limit = longest_silence;
    check(io_uring_submit_and_wait_timeout(&ring_, &first, 1, &limit, nullptr), "io_uring_enter");
    unsigned head = 0;
    unsigned seen = 0;
    int returned = 0;
    io_uring_cqe* entry = nullptr;
    io_uring_for_each_cqe(&ring_, head, entry) {
      ++seen;
      if ((entry->user_data & sent) != 0)
        check(entry->res, "send");
      else if (entry->res == -ENOBUFS)
        receive(entry->user_data);
      else
        received(*entry, returned++);
    }
    io_uring_buf_ring_advance(given_, returned);
    io_uring_cq_advance(&ring_, seen);
  }

  [[nodiscard]] long echoed() const { return echoed_; }

 private:
  template <class Bytes>
  static Bytes* pages(std::size_t size) {
    void* made = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                        MAP_ANONYMOUS | MAP_PRIVATE | MAP_POPULATE, -1, 0);
    if (made == MAP_FAILED) throw std::bad_alloc();
    return static_cast<Bytes*>(made);  // for the life of the process
  }

  void provide_buffers() {
    given_ = pages<io_uring_buf_ring>(buffers * sizeof(io_uring_buf));
    bytes_ = pages<char>(std::size_t{buffers} * buffer_size);
    io_uring_buf_reg what{};
    what.ring_addr = reinterpret_cast<std::uintptr_t>(given_);
    what.ring_entries = buffers;
    what.bgid = group;
    check(io_uring_register_buf_ring(&ring_, &what, 0), "register_buf_ring");
    io_uring_buf_ring_init(given_);
    for (int i = 0; i < buffers; ++i) give_back(i, i);
    io_uring_buf_ring_advance(given_, buffers);
  }

  void give_back(int buffer, int offset) {
    io_uring_buf_ring_add(given_, bytes_ + std::ptrdiff_t{buffer} * buffer_size, buffer_size,
                          static_cast<unsigned short>(buffer), io_uring_buf_ring_mask(buffers),
                          offset);
  }

  void received(const io_uring_cqe& entry, int returned) {
    check(entry.res, "receive");
    if (entry.res == 0) throw std::runtime_error("the server closed a connection");
    give_back(static_cast<int>(entry.flags >> IORING_CQE_BUFFER_SHIFT), returned);
    const std::size_t connection = entry.user_data;
    if ((entry.flags & IORING_CQE_F_MORE) == 0) receive(connection);
    arrived_[connection] += entry.res;
    if (arrived_[connection] < message_size) return;
    arrived_[connection] = 0;
    ++echoed_;
    send(connection);
  }

  void receive(std::size_t connection) {
    io_uring_sqe* entry = next_entry();
    io_uring_prep_recv_multishot(entry, static_cast<int>(connection), nullptr, 0, 0);
    entry->flags |= IOSQE_BUFFER_SELECT | IOSQE_FIXED_FILE;
    entry->buf_group = group;
    entry->user_data = connection;
  }

  void send(std::size_t connection) {
    io_uring_sqe* entry = next_entry();
    io_uring_prep_send(entry, static_cast<int>(connection), message_.data(), message_.size(),
                       MSG_NOSIGNAL | MSG_WAITALL);
    entry->flags |= IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
    entry->user_data = sent | connection;
  }

  io_uring_sqe* next_entry() {
    io_uring_sqe* entry = io_uring_get_sqe(&ring_);
    while (entry == nullptr) {
      check(io_uring_submit(&ring_), "io_uring_submit");
      entry = io_uring_get_sqe(&ring_);
    }
    return entry;
  }

  io_uring ring_{};
  io_uring_buf_ring* given_ = nullptr;
  char* bytes_ = nullptr;
  std::array<char, message_size> message_;
  std::vector<int> arrived_;  // of the message under way, by connection
  long echoed_ = 0;
};

}  // namespace

void echo_rounds(std::span<const int> connections, const std::function<bool(long)>& look) {
  rounds client(connections);
  client.start();
  do {
    client.run_once();
  } while (look(client.echoed()));
}
