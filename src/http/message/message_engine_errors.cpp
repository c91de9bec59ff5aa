// SPDX-License-Identifier: MIT
#include <algorithm>

#include <fmt/core.h>

#include <http/message/message_engine.hpp>
#include <http/message/text.hpp>

// How the engine says where in the message something is wrong.
namespace eddy::http::detail {

std::string_view message_engine::kind_name() const noexcept {
  return kind_ == message_kind::request ? "request" : "response";
}

std::string message_engine::place() const {
  switch (stage_) {
    case stage::start_line:
      return kind_ == message_kind::request ? "request line" : "status line";
    case stage::fields:
      return fmt::format("{} header field {}", kind_name(), field_count_ + 1);
    case stage::trailers:
      return fmt::format("{} trailer field {}", kind_name(), field_count_ + 1);
    case stage::chunk_line:
    case stage::chunk_end:
      return chunk_place();
    default:
      return fmt::format("{} body", kind_name());
  }
}

// The name is quoted only where it is one; values may be secret and are left out.
std::string message_engine::field_place(std::string_view section, std::size_t offset) const {
  const auto number = 1 + std::ranges::count(section.substr(0, offset), '\n');
  const auto line = section.substr(offset);
  const auto name = line.substr(0, line.find(':'));
  if (!is_token(name)) return fmt::format("{} header field {}", kind_name(), number);
  return fmt::format("{} header field {} ({})", kind_name(), number, name);
}

std::string message_engine::chunk_place() const {
  // A chunk is counted when its header is read, so the one whose data has just ended is behind.
  const auto number = stage_ == stage::chunk_end ? chunk_count_ : chunk_count_ + 1;
  return fmt::format("{} body, chunk {}", kind_name(), number);
}

protocol_fault message_engine::line_fault() const noexcept {
  switch (stage_) {
    case stage::start_line:
      return protocol_fault::bad_start_line;
    case stage::chunk_line:
    case stage::chunk_end:
      return protocol_fault::bad_chunk;
    default:
      return protocol_fault::bad_field;
  }
}

void message_engine::refuse_long_line() const {
  switch (stage_) {
    case stage::chunk_end:
      throw protocol_error(protocol_fault::bad_chunk,
                           fmt::format("{}: its data is not followed by CR LF", place()));
    case stage::chunk_line:
      throw protocol_error(protocol_fault::bad_chunk,
                           fmt::format("{}: too much is sent in chunk extensions", place()));
    default:
      throw protocol_error(protocol_fault::head_too_large,
                           fmt::format("{}: the {} header is over the limit of {} bytes", place(),
                                       kind_name(), limits_.max_header_bytes));
  }
}

void message_engine::refuse_truncated() const {
  std::string what;
  if (!started_) {
    what = fmt::format("the connection was closed before a {} came", kind_name());
  } else if (stage_ <= stage::fields) {
    what = fmt::format("{}: the connection was closed inside the header", place());
  } else if (framing_.kind == body_kind::sized) {
    what = fmt::format("{} body: truncated: got {} of {} bytes", kind_name(), body_bytes_,
                       framing_.size);
  } else {
    what = fmt::format("{} body: truncated: got {} bytes, but not the last chunk", kind_name(),
                       body_bytes_);
  }
  throw protocol_error(protocol_fault::truncated, what);
}

}  // namespace eddy::http::detail
