// SPDX-License-Identifier: MIT
#include "dns_message.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

namespace eddy::detail {
namespace {

using std::chrono::seconds;

// RFC 2308 suggests hours; a host that was just set up should not be unknown for so long.
constexpr seconds longest_negative = std::chrono::minutes(5);
constexpr seconds longest_positive = std::chrono::hours(24);
constexpr std::size_t longest_name = 255;
// A name has no more parts than that, and each may be somewhere else.
constexpr int most_references = 127;
// As many as common name servers follow.
constexpr int most_aliases = 16;
constexpr std::uint16_t class_internet = 1;

/// Reads a message from front to back. Beyond the end everything is 0 and `failed`.
class reader {
 public:
  explicit reader(std::span<const std::uint8_t> message) noexcept : message_(message) {}

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] std::size_t position() const noexcept { return at_; }
  void go_to(std::size_t position) noexcept {
    at_ = position;
    failed_ = failed_ || position > message_.size();
  }

  std::uint8_t u8() noexcept {
    if (at_ >= message_.size()) {
      failed_ = true;
      return 0;
    }
    return message_[at_++];
  }
  std::uint16_t u16() noexcept {
    const unsigned high = u8();
    return static_cast<std::uint16_t>(high << 8 | u8());
  }
  std::uint32_t u32() noexcept {
    const std::uint32_t high = u16();
    return high << 16 | u16();
  }
  seconds ttl() noexcept {
    const std::uint32_t value = u32();
    return seconds(value > 0x7fffffff ? 0 : value);  // RFC 2181: the top bit set means 0
  }
  template <std::size_t Size>
  std::array<std::uint8_t, Size> bytes() noexcept {
    std::array<std::uint8_t, Size> read{};
    for (std::uint8_t& byte : read) byte = u8();
    return read;
  }
  void append_bytes(std::string& to, std::size_t count) {
    while (count-- > 0 && !failed_) to += static_cast<char>(u8());
  }

  std::string name() {
    std::string text;
    std::size_t length = 0;
    std::size_t lowest = at_;          // a pointer leads back, or a message could be endless
    std::optional<std::size_t> after;  // where the name ends here, once it goes on elsewhere
    int references = 0;
    for (;;) {
      const unsigned size = u8();
      if (failed_ || size == 0) break;
      if (size >= 0xc0) {
        const std::size_t target = (size & 0x3f) << 8 | u8();
        if (!after) after = at_;
        if (target >= lowest || ++references > most_references) failed_ = true;
        if (failed_) break;
        at_ = lowest = target;
        continue;
      }
      length += size + 1;
      if (size >= 0x40 || length > longest_name) failed_ = true;
      if (failed_) break;
      if (!text.empty()) text += '.';
      for (unsigned i = 0; i < size; ++i) append_escaped(text, u8());
    }
    if (after) at_ = *after;
    return text;
  }

 private:
  static void append_escaped(std::string& text, unsigned char c) {
    if (c == '.' || c == '\\') {
      text += '\\';
      text += static_cast<char>(c);
    } else if (c <= ' ' || c > '~') {
      text += fmt::format("\\{:03}", c);
    } else {
      text += static_cast<char>(c);
    }
  }

  std::span<const std::uint8_t> message_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

dns_record read_record(reader& from, dns_type type, seconds ttl, std::size_t end) {
  switch (type) {
    case dns_type::a:
      return address_record{ip_address::v4(from.bytes<4>()), ttl};
    case dns_type::aaaa:
      return address_record{ip_address::v6(from.bytes<16>()), ttl};
    case dns_type::srv: {
      dns::srv_record read{.ttl = ttl};
      read.priority = from.u16();
      read.weight = from.u16();
      read.port = from.u16();
      read.target = from.name();
      return read;
    }
    case dns_type::mx: {
      dns::mx_record read{.ttl = ttl};
      read.preference = from.u16();
      read.host = from.name();
      return read;
    }
    case dns_type::txt: {
      dns::txt_record read{.ttl = ttl};
      while (!from.failed() && from.position() < end) from.append_bytes(read.text, from.u8());
      return read;
    }
    case dns_type::ptr:
    case dns_type::cname:
    case dns_type::soa:
      break;
  }
  return dns::ptr_record{from.name(), ttl};
}

struct alias {
  std::string from;
  std::string to;
  seconds ttl;
};

struct owned_record {
  std::string owner;
  dns_record record;
};

/// The sections of a message as far as the question is concerned.
struct sections {
  std::vector<alias> aliases;
  std::vector<owned_record> answers;
  std::optional<seconds> negative;  // how long "there is none" holds
};

sections read_sections(reader& from, dns_type wanted, unsigned answers, unsigned authorities) {
  sections read;
  for (unsigned i = 0; i < answers + authorities && !from.failed(); ++i) {
    std::string owner = dns_lower(from.name());
    const auto type = static_cast<dns_type>(from.u16());
    const std::uint16_t record_class = from.u16();
    const seconds ttl = from.ttl();
    const std::size_t size = from.u16();
    const std::size_t end = from.position() + size;
    if (record_class != class_internet) {
    } else if (i < answers && type == wanted) {
      read.answers.push_back({std::move(owner), read_record(from, type, ttl, end)});
    } else if (i < answers && type == dns_type::cname) {
      read.aliases.push_back({std::move(owner), dns_lower(from.name()), ttl});
    } else if (i >= answers && type == dns_type::soa) {
      from.go_to(end - 4);  // the last field: how long negative answers hold
      read.negative = std::min(ttl, from.ttl());
    }
    // A record that is longer than it says makes what follows it garbage.
    from.go_to(from.position() <= end ? end : SIZE_MAX);
  }
  return read;
}

/// The name at the end of the aliases that begin with `name`; `holds` for as long as all of them.
std::string follow(const std::vector<alias>& aliases, std::string name, seconds& holds) {
  for (int hops = 0; hops < most_aliases; ++hops) {
    const auto next = std::ranges::find(aliases, name, &alias::from);
    if (next == aliases.end()) break;
    holds = std::min(holds, next->ttl);
    name = next->to;
  }
  return name;
}

}  // namespace

std::string dns_lower(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

resolve_failure dns_failure(unsigned response_code) noexcept {
  switch (response_code) {
    case 0:
      return resolve_failure::none;
    case 3:
      return resolve_failure::no_such_name;
    case 5:
      return resolve_failure::refused;
    default:
      return resolve_failure::server_failed;
  }
}

std::optional<dns_answer> parse_dns_answer(std::span<const std::uint8_t> message,
                                           std::string_view name, dns_type type) {
  reader from(message);
  from.u16();  // the id: whoever sent the question has compared it
  const unsigned flags = from.u16();
  const unsigned questions = from.u16();
  const unsigned answers = from.u16();
  const unsigned authorities = from.u16();
  from.u16();
  for (unsigned i = 0; i < questions && !from.failed(); ++i) {
    from.name();
    from.u32();
  }
  sections read = read_sections(from, type, answers, authorities);
  if (from.failed()) return std::nullopt;

  seconds holds = longest_positive;
  const std::string owner = follow(read.aliases, dns_lower(name), holds);
  dns_answer result{.failure = dns_failure(flags & 0xf), .lifetime = holds};
  for (owned_record& answer : read.answers) {
    if (answer.owner != owner) continue;
    std::visit([&](auto& r) { r.ttl = std::min(r.ttl, holds); }, answer.record);
    std::visit([&](auto& r) { result.lifetime = std::min(result.lifetime, r.ttl); }, answer.record);
    result.records.push_back(std::move(answer.record));
  }
  if (result.failure == resolve_failure::none && result.records.empty())
    result.failure = resolve_failure::no_record;
  if (result.failure != resolve_failure::none) {
    result.records.clear();
    result.lifetime = std::min({holds, read.negative.value_or(seconds(0)), longest_negative});
  }
  return result;
}

}  // namespace eddy::detail
