// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <eddy/io/endpoint.hpp>

namespace eddy::testing {

// Numbers of DNS.
enum : std::uint16_t {
  A = 1,
  CNAME = 5,
  SOA = 6,
  PTR = 12,
  MX = 15,
  TXT = 16,
  AAAA = 28,
  SRV = 33
};
enum : unsigned { NOERROR = 0, SERVFAIL = 2, NXDOMAIN = 3, REFUSED = 5 };

struct fake_record {
  std::string owner;
  std::uint16_t type;
  std::uint32_t ttl;
  std::string data;  // as it is in the message
};

// What a record holds, as it is in a message.
[[nodiscard]] std::string dns_bytes(const ip_address& address);
[[nodiscard]] std::string dns_bytes(std::uint16_t number);
[[nodiscard]] std::string dns_name(std::string_view name);
/// An address record, A or AAAA.
[[nodiscard]] fake_record address(std::string owner, std::string_view text,
                                  std::uint32_t ttl = 300);
[[nodiscard]] fake_record alias(std::string owner, std::string_view to, std::uint32_t ttl = 300);
/// What makes "there is none" last.
[[nodiscard]] fake_record start_of(std::string zone, std::uint32_t ttl, std::uint32_t minimum);

struct fake_reply {
  unsigned code = NOERROR;
  std::vector<fake_record> answers = {};
  std::vector<fake_record> authority = {};
  bool truncated = false;  // over UDP; the whole is to be had over TCP
  bool silent = false;
  int forged = 0;  // replies with a wrong id and other addresses come first
};

/// The message that says it in answer to `question`.
[[nodiscard]] std::string dns_message(const std::string& question, const fake_reply& reply);

/// A name server on loopback, UDP and TCP, in a thread of its own: says what it was told to say;
/// that there is no such name to all else.
class fake_dns_server {
 public:
  fake_dns_server();
  fake_dns_server(const fake_dns_server&) = delete;
  fake_dns_server& operator=(const fake_dns_server&) = delete;
  ~fake_dns_server();

  [[nodiscard]] endpoint where() const noexcept { return where_; }
  void say(std::string name, std::uint16_t type, fake_reply reply);
  /// A and AAAA: the address given, and that there is no other.
  void add_host(const std::string& name, std::string_view address, std::uint32_t ttl = 300);
  /// How often it was asked.
  [[nodiscard]] int asked(const std::string& name, std::uint16_t type) const;
  [[nodiscard]] int asked_by_tcp() const { return by_tcp_; }

 private:
  using question = std::pair<std::string, std::uint16_t>;
  void serve();
  void serve_udp();
  void serve_tcp();
  fake_reply find(const std::string& message);

  mutable std::mutex mutex_;
  std::map<question, fake_reply> replies_;
  std::map<question, int> asked_;
  std::atomic<int> by_tcp_ = 0;
  endpoint where_;
  int udp_ = -1;
  int tcp_ = -1;
  int stop_ = -1;
  std::thread thread_;
};

}  // namespace eddy::testing
