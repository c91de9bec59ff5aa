// SPDX-License-Identifier: MIT
// The least that epoll can do: level-triggered, so that a message costs one receive.
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "listen.hpp"

namespace {

void watch(int epoll, int fd) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

void echo(int fd) {
  static std::array<char, 65536> buffer;
  const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
  if (count <= 0) {
    ::close(fd);
  } else if (::send(fd, buffer.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) != count) {
    std::abort();  // a client that waits for its echo leaves room for it
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
        echo(fd);
        continue;
      }
      for (int accepted; (accepted = ::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
        watch(epoll, accepted);
      }
    }
  }
}
