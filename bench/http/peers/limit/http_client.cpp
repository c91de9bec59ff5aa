// SPDX-License-Identifier: MIT
// The least that an HTTP client can do: `limit_http_client PORT COUNT` keeps one constant request
// under way on each connection, and takes what arrives for one whole answer, if it is a 200 and as
// long as it says.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

constexpr std::string_view request =
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: limit\r\n\r\n";

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

void ask(int fd) {
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) != ssize_t(request.size())) {
    fail("send");
  }
}

int connect_to(const char* port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const sockaddr_in address{.sin_family = AF_INET,
                            .sin_port = htons(static_cast<in_port_t>(std::atoi(port))),
                            .sin_addr = {htonl(INADDR_LOOPBACK)},
                            .sin_zero = {}};
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
    fail("connect");
  }
  return fd;
}

void take_answer(int fd) {
  static std::array<char, 65536> buffer;
  const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
  if (count <= 0) fail("recv");
  const std::string_view text(buffer.data(), static_cast<std::size_t>(count));
  constexpr std::string_view field = "\r\nContent-Length: ";
  constexpr std::string_view end_of_head = "\r\n\r\n";
  const auto length = text.find(field);
  const auto end = text.find(end_of_head);
  if (!text.starts_with("HTTP/1.1 200 ") || length == text.npos || end == text.npos ||
      end + end_of_head.size() + std::strtoul(&buffer[length + field.size()], nullptr, 10) !=
          text.size()) {
    fail("answer");
  }
}

}  // namespace

int main(int, char** arguments) {
  const int epoll = ::epoll_create1(0);
  for (int i = std::atoi(arguments[2]); i > 0; --i) {
    const int fd = connect_to(arguments[1]);
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    ask(fd);
  }
  std::array<epoll_event, 256> events;
  for (;;) {
    const int count = ::epoll_wait(epoll, events.data(), events.size(), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      take_answer(fd);
      ask(fd);
    }
  }
}
