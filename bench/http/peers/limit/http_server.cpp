// SPDX-License-Identifier: MIT
// The least that an HTTP server can do: level-triggered epoll, a search for the end of each head,
// one constant answer. What arrives is taken for whole requests.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include <listen.hpp>

namespace {

constexpr std::string_view answer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!";

void watch(int epoll, int fd) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

void serve(int fd) {
  static std::array<char, 65536> buffer;
  static std::string answers;
  const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
  if (count <= 0) {
    ::close(fd);
    return;
  }
  constexpr std::string_view end_of_head = "\r\n\r\n";
  const std::string_view requests(buffer.data(), static_cast<std::size_t>(count));
  answers.clear();
  for (std::size_t end = 0; (end = requests.find(end_of_head, end)) != requests.npos;
       end += end_of_head.size()) {
    answers += answer;
  }
  if (::send(fd, answers.data(), answers.size(), MSG_NOSIGNAL) != ssize_t(answers.size())) {
    std::abort();  // a client that waits for its answers leaves room for them
  }
}

}  // namespace

int main(int, char** arguments) {
  const int listener = limit::listen_on(arguments[1]);
  const int epoll = ::epoll_create1(0);
  watch(epoll, listener);
  std::array<epoll_event, 1024> events;
  for (;;) {
    const int count = ::epoll_wait(epoll, events.data(), events.size(), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd != listener) {
        serve(fd);
        continue;
      }
      for (int accepted; (accepted = ::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
        watch(epoll, accepted);
      }
    }
  }
}
