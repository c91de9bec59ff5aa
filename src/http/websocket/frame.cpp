// SPDX-License-Identifier: MIT
#include <http/websocket/frame.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/core.h>

namespace eddy::http::websocket::detail {
namespace {

constexpr unsigned final_bit = 0x80;
constexpr unsigned compressed_bit = 0x40;
constexpr unsigned reserved_bits = 0x30;
constexpr unsigned mask_bit = 0x80;
constexpr unsigned size_in_2_bytes = 126;
constexpr unsigned size_in_8_bytes = 127;

[[noreturn]] void refuse(const std::string& why) {
  throw violation(close_code::protocol_error, why);
}

bool is_known(unsigned op) noexcept { return op <= 2 || (op >= 8 && op <= 10); }

void append_number(std::string& out, std::uint64_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>(number >> shift);
  }
}

}  // namespace

unsigned header_reader::byte(std::size_t index) const noexcept {
  return static_cast<unsigned char>(bytes_[index]);
}

std::uint64_t header_reader::number(std::size_t from, std::size_t to) const noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = from; i < to; ++i) value = value << 8 | byte(i);
  return value;
}

// As many bytes as the header has, as far as can be told.
std::size_t header_reader::wanted() const noexcept {
  if (count_ < 2) return 2;
  const unsigned size = byte(1) & ~mask_bit;
  std::size_t count = 2;
  if (size == size_in_2_bytes) count += 2;
  if (size == size_in_8_bytes) count += 8;
  if (byte(1) & mask_bit) count += 4;
  return count;
}

void header_reader::check_first_bytes() const {
  const unsigned op = byte(0) & 0x0f;
  if (byte(0) & reserved_bits) refuse("a frame with reserved bits set");
  if (!is_known(op)) refuse(fmt::format("a frame with the unknown opcode {}", op));
  if (!is_control(opcode(op))) return;
  if (!(byte(0) & final_bit)) refuse("a control frame in fragments");
  if (byte(0) & compressed_bit) refuse("a control frame that is compressed");
  if ((byte(1) & ~mask_bit) > most_in_control_frame) {
    refuse(fmt::format("a control frame with more than {} bytes", most_in_control_frame));
  }
}

std::optional<frame_header> header_reader::next(std::string_view& input) {
  while (count_ < wanted()) {
    if (input.empty()) return std::nullopt;
    bytes_[count_++] = input.front();
    input.remove_prefix(1);
    if (count_ == 2) check_first_bytes();
  }
  frame_header header{.op = opcode(byte(0) & 0x0f),
                      .final = (byte(0) & final_bit) != 0,
                      .compressed = (byte(0) & compressed_bit) != 0,
                      .size = byte(1) & ~mask_bit};
  const bool masked = (byte(1) & mask_bit) != 0;
  const std::size_t end_of_size = std::exchange(count_, 0) - (masked ? 4 : 0);
  if (end_of_size > 2) {
    header.size = number(2, end_of_size);
    const std::uint64_t least = end_of_size == 4 ? size_in_2_bytes : 0x10000;
    if (header.size < least) refuse("a frame whose length takes more bytes than it needs");
    if (header.size >> 63) refuse("a frame with a negative length");
  }
  if (masked) std::copy_n(bytes_.begin() + end_of_size, 4, header.mask.emplace().begin());
  return header;
}

void append_to(std::string& out, const frame_header& header) {
  const unsigned first = static_cast<unsigned>(header.op) | (header.final ? final_bit : 0) |
                         (header.compressed ? compressed_bit : 0);
  const unsigned masked = header.mask ? mask_bit : 0;
  out += static_cast<char>(first);
  if (header.size < size_in_2_bytes) {
    out += static_cast<char>(masked | header.size);
  } else if (header.size < 0x10000) {
    out += static_cast<char>(masked | size_in_2_bytes);
    append_number(out, header.size, 2);
  } else {
    out += static_cast<char>(masked | size_in_8_bytes);
    append_number(out, header.size, 8);
  }
  if (header.mask) out.append(header.mask->data(), header.mask->size());
}

void apply_mask(std::span<char> bytes, mask_key key, std::uint64_t offset) noexcept {
  std::array<char, 8> twice;
  for (std::size_t i = 0; i < twice.size(); ++i) twice[i] = key[(offset + i) % 4];
  std::uint64_t wide;
  std::memcpy(&wide, twice.data(), sizeof wide);
  std::size_t i = 0;
  for (; i + sizeof wide <= bytes.size(); i += sizeof wide) {
    std::uint64_t word;
    std::memcpy(&word, &bytes[i], sizeof word);
    word ^= wide;
    std::memcpy(&bytes[i], &word, sizeof word);
  }
  for (; i < bytes.size(); ++i) bytes[i] ^= twice[i % twice.size()];
}

}  // namespace eddy::http::websocket::detail
