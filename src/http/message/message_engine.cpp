// SPDX-License-Identifier: MIT
#include <http/message/message_engine.hpp>

#include <algorithm>
#include <cassert>

#include <fmt/core.h>

#include <http/message/text.hpp>

namespace eddy::http::detail {
namespace {

// What the lines between the chunks of one body may use beyond a size of 16 digits, all together:
// extensions mean nothing to us, and a body of nothing else would cost us for ever.
constexpr std::size_t max_chunk_overhead = std::size_t{16} * 1024;
constexpr std::size_t plain_chunk_line = 16 + 2;

}  // namespace

bool message_engine::parse_head(std::string_view& input) {
  if (failure_) throw *failure_;
  try {
    return advance_head(input);
  } catch (const protocol_error& error) {
    failure_ = error;
    throw;
  }
}

std::string_view message_engine::parse_body(std::string_view& input) {
  if (failure_) throw *failure_;
  try {
    return advance_body(input);
  } catch (const protocol_error& error) {
    failure_ = error;
    throw;
  }
}

void message_engine::limit_body(std::uint64_t most) {
  if (failure_) throw *failure_;
  max_body_ = most;
  try {
    check_body_size();
  } catch (const protocol_error& error) {
    failure_ = error;
    throw;
  }
}

void message_engine::finish() {
  if (failure_) throw *failure_;
  if (stage_ == stage::body && framing_.kind == body_kind::until_close) stage_ = stage::done;
  if (stage_ != stage::done) refuse_truncated();
}

void message_engine::reset() {
  grammar().reset();
  lines_.clear();
  stage_ = stage::start_line;
  started_ = false;
  interim_ = 0;
  header_bytes_ = 0;
  field_count_ = 0;
  framing_ = {};
  body_bytes_ = 0;
  chunk_left_ = 0;
  chunk_count_ = 0;
  chunk_overhead_ = 0;
  failure_.reset();
  max_body_ = limits_.max_body;
}

bool message_engine::advance_head(std::string_view& input) {
  if (!started_ && input.empty()) return false;
  if (!started_ && header_bytes_ == 0 && take_plain_head(input)) return true;
  while (stage_ <= stage::fields) {
    // Even nothing is for the lines: they keep what they have only borrowed.
    started_ = started_ || !input.empty();
    const auto line = next_line(input);
    if (!line) return false;
    if (stage_ == stage::start_line) {
      take_start_line(*line);
    } else {
      take_field_line(*line);
    }
  }
  return true;
}

bool message_engine::take_plain_head(std::string_view& input) {
  const auto plain = read_plain(input.substr(0, limits_.max_header_bytes), limits_.max_fields);
  if (!plain) return false;
  input.remove_prefix(plain->size);
  started_ = true;
  header_bytes_ = plain->size;
  field_count_ = plain->fields;
  finish_head(plain->content_length);
  return true;
}

void message_engine::take_start_line(std::string_view line) {
  // Some clients end a request body with a CR LF that they do not count.
  const bool is_first_line = header_bytes_ == line.size();
  if (kind_ == message_kind::request && is_first_line && line == "\r\n") {
    lines_.clear();
    started_ = false;
    return;
  }
  // Many servers leave out the space before an empty reason; nothing is ambiguous about it.
  constexpr std::string_view without_reason = "HTTP/1.1 200\r\n";
  std::string completed;
  if (kind_ == message_kind::response && line.size() == without_reason.size()) {
    completed.append(line, 0, line.size() - 2).append(" \r\n");
    line = completed;
  }
  if (const auto fault = grammar().start_line(line)) {
    throw protocol_error(fault->fault, fmt::format("{}: {}", place(), fault->problem));
  }
  lines_.clear();
  stage_ = stage::fields;
}

void message_engine::take_field_line(std::string_view line) {
  if (line != "\r\n") return count_field(line);
  if (const auto fault = grammar().fields(lines_.text())) {
    throw protocol_error(
        fault->fault,
        fmt::format("{}: {}", field_place(lines_.text(), fault->offset), fault->problem));
  }
  lines_.clear();
  finish_head(grammar().content_length());
}

void message_engine::finish_head(std::optional<std::uint64_t> content_length) {
  const auto framing = frame_head(content_length);
  if (!framing) {  // header_bytes_ goes on counting, so that interim responses come to an end
    grammar().reset();
    ++interim_;
    field_count_ = 0;
    stage_ = stage::start_line;
    return;
  }
  framing_ = *framing;
  check_body_size();
  switch (framing_.kind) {
    case body_kind::none:
      stage_ = stage::done;
      break;
    case body_kind::chunked:
      stage_ = stage::chunk_line;
      break;
    case body_kind::sized:
    case body_kind::until_close:
      stage_ = stage::body;
      break;
  }
}

void message_engine::check_body_size() const {
  if (framing_.kind != body_kind::sized || framing_.size <= max_body_) return;
  throw protocol_error(
      protocol_fault::body_too_large,
      fmt::format("{} body: its Content-Length of {} is over the limit of {} bytes", kind_name(),
                  framing_.size, max_body_));
}

std::string_view message_engine::advance_body(std::string_view& input) {
  assert(stage_ > stage::fields && "parse_head() has not returned true");
  while (stage_ < stage::chunk_data) {
    const auto line = next_line(input);
    if (!line) return {};
    take_chunk_framing(*line);
  }
  if (stage_ == stage::done || input.empty()) return {};

  if (stage_ == stage::chunk_data) {
    const auto piece = take_body(input, chunk_left_);
    grammar().chunk_data(piece);
    chunk_left_ -= piece.size();
    if (chunk_left_ == 0) stage_ = stage::chunk_end;
    return piece;
  }
  if (framing_.kind == body_kind::sized) {
    const auto piece = take_body(input, framing_.size - body_bytes_);
    if (body_bytes_ == framing_.size) stage_ = stage::done;
    return piece;
  }
  if (body_bytes_ == max_body_) {
    throw protocol_error(
        protocol_fault::body_too_large,
        fmt::format("{} body: it is over the limit of {} bytes", kind_name(), max_body_));
  }
  return take_body(input, max_body_ - body_bytes_);
}

void message_engine::take_chunk_framing(std::string_view line) {
  switch (stage_) {
    case stage::chunk_end:  // its line stays: the grammar wants it before the next chunk's
      stage_ = stage::chunk_line;
      break;
    case stage::chunk_line:
      take_chunk_line(line);
      break;
    default:
      if (line == "\r\n") {
        take_chunk_header();
      } else {
        count_field(line);
      }
  }
}

void message_engine::take_chunk_line(std::string_view line) {
  chunk_overhead_ += std::max(line.size(), plain_chunk_line) - plain_chunk_line;
  const auto size_end = std::ranges::find_if_not(line, is_hex_digit);
  const std::string_view size(line.begin(), size_end);
  if (size.empty() || !std::string_view("\r; \t").contains(*size_end)) {
    throw protocol_error(protocol_fault::bad_chunk,
                         fmt::format("{}: its size, in {}, is not a hexadecimal number", place(),
                                     quoted(line.substr(0, line.size() - 2))));
  }
  // The grammar wants the last chunk together with the trailers.
  if (size.find_first_not_of('0') == std::string_view::npos) {
    field_count_ = 0;
    stage_ = stage::trailers;
  } else {
    take_chunk_header();
  }
}

void message_engine::take_chunk_header() {
  if (const auto fault = grammar().chunk_header(lines_.text())) {
    const bool in_trailers = fault->fault != protocol_fault::bad_chunk;
    throw protocol_error(
        fault->fault, fmt::format("{}: {}", in_trailers ? place() : chunk_place(), fault->problem));
  }
  lines_.clear();
  chunk_left_ = grammar().chunk_size();
  if (chunk_left_ > max_body_ - body_bytes_) {
    throw protocol_error(protocol_fault::body_too_large,
                         fmt::format("{}: with its {} bytes the body is over the limit of {} bytes",
                                     place(), chunk_left_, max_body_));
  }
  ++chunk_count_;
  stage_ = chunk_left_ > 0 ? stage::chunk_data : stage::done;
}

std::string_view message_engine::take_body(std::string_view& input, std::uint64_t left) {
  const auto piece = input.substr(0, std::min<std::uint64_t>(left, input.size()));
  input.remove_prefix(piece.size());
  body_bytes_ += piece.size();
  return piece;
}

std::optional<std::string_view> message_engine::next_line(std::string_view& input) {
  const std::size_t limit = line_limit();
  const auto line = lines_.next(input, limit);
  if (lines_.too_long(limit)) refuse_long_line();
  if (!line) return std::nullopt;
  if (const auto problem = line_problem(*line); !problem.empty()) {
    throw protocol_error(line_fault(), fmt::format("{}: {}", place(), problem));
  }
  if (stage_ <= stage::fields || stage_ == stage::trailers) header_bytes_ += line->size();
  return line;
}

void message_engine::count_field(std::string_view line) {
  if (line.starts_with(' ') || line.starts_with('\t')) {
    throw protocol_error(protocol_fault::bad_field,
                         fmt::format("{}: it is continued on another line", place()));
  }
  if (field_count_ == limits_.max_fields) {
    throw protocol_error(
        protocol_fault::too_many_fields,
        fmt::format("{}: over the limit of {} fields", place(), limits_.max_fields));
  }
  ++field_count_;
}

std::size_t message_engine::line_limit() const noexcept {
  switch (stage_) {
    case stage::chunk_end:
      return 2;
    case stage::chunk_line:
      return plain_chunk_line + max_chunk_overhead - chunk_overhead_;
    default:
      return limits_.max_header_bytes - header_bytes_;
  }
}

}  // namespace eddy::http::detail
