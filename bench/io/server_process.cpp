// SPDX-License-Identifier: MIT
#include "server_process.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

namespace {

using namespace std::chrono_literals;

constexpr auto longest_start = 5s;

int check(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

sockaddr_in loopback(in_addr_t host) {
  return {.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(host)}, .sin_zero = {}};
}

/// With a port that nobody uses now.
sockaddr_in free_address() {
  sockaddr_in address = loopback(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const int probe = check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  check(::bind(probe, reinterpret_cast<sockaddr*>(&address), size), "bind");
  check(::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  ::close(probe);
  return address;
}

/// Each run has an address of its own, lest it wait for the ports that the last one used up.
sockaddr_in own_address() {
  const auto pid = static_cast<in_addr_t>(::getpid());
  return loopback((127U << 24) | (1U << 16) | (pid & 0xFFFF));
}

}  // namespace

void pin_to(int cpu) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(cpu, &only);
  check(::sched_setaffinity(0, sizeof only, &only), "sched_setaffinity");
}

void allow_many_descriptors() {
  rlimit limit{};
  check(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  check(::setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

server_process::server_process(std::vector<char*> command, int cpu) : address_(free_address()) {
  std::string port = std::to_string(ntohs(address_.sin_port));
  command.push_back(port.data());
  command.push_back(nullptr);
  pid_ = check(::fork(), "fork");
  if (pid_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  pin_to(cpu);
  ::execvp(command[0], command.data());
  ::perror(command[0]);
  ::_exit(127);
}

server_process::~server_process() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

int server_process::connect() const {
  const int fd = check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  const int on = 1;
  check(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
  check(::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on), "setsockopt");
  const sockaddr_in from = own_address();
  check(::bind(fd, reinterpret_cast<const sockaddr*>(&from), sizeof from), "bind");
  const auto until = std::chrono::steady_clock::now() + longest_start;
  while (::connect(fd, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) < 0) {
    if (errno != ECONNREFUSED || std::chrono::steady_clock::now() > until) check(-1, "connect");
    if (::waitpid(pid_, nullptr, WNOHANG) != 0) throw std::runtime_error("the server has ended");
    std::this_thread::sleep_for(5ms);
  }
  return fd;
}

std::chrono::nanoseconds server_process::cpu_time() const {
  clockid_t clock{};
  if (const int error = ::clock_getcpuclockid(pid_, &clock); error != 0) {
    throw std::system_error(error, std::generic_category(), "clock_getcpuclockid");
  }
  timespec spent{};
  check(::clock_gettime(clock, &spent), "the server's CPU time");
  return std::chrono::seconds(spent.tv_sec) + std::chrono::nanoseconds(spent.tv_nsec);
}

long server_process::resident_bytes() const {
  long size = 0;
  long resident = 0;
  std::ifstream("/proc/" + std::to_string(pid_) + "/statm") >> size >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

long server_process::descriptors() const {
  const std::filesystem::directory_iterator open("/proc/" + std::to_string(pid_) + "/fd");
  return std::distance(begin(open), end(open));
}
