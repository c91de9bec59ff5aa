// SPDX-License-Identifier: MIT
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/detail/backend.hpp>

namespace eddy::detail {

class descriptor {
 public:
  descriptor() = default;
  explicit descriptor(int fd) noexcept : fd_(fd) {}
  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~descriptor() { reset(); }

  void reset() noexcept {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_ = -1;
};

struct socket_pair {
  explicit socket_pair(int type = SOCK_STREAM) {
    int fds[2];
    if (::socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) < 0) {
      throw std::system_error(errno, std::generic_category(), "socketpair");
    }
    ours = descriptor(fds[0]);
    theirs = descriptor(fds[1]);
  }
  descriptor ours;
  descriptor theirs;

  void they_write(std::string_view text) const {
    EXPECT_EQ(::send(theirs.get(), text.data(), text.size(), MSG_NOSIGNAL), std::ssize(text));
  }
};

inline descriptor tcp_socket() {
  return descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

/// A TCP socket bound to a free loopback port.
struct bound_socket {
  bound_socket() : fd(tcp_socket()) {
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  }
  void listen(int backlog = 16) const { EXPECT_EQ(::listen(fd.get(), backlog), 0); }

  descriptor fd;
  sockaddr_in address{};
};

/// A connection over the loopback interface.
struct tcp_pair {
  tcp_pair() {
    bound_socket listener;
    listener.listen();
    theirs = tcp_socket();
    (void)::connect(theirs.get(), reinterpret_cast<const sockaddr*>(&listener.address),
                    sizeof listener.address);
    pollfd waiting{.fd = listener.fd.get(), .events = POLLIN, .revents = 0};
    ::poll(&waiting, 1, 5000);
    ours = descriptor(::accept4(listener.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  }
  void they_write(std::string_view text) const {
    EXPECT_EQ(::send(theirs.get(), text.data(), text.size(), MSG_NOSIGNAL), std::ssize(text));
  }
  descriptor ours;
  descriptor theirs;
};

inline io_request accept_on(const descriptor& d) {
  return {.code = io_code::accept, .fd = d.get()};
}
inline io_request connect_to(const descriptor& d, const sockaddr_in& address) {
  return {
      .code = io_code::connect, .fd = d.get(), .address = &address, .address_size = sizeof address};
}
inline io_request recv_into(const descriptor& d, std::string& buffer) {
  return {.code = io_code::recv, .fd = d.get(), .data = buffer.data(), .size = buffer.size()};
}
inline io_request send_from(const descriptor& d, std::string_view data) {
  return {.code = io_code::send,
          .fd = d.get(),
          .data = const_cast<char*>(data.data()),
          .size = data.size()};
}

/// Counts its completions: more than one is the bug we look for.
struct recorded_op : io_op {
  recorded_op() = default;
  explicit recorded_op(const io_request& r) { request = r; }
  virtual ~recorded_op() = default;
  void complete(int r) noexcept override {
    ++completions;
    result = r;
  }
  int completions = 0;
  int result = 0;
};

class backend_test : public ::testing::TestWithParam<backend_kind> {
 protected:
  void SetUp() override {
    int error = 0;
    backend_ = GetParam() == backend_kind::uring ? make_uring_backend(error) : make_epoll_backend();
    if (backend_ == nullptr) GTEST_SKIP() << "io_uring is refused here: " << std::strerror(error);
  }

  /// Whether the result came at once or not makes no difference to a test.
  void start(recorded_op& op) {
    if (const auto result = backend_->submit(op)) op.complete(*result);
  }
  void poll() { backend_->run_once(time_point::min()); }

  int finish(recorded_op& op) {
    const time_point limit = backend_->now() + std::chrono::seconds(5);
    while (op.completions == 0 && backend_->now() < limit) backend_->run_once(limit);
    EXPECT_EQ(op.completions, 1);
    return op.result;
  }
  int perform(const io_request& request) {
    recorded_op op(request);
    start(op);
    return finish(op);
  }
  /// `meanwhile` happens when the operation has been found to wait.
  template <class Meanwhile>
  int perform_after_waiting(const io_request& request, Meanwhile meanwhile) {
    recorded_op op(request);
    start(op);
    expect_pending(op);
    meanwhile();
    return finish(op);
  }
  void expect_pending(const recorded_op& op) {
    poll();
    EXPECT_EQ(op.completions, 0);
  }
  /// No completion is on its way that could hit `op` again.
  void expect_no_more(const recorded_op& op) {
    poll();
    EXPECT_EQ(op.completions, 1);
  }

  std::unique_ptr<backend> backend_;
};

inline std::string backend_name(const ::testing::TestParamInfo<backend_kind>& info) {
  return info.param == backend_kind::uring ? "uring" : "epoll";
}

inline const auto both_backends = ::testing::Values(backend_kind::uring, backend_kind::epoll);

}  // namespace eddy::detail
