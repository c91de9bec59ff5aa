// SPDX-License-Identifier: MIT
#include "fake_dns_server.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace eddy::testing {
namespace {

constexpr std::size_t header_size = 12;

std::string bytes32(std::uint32_t number) {
  return dns_bytes(static_cast<std::uint16_t>(number >> 16)) +
         dns_bytes(static_cast<std::uint16_t>(number));
}

/// Where the question ends.
std::size_t question_end(const std::string& message) {
  std::size_t at = header_size;
  while (message.at(at) != 0) at += static_cast<unsigned char>(message.at(at)) + 1U;
  return at + 5;
}

std::string bytes_of(const fake_record& r) {
  return dns_name(r.owner) + dns_bytes(r.type) + dns_bytes(std::uint16_t{1}) + bytes32(r.ttl) +
         dns_bytes(static_cast<std::uint16_t>(r.data.size())) + r.data;
}

int bound(int type, std::uint16_t& port) {
  const int fd = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  socklen_t size = sizeof address;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) {
    ::close(fd);
    return -1;
  }
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return fd;
}

}  // namespace

std::string dns_bytes(const ip_address& address) {
  return {address.bytes().begin(), address.bytes().end()};
}

std::string dns_bytes(std::uint16_t number) {
  return {static_cast<char>(number >> 8), static_cast<char>(number)};
}

std::string dns_name(std::string_view name) {
  std::string bytes;
  while (!name.empty()) {
    const std::size_t end = std::min(name.find('.'), name.size());
    bytes += static_cast<char>(end);
    bytes += name.substr(0, end);
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return bytes + '\0';
}

fake_record address(std::string owner, std::string_view text, std::uint32_t ttl) {
  const ip_address parsed = ip_address::parse(text).value();
  return {std::move(owner), parsed.is_v6() ? AAAA : A, ttl, dns_bytes(parsed)};
}

fake_record alias(std::string owner, std::string_view to, std::uint32_t ttl) {
  return {std::move(owner), CNAME, ttl, dns_name(to)};
}

fake_record start_of(std::string zone, std::uint32_t ttl, std::uint32_t minimum) {
  std::string data = dns_name("ns." + zone) + dns_name("admin." + zone);
  for (const std::uint32_t number : {1U, 3600U, 600U, 86400U, minimum}) data += bytes32(number);
  return {std::move(zone), SOA, ttl, std::move(data)};
}

std::string dns_message(const std::string& question, const fake_reply& reply) {
  std::string message = question.substr(0, question_end(question));
  message[2] = static_cast<char>(reply.truncated ? 0x87 : 0x85);
  message[3] = static_cast<char>(0x80 | reply.code);
  const auto counts = [&](std::size_t answers, std::size_t authority) {
    message.replace(6, 6,
                    dns_bytes(static_cast<std::uint16_t>(answers)) +
                        dns_bytes(static_cast<std::uint16_t>(authority)) +
                        dns_bytes(std::uint16_t{0}));
  };
  if (reply.truncated) {
    counts(0, 0);
    return message;
  }
  counts(reply.answers.size(), reply.authority.size());
  for (const fake_record& r : reply.answers) message += bytes_of(r);
  for (const fake_record& r : reply.authority) message += bytes_of(r);
  return message;
}

fake_dns_server::fake_dns_server() {
  // The port of the one may be taken for the other.
  for (int tries = 0; tries < 100 && tcp_ < 0; ++tries) {
    std::uint16_t port = 0;
    udp_ = bound(SOCK_DGRAM, port);
    tcp_ = bound(SOCK_STREAM, port);
    if (tcp_ < 0) ::close(udp_);
    where_ = {ip_address::loopback_v4(), port};
  }
  if (tcp_ < 0 || ::listen(tcp_, 16) != 0) throw std::runtime_error("no port for a name server");
  stop_ = ::eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this] { serve(); });
}

fake_dns_server::~fake_dns_server() {
  ::eventfd_write(stop_, 1);
  thread_.join();
  for (const int fd : {udp_, tcp_, stop_}) ::close(fd);
}

void fake_dns_server::say(std::string name, std::uint16_t type, fake_reply reply) {
  const std::lock_guard lock(mutex_);
  replies_.insert_or_assign({std::move(name), type}, std::move(reply));
}

void fake_dns_server::add_host(const std::string& name, std::string_view text, std::uint32_t ttl) {
  const fake_record record = address(name, text, ttl);
  for (const std::uint16_t type : {A, AAAA}) {
    fake_reply reply{.authority = {start_of("test", ttl, ttl)}};
    if (type == record.type) reply = {.answers = {record}};
    say(name, type, std::move(reply));
  }
}

int fake_dns_server::asked(const std::string& name, std::uint16_t type) const {
  const std::lock_guard lock(mutex_);
  const auto found = asked_.find({name, type});
  return found != asked_.end() ? found->second : 0;
}

fake_reply fake_dns_server::find(const std::string& message) {
  std::string name;
  std::size_t at = header_size;
  while (const auto size = static_cast<unsigned char>(message.at(at))) {
    if (!name.empty()) name += '.';
    name += message.substr(at + 1, size);
    at += size + 1U;
  }
  const auto type = static_cast<std::uint16_t>(static_cast<unsigned char>(message.at(at + 1)) << 8 |
                                               static_cast<unsigned char>(message.at(at + 2)));
  const std::lock_guard lock(mutex_);
  ++asked_[{name, type}];
  const auto found = replies_.find({name, type});
  return found != replies_.end() ? found->second : fake_reply{.code = NXDOMAIN};
}

void fake_dns_server::serve() {
  for (;;) {
    pollfd waiting[] = {{stop_, POLLIN, 0}, {udp_, POLLIN, 0}, {tcp_, POLLIN, 0}};
    ::poll(waiting, 3, -1);
    if (waiting[0].revents != 0) return;
    if (waiting[1].revents != 0) serve_udp();
    if (waiting[2].revents != 0) serve_tcp();
  }
}

void fake_dns_server::serve_udp() {
  std::string message(4096, '\0');
  sockaddr_in from{};
  socklen_t size = sizeof from;
  const auto send = [&](const std::string& bytes) {
    ::sendto(udp_, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
  };
  const ssize_t got = ::recvfrom(udp_, message.data(), message.size(), MSG_DONTWAIT,
                                 reinterpret_cast<sockaddr*>(&from), &size);
  if (got < static_cast<ssize_t>(header_size)) return;
  message.resize(static_cast<std::size_t>(got));
  fake_reply reply = find(message);
  if (reply.silent) return;
  for (int i = 0; i < reply.forged; ++i) {
    std::string forged = dns_message(message, {.answers = {address("forged.test", "6.6.6.6")}});
    forged[0] = static_cast<char>(forged[0] ^ (i + 1));
    send(forged);
  }
  send(dns_message(message, reply));
}

void fake_dns_server::serve_tcp() {
  const int fd = ::accept4(tcp_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return;
  std::string message(4096, '\0');
  // One piece: the question is small, and sent at once.
  const ssize_t got = ::recv(fd, message.data(), message.size(), 0);
  if (got > static_cast<ssize_t>(header_size + 2)) {
    ++by_tcp_;
    message = message.substr(2, static_cast<std::size_t>(got) - 2);
    fake_reply reply = find(message);
    reply.truncated = false;
    const std::string bytes = dns_message(message, reply);
    const std::string whole = dns_bytes(static_cast<std::uint16_t>(bytes.size())) + bytes;
    ::send(fd, whole.data(), whole.size(), MSG_NOSIGNAL);
  }
  ::close(fd);
}

}  // namespace eddy::testing
