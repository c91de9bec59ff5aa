// SPDX-License-Identifier: MIT
//
// echo_load ROW WORK COUNT SERVER...: runs `SERVER... PORT` on one CPU, talks to it from another,
// and prints `ROW field=value...` about it. WORK is one of those in `main`.
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "echo_rounds.hpp"
#include "server_process.hpp"

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto warm_up = 200ms;
constexpr auto measured = 800ms;

double ns(std::chrono::nanoseconds time) { return static_cast<double>(time.count()); }

std::vector<int> connect(const server_process& server, int count) {
  std::vector<int> connections(static_cast<std::size_t>(count));
  for (int& connection : connections) connection = server.connect();
  return connections;
}

void echo_once(std::span<const int> connections) {
  std::array<char, message_size> message{};
  for (const int fd : connections) {
    if (::send(fd, message.data(), message.size(), MSG_NOSIGNAL) < 0) {
      throw std::system_error(errno, std::generic_category(), "send");
    }
  }
  for (const int fd : connections) {
    if (::recv(fd, message.data(), message.size(), MSG_WAITALL) != message_size) {
      throw std::runtime_error("no echo");
    }
  }
}

/// One message under way on each of `count` connections.
void echo(const char* row, const server_process& server, int count) {
  const std::vector<int> connections = connect(server, count);
  steady_clock::time_point begin = steady_clock::now() + warm_up;
  bool warm = false;
  long before = 0;
  std::chrono::nanoseconds spent{};
  echo_rounds(connections, [&](long echoed) {
    const auto now = steady_clock::now();
    if (now < begin) return true;
    if (!warm) {
      warm = true;
      begin = now;
      before = echoed;
      spent = server.cpu_time();
      return true;
    }
    if (now < begin + measured) return true;
    const auto requests = static_cast<double>(echoed - before);
    std::printf("%s ns=%.0f rate=%.0f\n", row, ns(server.cpu_time() - spent) / requests,
                requests * 1e9 / ns(now - begin));
    return false;
  });
}

/// What `count` connections that have echoed once and wait cost the server.
void idle(const char* row, const server_process& server, int count) {
  echo_once(connect(server, 1));
  const long before = server.resident_bytes();
  echo_once(connect(server, count));
  std::printf("%s bytes=%.0f\n", row,
              static_cast<double>(server.resident_bytes() - before) / count);
}

/// `count` connections, a few at a time, each of which echoes once and goes. All of them must be
/// closed by the server in the end.
void connects(const char* row, const server_process& server, int count) {
  constexpr int at_once = 50;
  echo_once(connect(server, 1));
  const long open = server.descriptors();
  const auto spent = server.cpu_time();
  const auto begin = steady_clock::now();
  for (int done = 0; done < count; done += at_once) {
    const std::vector<int> connections = connect(server, at_once);
    echo_once(connections);
    for (const int fd : connections) ::close(fd);
  }
  const auto took = steady_clock::now() - begin;
  while (server.descriptors() > open && steady_clock::now() < begin + took + 2s) {
    std::this_thread::sleep_for(1ms);
  }
  if (const long left = server.descriptors() - open; left != 0) {
    throw std::runtime_error(std::to_string(left) + " descriptors leaked");
  }
  std::printf("%s ns=%.0f rate=%.0f\n", row, ns(server.cpu_time() - spent) / count,
              count * 1e9 / ns(took));
}

void run(int count, char** arguments) {
  if (count < 5) throw std::runtime_error("usage: echo_load ROW WORK COUNT SERVER...");
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  ::sched_getaffinity(0, sizeof cpus, &cpus);
  std::vector<int> usable;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &cpus)) usable.push_back(cpu);
  }
  allow_many_descriptors();
  pin_to(usable.back());
  const server_process server({arguments + 4, arguments + count}, usable.front());
  const std::string_view work = arguments[2];
  const auto function = work == "echo"   ? echo
                        : work == "idle" ? idle
                        : work == "connects"
                            ? connects
                            : throw std::runtime_error("WORK: echo, idle, connects");
  function(arguments[1], server, std::atoi(arguments[3]));
}

}  // namespace

int main(int count, char** arguments) {
  try {
    run(count, arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
