// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <string>
#include <string_view>

#include <eddy/core/task.hpp>
#include <eddy/io/detail/descriptor.hpp>
#include <eddy/io/detail/io_awaiter.hpp>

namespace eddy::testing {

/// One request, as the backend answers it.
class raw_call final : public detail::io_awaiter {
 public:
  raw_call(const detail::io_request& what, detail::io_slot& slot) : io_awaiter(what, slot) {}
  [[nodiscard]] int await_resume() noexcept { return take_result(); }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "a raw call"; }
};

/// A socket with the system's own calls and results: what the network is, below all classes.
class raw_socket {
 public:
  raw_socket(int family, int type) : fd_(detail::sockets_here().open(family, type)) {}

  template <class Name>
  [[nodiscard]] int bind(const Name& name) {
    return detail::sockets_here().bind(fd_.get(), reinterpret_cast<const sockaddr*>(&name),
                                       sizeof name);
  }
  [[nodiscard]] int listen() { return detail::sockets_here().listen(fd_.get(), 16); }
  template <class Name>
  [[nodiscard]] Name name() {
    Name found{};
    socklen_t size = sizeof found;
    detail::sockets_here().local_name(fd_.get(), reinterpret_cast<sockaddr*>(&found), &size);
    return found;
  }

  template <class Name>
  [[nodiscard]] task<int> connect(Name name) {
    co_return co_await raw_call({.code = detail::io_code::connect,
                                 .fd = fd_.get(),
                                 .address = &name,
                                 .address_size = sizeof name},
                                writer_);
  }
  [[nodiscard]] task<int> accept() {
    co_return co_await raw_call({.code = detail::io_code::accept, .fd = fd_.get()}, reader_);
  }
  [[nodiscard]] task<int> send(std::string text) {
    co_return co_await raw_call(
        {.code = detail::io_code::send, .fd = fd_.get(), .data = text.data(), .size = text.size()},
        writer_);
  }
  template <class Name>
  [[nodiscard]] task<int> send_to(std::string text, Name name) {
    iovec piece{.iov_base = text.data(), .iov_len = text.size()};
    msghdr message{};
    message.msg_name = &name;
    message.msg_namelen = sizeof name;
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    co_return co_await raw_call(
        {.code = detail::io_code::send_message, .fd = fd_.get(), .data = &message}, writer_);
  }
  /// What came, or the error as text: `-111`.
  [[nodiscard]] task<std::string> receive(std::size_t most = 65'536) {
    std::string text(most, '\0');
    const int got = co_await raw_call(
        {.code = detail::io_code::recv, .fd = fd_.get(), .data = text.data(), .size = text.size()},
        reader_);
    if (got < 0) co_return std::to_string(got);
    text.resize(static_cast<std::size_t>(got));
    co_return text;
  }

  explicit raw_socket(int fd) : fd_(fd) {}

 private:
  detail::descriptor fd_;
  detail::io_slot reader_;
  detail::io_slot writer_;
};

}  // namespace eddy::testing
