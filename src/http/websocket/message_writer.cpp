// SPDX-License-Identifier: MIT
#include <http/websocket/message_writer.hpp>

#include <openssl/rand.h>

#include <algorithm>
#include <span>
#include <stdexcept>

namespace eddy::http::websocket::detail {
namespace {

// What a large message has needed is not kept for small ones.
constexpr std::size_t most_kept = std::size_t{64} * 1024;

}  // namespace

void message_writer::append(std::string& out, message_kind kind, std::string_view data) {
  const opcode op = kind == message_kind::text ? opcode::text : opcode::binary;
  const bool compress =
      with_.deflate && can_deflate(*with_.deflate) && data.size() >= with_.compress_from;
  if (!compress) return append_frame(out, op, data, false);
  if (!deflater_) deflater_.emplace(*with_.deflate);
  deflated_.clear();
  deflater_->append(data, deflated_);
  append_frame(out, op, deflated_, true);
  if (deflated_.capacity() > most_kept) std::string().swap(deflated_);
}

void message_writer::append_control(std::string& out, opcode op, std::string_view payload) {
  append_frame(out, op, payload, false);
}

void message_writer::append_frame(std::string& out, opcode op, std::string_view payload,
                                  bool compressed) {
  frame_header header{.op = op, .compressed = compressed, .size = payload.size()};
  if (with_.us == role::client) header.mask = next_mask();
  append_to(out, header);
  const std::size_t begin = out.size();
  out += payload;
  if (header.mask) apply_mask(std::span(out).subspan(begin), *header.mask, 0);
}

mask_key message_writer::next_mask() {
  if (random_used_ == random_.size()) {
    if (RAND_bytes(reinterpret_cast<unsigned char*>(random_.data()), random_.size()) != 1) {
      throw std::runtime_error("websocket: the system gives no random bytes");
    }
    random_used_ = 0;
  }
  mask_key key;
  std::copy_n(random_.begin() + random_used_, key.size(), key.begin());
  random_used_ += key.size();
  return key;
}

std::string close_payload(const close_reason& reason) {
  if (reason.code == close_code::no_code) return {};
  const auto code = static_cast<unsigned>(reason.code);
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code)};
  std::size_t size = std::min(reason.text.size(), most_in_control_frame - payload.size());
  constexpr auto continues = [](char c) { return (c & 0xc0) == 0x80; };
  while (size < reason.text.size() && size > 0 && continues(reason.text[size])) --size;
  payload.append(reason.text, 0, size);
  return payload;
}

}  // namespace eddy::http::websocket::detail
