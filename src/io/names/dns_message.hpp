// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <eddy/io/dns.hpp>

namespace eddy::detail {

enum class dns_type : std::uint16_t {
  a = 1,
  cname = 5,
  soa = 6,
  ptr = 12,
  mx = 15,
  txt = 16,
  aaaa = 28,
  srv = 33,
};

struct address_record {
  ip_address address;
  std::chrono::seconds ttl{};
};

using dns_record =
    std::variant<address_record, dns::srv_record, dns::mx_record, dns::txt_record, dns::ptr_record>;

/// What name servers said to one question.
struct dns_answer {
  resolve_failure failure = resolve_failure::none;
  std::vector<dns_record> records = {};
  std::chrono::seconds lifetime{};  // how long it holds; 0: for those who have asked already
};

/// Names differ in letters' case alone: they are the same.
[[nodiscard]] std::string dns_lower(std::string_view name);

/// What a response code means.
[[nodiscard]] resolve_failure dns_failure(unsigned response_code) noexcept;

/// Reads an answer to "the records of `type` of `name`", following the aliases in it. Nothing: it
/// is no DNS message.
///
/// Names in it come without the dot at their end; bytes that are none of a host name are escaped as
/// in zone files, `\.` or `\009`.
[[nodiscard]] std::optional<dns_answer> parse_dns_answer(std::span<const std::uint8_t> message,
                                                         std::string_view name, dns_type type);

}  // namespace eddy::detail
