// SPDX-License-Identifier: MIT
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <thread>

#include <eddy/io/endpoint.hpp>

/// A name server for examples, in a thread of its own: it knows one record of each of a few kinds,
/// and gives it whatever the name. A real one is somewhere else, and others run it.
class name_server {
 public:
  name_server() : fd_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(fd_, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  name_server(const name_server&) = delete;
  name_server& operator=(const name_server&) = delete;
  ~name_server() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  [[nodiscard]] eddy::endpoint where() const { return {eddy::ip_address::loopback_v4(), port_}; }

 private:
  // What a record of the kind holds, as it is in a message.
  static std::string_view data_of(int type) {
    using namespace std::string_view_literals;
    switch (type) {
      case 1:
        return "\x0a\0\0\x07"sv;  // A: 10.0.0.7
      case 12:
        return "\4host\4test\0"sv;  // PTR
      case 15:
        return "\0\x0a\4mail\4test\0"sv;  // MX: preference 10
      case 16:
        return "\x0bv=spf1 -all"sv;  // TXT
      case 33:
        return "\0\1\0\5\x14\x66\4chat\4test\0"sv;  // SRV: priority 1, weight 5, port 5222
      default:
        return {};
    }
  }

  void serve() const {
    char question[512];
    sockaddr_in from{};
    socklen_t size = sizeof from;
    for (;;) {
      const ssize_t got =
          ::recvfrom(fd_, question, sizeof question, 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (got < 17) return;
      std::string answer(question, static_cast<std::size_t>(got));
      const std::string_view data = data_of(answer[answer.size() - 3]);
      answer[2] = '\x85';
      answer[3] = '\x80';
      answer[7] = data.empty() ? 0 : 1;
      if (!data.empty()) {
        answer += '\xc0';
        answer += '\x0c';                          // the name of the question
        answer += answer.substr(got - 4, 4);       // its type and class
        answer += std::string("\0\0\0\x3c\0", 5);  // for 60 seconds
        answer += static_cast<char>(data.size());
        answer += data;
      }
      ::sendto(fd_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
    }
  }

  int fd_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};
