// SPDX-License-Identifier: MIT
#include "ip_address.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <ranges>
#include <span>

#include <fmt/format.h>

#include "ascii.hpp"

namespace eddy::detail {

namespace {

std::unexpected<url_fault> fault(std::string what, std::size_t at) {
  return std::unexpected(url_fault{std::move(what), at});
}

// Larger than any address, and small enough that one more digit does not overflow.
constexpr std::uint64_t too_large = std::uint64_t{1} << 33;

/// A number with C's prefixes for octal and hexadecimal.
std::optional<std::uint64_t> read_number(std::string_view text) noexcept {
  if (text.empty()) return std::nullopt;
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
    text.remove_prefix(1);
  }
  std::uint64_t number = 0;
  for (const char c : text) {
    const int digit = hex_value(c);
    if (digit < 0 || digit >= base) return std::nullopt;
    number =
        std::min(number * static_cast<unsigned>(base) + static_cast<unsigned>(digit), too_large);
  }
  return number;
}

using pieces = std::array<std::uint16_t, 8>;

/// Reads an IPv6 address from the left to the right.
class ipv6_reader {
 public:
  explicit ipv6_reader(std::string_view text) : text_(text) {}

  std::expected<pieces, url_fault> read();

 private:
  bool at(char c) const noexcept { return at_ < text_.size() && text_[at_] == c; }
  bool at_digit() const noexcept { return at_ < text_.size() && is_digit(text_[at_]); }

  std::expected<void, url_fault> read_ipv4();
  std::expected<void, url_fault> fill_gap();

  std::string_view text_;
  std::size_t at_ = 0;
  pieces pieces_{};
  std::size_t count_ = 0;
  std::optional<std::size_t> gap_;  // where `::` is
};

std::expected<pieces, url_fault> ipv6_reader::read() {
  if (at(':')) {
    if (!text_.starts_with("::")) return fault("an IPv6 address cannot begin with one colon", 0);
    at_ = 2;
    gap_ = ++count_;
  }
  while (at_ < text_.size()) {
    if (count_ == pieces_.size()) {
      return fault("an IPv6 address has no more than eight numbers", at_);
    }
    if (at(':')) {
      if (gap_) return fault("an IPv6 address has `::` no more than once", at_ - 1);
      ++at_;
      gap_ = ++count_;
      continue;
    }
    const std::size_t begin = at_;
    unsigned value = 0;
    while (at_ < text_.size() && at_ - begin < 4 && hex_value(text_[at_]) >= 0) {
      value = value * 16 + static_cast<unsigned>(hex_value(text_[at_++]));
    }
    if (at('.') && at_ > begin) {
      at_ = begin;
      if (auto read = read_ipv4(); !read) return std::unexpected(std::move(read).error());
      break;
    }
    if (at(':')) {
      if (++at_ == text_.size()) return fault("an IPv6 address cannot end with one colon", at_ - 1);
    } else if (at_ < text_.size()) {
      return fault(at_ - begin == 4 ? "a number in an IPv6 address has no more than four digits"
                                    : "only hexadecimal digits and colons make an IPv6 address",
                   at_);
    }
    pieces_[count_++] = static_cast<std::uint16_t>(value);
  }
  if (auto filled = fill_gap(); !filled) return std::unexpected(std::move(filled).error());
  return pieces_;
}

/// The last 32 bits, written as an IPv4 address; here the four numbers are plain decimal ones.
std::expected<void, url_fault> ipv6_reader::read_ipv4() {
  if (count_ > 6) return fault("an IPv4 address here makes the IPv6 address too long", at_);
  for (int i = 0; i < 4; ++i) {
    if (i > 0) {
      if (!at('.')) return fault("an IPv4 address in an IPv6 address has four numbers", at_);
      ++at_;
    }
    const std::size_t begin = at_;
    unsigned value = 0;
    while (at_digit() && at_ - begin < 4) {
      value = value * 10 + static_cast<unsigned>(text_[at_++] - '0');
    }
    const bool padded = at_ - begin > 1 && text_[begin] == '0';
    if (at_ == begin || padded || value > 255) {
      return fault("an IPv4 address in an IPv6 address has numbers from 0 to 255", begin);
    }
    auto& piece = pieces_[count_];
    piece = static_cast<std::uint16_t>(piece * 256 + value);
    if (i % 2 == 1) ++count_;
  }
  if (at_ < text_.size()) {
    return fault("an IPv4 address in an IPv6 address must be its end", at_);
  }
  return {};
}

/// Moves what follows `::` to the end.
std::expected<void, url_fault> ipv6_reader::fill_gap() {
  if (gap_) {
    const auto from = pieces_.begin() + static_cast<std::ptrdiff_t>(*gap_);
    std::rotate(from, pieces_.begin() + static_cast<std::ptrdiff_t>(count_), pieces_.end());
    return {};
  }
  if (count_ == pieces_.size()) return {};
  return fault("an IPv6 address has eight numbers, or `::` for some of them", text_.size());
}

struct run {
  std::size_t begin = 0;
  std::size_t length = 0;
};

/// The zeros that are written as `::`: the first of the longest runs, unless it is one zero only.
run zeros_to_compress(const pieces& address) noexcept {
  run longest;
  run current;
  for (std::size_t i = 0; i < address.size(); ++i) {
    current = address[i] != 0 ? run{.begin = i + 1} : run{current.begin, current.length + 1};
    if (current.length > longest.length) longest = current;
  }
  return longest.length > 1 ? longest : run{};
}

}  // namespace

bool ends_in_number(std::string_view domain) noexcept {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  const std::string_view last = domain.substr(domain.rfind('.') + 1);
  if (last.empty()) return false;
  return std::ranges::all_of(last, is_digit) || read_number(last).has_value();
}

std::expected<std::string, url_fault> normalize_ipv4(std::string_view text) {
  std::string_view rest = text;
  if (rest.ends_with('.')) rest.remove_suffix(1);
  const auto count = static_cast<std::size_t>(std::ranges::count(rest, '.')) + 1;
  if (count > 4) {
    return fault(fmt::format("an IPv4 address has no more than four numbers, not {}", count), 0);
  }
  std::uint64_t address = 0;
  for (std::size_t i = 1; i <= count; ++i) {
    const std::string_view part = rest.substr(0, rest.find('.'));
    const auto offset = static_cast<std::size_t>(part.data() - text.data());
    const auto number = read_number(part);
    if (!number) {
      return fault(fmt::format("`{}` is not a number, and an IPv4 address has only those", part),
                   offset);
    }
    // The last number stands for all the bytes that are left.
    const std::size_t bytes = i < count ? 1 : 5 - count;
    if (*number >> (8 * bytes) != 0) {
      return fault(fmt::format("{} is too large a number for its place in an IPv4 address", part),
                   offset);
    }
    address = (address << (8 * bytes)) | *number;
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  }
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += std::to_string(address >> shift & 0xff);
    if (shift > 0) out += '.';
  }
  return out;
}

std::expected<std::string, url_fault> normalize_ipv6(std::string_view text) {
  const auto address = ipv6_reader(text).read();
  if (!address) return std::unexpected(address.error());
  const run zeros = zeros_to_compress(*address);
  std::string out;
  for (std::size_t i = 0; i < address->size(); ++i) {
    if (zeros.length > 0 && i == zeros.begin) {
      out += i == 0 ? "::" : ":";
      i += zeros.length - 1;
      continue;
    }
    fmt::format_to(std::back_inserter(out), "{:x}", (*address)[i]);
    if (i + 1 < address->size()) out += ':';
  }
  return out;
}

}  // namespace eddy::detail
