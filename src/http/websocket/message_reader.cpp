// SPDX-License-Identifier: MIT
#include <http/websocket/message_reader.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/core.h>

namespace eddy::http::websocket::detail {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw violation(close_code::protocol_error, why);
}

}  // namespace

std::optional<incoming> message_reader::next(std::string_view& input) {
  for (;;) {
    if (!frame_) {
      frame_ = headers_.next(input);
      if (!frame_) return std::nullopt;
      begin_frame();
    }
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(input.size(), frame_->size - taken_));
    take_payload(input.substr(0, count));
    input.remove_prefix(count);
    if (taken_ < frame_->size) return std::nullopt;
    if (auto complete = end_frame()) return complete;
  }
}

void message_reader::begin_frame() {
  const frame_header& frame = *frame_;
  taken_ = 0;
  if (with_.us == role::server && !frame.mask) refuse("a client's frame without a mask");
  if (with_.us == role::client && frame.mask) refuse("a server's frame with a mask");
  if (is_control(frame.op)) return;
  const bool begins = frame.op != opcode::continuation;
  if (begins == message_kind_.has_value()) {
    refuse(begins ? "a message begins before the last one has ended"
                  : "a continuation of no message");
  }
  if (frame.compressed && (!begins || !with_.deflate)) {
    refuse(begins ? "a compressed message, which was not agreed on"
                  : "a continuation that says to be compressed");
  }
  if (begins) {
    message_kind_ = frame.op;
    compressed_ = frame.compressed;
    if (compressed_ && !inflater_) inflater_.emplace(*with_.deflate);
  }
  if (!compressed_ && frame.size > with_.max_message - message_.size()) too_big();
}

void message_reader::take_payload(std::string_view piece) {
  if (piece.empty()) return;
  if (!is_control(frame_->op) && compressed_) return take_compressed(piece);
  std::string& text = is_control(frame_->op) ? control_ : message_;
  const std::size_t begin = text.size();
  text += piece;
  if (frame_->mask) apply_mask(std::span(text).subspan(begin), *frame_->mask, taken_);
  taken_ += piece.size();
  if (!is_control(frame_->op)) check_new_part(begin);
}

void message_reader::take_compressed(std::string_view piece) {
  std::array<char, std::size_t{4} * 1024> unmasked;
  while (!piece.empty()) {
    const std::size_t count = std::min(piece.size(), unmasked.size());
    std::ranges::copy(piece.substr(0, count), unmasked.begin());
    if (frame_->mask) apply_mask(std::span(unmasked).first(count), *frame_->mask, taken_);
    taken_ += count;
    piece.remove_prefix(count);
    const std::size_t begin = message_.size();
    inflater_->append({unmasked.data(), count}, message_, with_.max_message);
    check_new_part(begin);
  }
}

void message_reader::check_new_part(std::size_t begin) {
  if (message_kind_ == opcode::text && !utf8_.feed(std::string_view(message_).substr(begin))) {
    throw violation(close_code::invalid_text, "a text that is not UTF-8");
  }
  if (message_.size() > with_.max_message) too_big();
}

std::optional<incoming> message_reader::end_frame() {
  const frame_header frame = *std::exchange(frame_, std::nullopt);
  if (is_control(frame.op)) return incoming{frame.op, std::exchange(control_, {})};
  if (!frame.final) return std::nullopt;
  if (compressed_) {
    const std::size_t begin = message_.size();
    inflater_->finish(message_, with_.max_message);
    check_new_part(begin);
  }
  if (!utf8_.complete()) {
    throw violation(close_code::invalid_text, "a text that ends inside a character");
  }
  return incoming{*std::exchange(message_kind_, std::nullopt), std::exchange(message_, {})};
}

void message_reader::too_big() const {
  throw violation(close_code::too_big,
                  fmt::format("a message of more than {} bytes", with_.max_message));
}

bool may_be_sent(close_code code) noexcept {
  const auto number = static_cast<unsigned>(code);
  if (code == close_code::no_code || code == close_code::lost) return false;
  return (number >= 1000 && number <= 1014 && number != 1004) || (number >= 3000 && number < 5000);
}

close_reason parse_close(std::string_view payload) {
  if (payload.empty()) return {.code = close_code::no_code};
  if (payload.size() == 1) refuse("a close frame with half a code");
  const auto high = static_cast<unsigned char>(payload[0]);
  const auto low = static_cast<unsigned char>(payload[1]);
  const auto code = static_cast<close_code>(high << 8 | low);
  if (!may_be_sent(code)) {
    refuse(fmt::format("a close frame with the code {}", static_cast<unsigned>(code)));
  }
  const std::string_view text = payload.substr(2);
  utf8_checker utf8;
  if (!utf8.feed(text) || !utf8.complete()) {
    throw violation(close_code::invalid_text, "a close frame whose reason is not UTF-8");
  }
  return {.code = code, .text = std::string(text)};
}

}  // namespace eddy::http::websocket::detail
